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

    init(plan: Plan, source: TopicPartition, records: [Record]) {
        self.plan = plan
        self.source = source
        self.records = records
        closings = [:]
    }

    init(_ random: inout TestRandom, plan: Plan? = nil) {
        self.plan = plan ?? random.plan()
        source = TopicPartition(
            random.pick(["orders", "payments", "a/b@c.\u{E9}"]), Int32(random.below(4)))
        records = random.log(of: source, records: 0...90)
        var closings: [Offset: Offset] = [:]
        for index in records.indices where random.chance(1, in: 5) {
            let last = min(index + random.below(12), records.count - 1)
            closings[records[index].offset] = records[last].offset
        }
        self.closings = closings
    }

    /// The windows of the log, one after the other.
    func windows() throws -> [(start: Offset, block: RecordBlock, closing: Closing?)] {
        var former = WindowFormer(
            Perturber(plan: plan, source: source), start: records.first?.offset ?? 0)
        var all: [(start: Offset, block: RecordBlock, closing: Closing?)] = []
        var block = RecordBlock(source: source, reservingBytes: 4096)
        func close(_ reason: Closing.Reason?) {
            guard let last = block.entries.last?.offset else { return }
            let closing = reason.map {
                Closing(source: source, start: former.start, through: last, reason: $0)
            }
            all.append((former.start, block, closing))
            former.begin(at: last + 1)
            block = RecordBlock(source: source, reservingBytes: 4096)
        }
        for record in records {
            try block.append(record)
            let payload = Int(block.entries[block.count - 1].payloadBytes)
            if former.endsBefore(payloadBytes: payload) {
                block.removeLast()
                close(nil)
                try block.append(record)
            }
            if former.take(payloadBytes: payload, at: record.offset) {
                close(nil)
            } else if closings[former.start] == record.offset {
                close(.maxWait)
            }
        }
        close(.untilEnd)
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
