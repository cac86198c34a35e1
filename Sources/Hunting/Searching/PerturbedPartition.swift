import Configuration
import Perturbation
import Records

extension Plan {
    /// What this plan decides on a workload, as lines of a schedule.
    func lines(on workload: Workload) throws -> [TrialSchedule.Line] {
        var lines: [TrialSchedule.Line] = []
        for source in workload.sources {
            var perturbed = PerturbedPartition(self, source)
            for (_, record) in workload.records(of: source) { try perturbed.take(record) }
            lines += try perturbed.finish()
        }
        return lines
    }
}

/// The windows of one partition's records, one after the other through the engine.
private struct PerturbedPartition {
    private let source: TopicPartition
    private var perturber: Perturber
    private var former: WindowFormer?
    private var block: RecordBlock
    private var outcome = Outcome()
    private var lines: [TrialSchedule.Line] = []

    init(_ plan: Plan, _ source: TopicPartition) {
        self.source = source
        perturber = Perturber(plan: plan, source: source)
        block = RecordBlock(source: source)
    }

    mutating func take(_ record: Record) throws {
        let payload = record.headers.reduce((record.key?.count ?? 0) + (record.value?.count ?? 0)) {
            $0 + $1.name.count + ($1.value?.count ?? 0)
        }
        var former = former ?? WindowFormer(perturber, start: record.offset)
        if former.endsBefore(payloadBytes: payload) {
            try close(at: former.start)
            former.begin(at: record.offset)
        }
        try block.append(record)
        if former.take(payloadBytes: payload, at: record.offset) {
            try close(at: former.start)
            former.begin(at: record.offset + 1)
        }
        self.former = former
    }

    mutating func finish() throws -> [TrialSchedule.Line] {
        if let former { try close(at: former.start) }
        return lines
    }

    private mutating func close(at start: Offset) throws {
        if block.count == 0 { return }
        perturber.perturb(block, start: start, into: &outcome)
        let offsets = block.entries.map(\.offset)
        for decision in outcome.decisions {
            let named = try decision.naming { slot throws(ScheduleError) in offsets[Int(slot)] }
            lines.append(TrialSchedule.Line(source, named))
        }
        block.removeAll()
    }
}
