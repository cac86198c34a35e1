import Perturbation
import Records

/// A plan, a partition's log and closings, and what the engine makes of them, in the text of the
/// reference implementation.
struct Case {
    let plan: Plan
    let source: TopicPartition
    let records: [Record]
    /// Last offsets by window start; windows that do not start there are not closed.
    let closings: [Offset: Offset]

    init(_ random: inout TestRandom, plan: Plan? = nil) {
        self.plan = plan ?? random.plan()
        source = TopicPartition(
            random.pick(["orders", "payments", "a/b@c.\u{E9}"]), Int32(random.below(4)))
        records = random.log(of: source, records: 0...90)
        var closings: [Offset: Offset] = [:]
        for record in records where random.chance(1, in: 5) {
            closings[record.offset] = record.offset + Offset(random.below(12))
        }
        self.closings = closings
    }

    /// The windows of the log, one after the other.
    func windows() throws -> [(start: Offset, block: RecordBlock, closing: Closing?)] {
        let perturber = Perturber(plan: plan, source: source)
        var all: [(start: Offset, block: RecordBlock, closing: Closing?)] = []
        var probe = RecordBlock(source: source, reservingBytes: 4096)
        var next = 0
        var start = records.first?.offset ?? 0
        while next < records.count {
            var block = RecordBlock(source: source, reservingBytes: 4096)
            var limit = perturber.limit(at: start, through: closings[start])
            var ended = false
            while next < records.count, !ended {
                probe.removeAll()
                try probe.append(records[next])
                let entry = probe.entries[0]
                ended = !limit.admits(
                    offset: entry.offset, payloadBytes: Int(entry.payloadBytes))
                if !ended {
                    try block.append(records[next])
                    next += 1
                }
            }
            let isFull =
                limit.isFull
                || (next < records.count && records[next].offset <= limit.through ?? .max)
            var closing: Closing?
            let last = block.entries.last?.offset ?? start
            if !isFull {
                closing = Closing(
                    source: source, start: start, through: limit.through ?? last,
                    reason: limit.through == nil ? .untilEnd : .maxWait)
            }
            if !block.isEmpty { all.append((start, block, closing)) }
            start = (isFull ? last : limit.through ?? last) + 1
        }
        return all
    }

    /// The input of the reference implementation.
    var input: String {
        var text = #"{"plan":\#(plan.canonicalText)}"# + "\n"
        for (start, through) in closings.sorted(by: { $0.key < $1.key }) {
            var line = TextBuffer()
            line.append(Closing(source: source, start: start, through: through, reason: .maxWait))
            text += line.string
        }
        for record in records { text += Self.line(record) }
        return text
    }

    private static func line(_ record: Record) -> String {
        var line = TextBuffer()
        line.append("{\"record\":")
        line.append(quoted: "\(record.source)@\(record.offset)")
        if record.timestamp.kind != .none {
            line.append(text: ",\"timestamp_ms\":\(record.timestamp.milliseconds)")
        }
        line.append(text: ",\"key\":\(hex(record.key)),\"value\":\(hex(record.value))")
        let headers = record.headers.map { "[\(hex($0.name)),\(hex($0.value))]" }
        line.append(text: ",\"headers\":[\(headers.joined(separator: ","))]}\n")
        return line.string
    }

    /// What the reference prints for this case.
    func output() throws -> String {
        var perturber = Perturber(plan: plan, source: source)
        let encoder = DecisionEncoder(source: source, ruleNames: plan.ruleNames)
        var outcome = Outcome()
        var text = TextBuffer()
        for (start, block, closing) in try windows() {
            perturber.perturb(block, start: start, into: &outcome)
            text.append("{\"formed\":")
            text.append(quoted: "\(source)@\(start)")
            text.append(text: ",\"records\":\(block.count)}\n")
            for delivery in outcome.deliveries {
                let record = block.record(at: Int(delivery.slot))
                text.append("{\"out\":")
                text.append(quoted: "\(source)@\(record.offset)")
                text.append(
                    text: ",\"copy\":\(delivery.copy),\"delay_us\":\(delivery.delayMicroseconds)")
                if delivery.isCorrupted {
                    let value = try outcome.changedValue(of: delivery, original: record.value)
                    text.append(text: ",\"value\":\(Self.hex(value))")
                }
                text.append("}\n")
            }
            encoder.encode(outcome.decisions, of: block.entries, into: &text)
            if let closing { text.append(closing) }
        }
        return text.string
    }

    private static func hex(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        let digits = bytes.flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }
        return "\"\(digits.joined())\""
    }
}
