import Perturbation
import Records

/// What the engine makes of a log: window by window, as `docs/determinism.md` says, without proxy.
enum Expectation {
    struct Partition {
        var sent: [Sent] = []
        /// Lines of decisions and closings, as a schedule has them.
        var lines: [String] = []
        /// Starts of windows.
        var starts: [Offset] = []
    }

    /// - Parameters:
    ///   - log: one partition's records.
    ///   - closings: last offsets of windows that a clock closed, by start.
    ///   - closesEnd: the last window is closed at the end of the log.
    static func of(
        _ log: [Record], topic: String, partition: Int32, plan: Plan, start: Offset = 0,
        closings: [Offset: Closing] = [:], closesEnd: Bool = true
    ) throws -> Partition {
        let source = TopicPartition(topic, partition)
        var perturber = Perturber(plan: plan, source: source)
        let encoder = DecisionEncoder(source: source, ruleNames: plan.ruleNames)
        var result = Partition()
        var former = WindowFormer(perturber, start: start)
        var block = RecordBlock(source: source)
        func close(_ closing: Closing?) throws {
            guard let last = block.entries.last else { return }
            var outcome = Outcome()
            perturber.perturb(block, start: former.start, into: &outcome)
            var text = TextBuffer()
            if let closing { text.append(closing) }
            encoder.encode(outcome.decisions, of: block.entries, into: &text)
            result.lines += text.string.split(separator: "\n").map(String.init)
            result.starts.append(former.start)
            for delivery in outcome.deliveries {
                var record = block.record(at: Int(delivery.slot))
                record.value = try outcome.changedValue(of: delivery, original: record.value)
                result.sent.append(Sent(record))
            }
            former.begin(at: last.offset + 1)
            block = RecordBlock(source: source)
        }
        for record in log where record.offset >= start {
            var record = record
            record.source = source
            try block.append(record)
            let payload = Int(block.entries[block.count - 1].payloadBytes)
            if former.endsBefore(payloadBytes: payload) {
                block.removeLast()
                try close(nil)
                try block.append(record)
            }
            if former.take(payloadBytes: payload, at: record.offset) {
                try close(nil)
            } else if let closing = closings[former.start], closing.through <= record.offset {
                try close(closing)
            }
        }
        if closesEnd, let last = block.entries.last {
            try close(
                Closing(
                    source: source, start: former.start, through: last.offset, reason: .untilEnd))
        }
        return result
    }
}
