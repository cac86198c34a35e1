import Digests
import Perturbation
import Records

/// SHA-256 of all lines and deliveries of fixed logs under plans with every rule: the same number on
/// every machine, in debug and release builds, in any process.
enum LineDigest {
    private static let everything = """
        seed: digest
        window: {records: 3..90, bytes: 8KiB}
        rules:
          - {name: a, order: perKey, where: {share: 30%}}
          - {name: b, order: displacement(4), where: {every: 3}}
          - name: c
            order: {byDelay: "lognormal(3ms, 2)", spacing: 1ms}
          - {name: d, drop: 1/7}
          - {name: e, duplicate: {probability: 20%, copies: 1..3, place: anywhere}}
          - {name: f, duplicate: 10%}
          - {name: g, delay: exponential(20ms)}
          - {name: h, delay: {probability: 0.3, time: "uniform(0..5s)"}}
          - {name: i, corrupt: {truncate: 10%}}
          - {name: j, corrupt: {flip: 10%}, where: {key: "*7*"}}
          - {name: k, corrupt: {"null": 5%}, where: {offset: 1000..}}
        """

    static func compute() throws -> Digest {
        let hash = SHA256()
        for plan in [Plan.standard, try Plan(yaml: Array(everything.utf8), file: "digest")] {
            for partition in 0..<3 {
                try add(plan, TopicPartition("orders", Int32(partition)), to: hash)
            }
        }
        return hash.digest()
    }

    private static func add(_ plan: Plan, _ source: TopicPartition, to hash: SHA256) throws {
        let workload = Workload()
        var perturber = Perturber(plan: plan, source: source)
        var former = WindowFormer(perturber, start: 0)
        let encoder = DecisionEncoder(source: source, ruleNames: plan.ruleNames)
        var block = RecordBlock(source: source, reservingBytes: 1 << 16)
        var outcome = Outcome()
        var text = TextBuffer()
        func close() {
            perturber.perturb(block, start: former.start, into: &outcome)
            text.removeAll()
            encoder.encode(outcome.decisions, of: block.entries, into: &text)
            for delivery in outcome.deliveries {
                text.append(
                    text: "\(delivery.slot) \(delivery.copy) \(delivery.delayMicroseconds)\n")
            }
            text.withUnsafeBytes { hash.update($0) }
            former.begin(at: (block.entries.last?.offset ?? 0) + 1)
            block.removeAll()
        }
        for offset in 0..<4000 as Range<Offset> where offset % 11 != 3 {
            try workload.append(offset, to: &block)
            let payload = Int(block.entries[block.count - 1].payloadBytes)
            if former.endsBefore(payloadBytes: payload) {
                block.removeLast()
                close()
                try workload.append(offset, to: &block)
            }
            if former.take(payloadBytes: payload, at: offset) { close() }
        }
    }
}
