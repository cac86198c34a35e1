import Perturbation
import Records

/// A reader that goes back: what was delivered last comes again as a block, in its order, and all goes on from there. So
/// Kafka's consumers get repetitions after a crash or a rebalance, and it is the one kind that leaves the order of
/// each key as it was.
enum Rewind {
    static let name = "rewind"
    /// How far back, in records of the partition.
    private static let reach: UInt64 = 8

    /// Adds a rewind to one in four schedules whose plan repeats records.
    ///
    /// Draws: from the stream `rewind` of the seed at 0: whether, behind which record of the workload, how far.
    static func added(
        to schedule: TrialSchedule, of plan: Plan, seed: String, on workload: Workload
    ) -> TrialSchedule {
        let repeats = plan.rules.contains {
            if case .duplicate = $0.action { true } else { false }
        }
        guard repeats, !workload.records.isEmpty else { return schedule }
        let stream = DrawStream(seed: seed, purpose: name, source: TopicPartition("", 0))
        var draws = stream.draws(at: 0)
        guard draws.below(4) == 0 else { return schedule }
        let end = workload.records[Int(draws.below64(UInt64(workload.records.count)))]
        let reach = 2 + Int(draws.below64(reach - 1))
        var copies: [Offset: Int32] = [:]
        var dropped: Set<Offset> = []
        for line in schedule.lines where line.source == end.source {
            switch line.decision.operation {
            case .duplicate(let copy, _):
                copies[line.decision.slot] = max(copies[line.decision.slot] ?? 0, copy)
            case .drop: dropped.insert(line.decision.slot)
            default: break
            }
        }
        let block = workload.records(of: end.source).map(\.record.offset)
            .filter { $0 <= end.offset }.suffix(reach).filter { !dropped.contains($0) }
        var result = schedule
        result.ruleNames.append(name)
        result.lines += block.map { offset in
            TrialSchedule.Line(
                end.source,
                LineDecision(
                    slot: offset,
                    .duplicate(copy: (copies[offset] ?? 0) + 1, .after(end.offset)),
                    rule: Int32(result.ruleNames.count - 1)))
        }
        return result
    }
}
