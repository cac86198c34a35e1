import Perturbation
import Records

/// Few changes at random places: d of 1 to 3, each at a record drawn from all of the workload. A bug that needs d
/// particular ones is met with a probability that falls with the workload's length to the power of d, and not
/// with the number of schedules.
///
/// Source: Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs" (ASPLOS
/// 2010), in the form for messages of Ozkan et al. (OOPSLA 2018): what gets a lower priority here is a record
/// among its partition's, or its partition's chain among all.
struct PriorityStrategy: ScheduleStrategy {
    let hunt: Hunt
    /// How far behind a moved or repeated record may come, in records of its partition.
    private static let reach: UInt64 = 12

    /// Draws: from the stream `pct` of the seed at 0: d; then for each change its record, kind and reach. Then
    /// each fault as in the random strategy.
    func schedule(
        number: Int, on workload: Workload, seed: String, corpus: Corpus
    ) throws -> (schedule: TrialSchedule, origin: String) {
        let stream = DrawStream(seed: seed, purpose: "pct", source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        let depth = 1 + Int(draws.below(3))
        let repeats = hunt.plan.rules.contains {
            if case .duplicate = $0.action { true } else { false }
        }
        let moves = hunt.plan.rules.contains { if case .order = $0.action { true } else { false } }
        let drops = hunt.plan.rules.contains { if case .drop = $0.action { true } else { false } }
        var kinds: [Kind] = [.hold]
        if moves { kinds.append(.move) }
        if repeats { kinds.append(.duplicate) }
        if drops { kinds.append(.drop) }
        var lines: [RecordName: TrialSchedule.Line] = [:]
        for _ in 0..<depth {
            let record = workload.records[Int(draws.below64(UInt64(workload.records.count)))]
            let kind = kinds[Int(draws.below64(UInt64(kinds.count)))]
            let reach = 1 + Int(draws.below64(Self.reach))
            lines[RecordName(record)] = line(kind, record, reach, in: workload)
        }
        var schedule = TrialSchedule(lines: lines.sorted { $0.key < $1.key }.map(\.value))
        let feed = try FeedSequence(workload, schedule, paceUs: 1000)
        schedule.faults = hunt.faults.enumerated().compactMap { index, rule in
            rule.fault(seed: seed, index: index, feed: feed)
        }
        schedule.faults += hunt.sinkRules.faults(seed: seed, feed: feed)
        return (schedule, "pct of depth \(depth)")
    }

    private enum Kind { case hold, move, duplicate, drop }

    private func line(
        _ kind: Kind, _ record: Record, _ reach: Int, in workload: Workload
    ) -> TrialSchedule.Line {
        let later = workload.records(of: record.source).map(\.record.offset)
            .filter { $0 > record.offset }.prefix(reach)
        let anchor = later.last ?? record.offset
        let operation: LineDecision.Operation =
            switch kind {
            case .hold: .delay(copy: 0, microseconds: Int64(reach) * 10_000)
            case .move: .move(.after(anchor))
            case .duplicate: .duplicate(copy: 1, .after(anchor))
            case .drop: .drop
            }
        return TrialSchedule.Line(record.source, LineDecision(slot: record.offset, operation))
    }
}
