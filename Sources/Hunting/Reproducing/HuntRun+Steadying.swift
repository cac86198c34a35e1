import Checking
import Perturbation
import Records

/// Races between partitions. In which order a system takes records of several of them hangs on when it fetches, so what
/// comes of one order may show now and then, or not at all in a system that has just started. What is held back for
/// longer than a fetch waits comes behind all others for sure.
extension HuntRun {
    /// Longer than a fetch that finds nothing waits (`fetch.wait.max.ms`, 500 ms by default), also on a busy machine, in
    /// microseconds.
    private static let holdUs: Int64 = 1_000_000
    /// With more records each pair of them would be too many.
    private static let mostRecords = 6

    /// The attempt with records held back so that the failure shows every time; as it is where none helps. Where it
    /// shows every time already, holds that are shorter than a fetch become longer. Without any, a race that is mostly
    /// lost looks like one that always is: it is replayed four times as often.
    func steadied(
        _ attempt: ShrinkingAttempt, keeping signature: FailureSignature
    ) throws -> ShrinkingAttempt {
        guard attempt.input.workload.sources.count > 1 else { return attempt }
        var best = attempt
        var isSteady = attempt.replays.allSatisfy { $0.shows(signature) }
        if isSteady, !attempt.input.schedule.holdsBack {
            let runs = hunt.confirm.runs
            best.replays += try repetitions(
                of: attempt.input, 3 * runs, from: Self.replayNumber + runs)
            isSteady = best.replays.allSatisfy { $0.shows(signature) }
        }
        let choices =
            isSteady ? Self.longerHolds(of: attempt.input) : Self.holds(of: attempt.input)
        try take(choices, for: &best, keeping: signature)
        return best
    }

    /// One record held back, in place of all that is done to records and besides, then two, one twice as long as the other:
    /// held for the same time they would race with each other.
    package static func holds(of input: TrialInput) -> [TrialInput] {
        let records = input.workload.records
        guard records.count <= mostRecords else { return [] }
        let singles = records.indices.map { [$0] }
        let pairs = records.indices.flatMap { first in
            records.indices.filter { $0 != first }.map { [first, $0] }
        }
        return [singles, pairs].flatMap { sets -> [TrialInput] in
            [true, false].flatMap { isAlone -> [TrialInput] in
                if isAlone && input.schedule.lines.isEmpty { return [] }
                return sets.map { set in
                    var choice = input
                    if isAlone { choice.schedule.lines = [] }
                    for (place, index) in set.enumerated() {
                        choice.schedule.hold(records[index], holdUs * Int64(place + 1))
                    }
                    return choice
                }
            }
        }
    }

    /// With all holds longer than a fetch; nothing where they are.
    package static func longerHolds(of input: TrialInput) -> [TrialInput] {
        var choice = input
        for index in choice.schedule.lines.indices {
            let operation = choice.schedule.lines[index].decision.operation
            if case .delay(let copy, let time) = operation, time < holdUs {
                choice.schedule.lines[index].decision.operation = .delay(
                    copy: copy, microseconds: holdUs)
            }
        }
        return choice == input ? [] : [choice]
    }
}

extension TrialSchedule {
    fileprivate var holdsBack: Bool {
        lines.contains { if case .delay = $0.decision.operation { true } else { false } }
    }

    /// Holds a record back, in place of another time for which it is held.
    fileprivate mutating func hold(_ record: Record, _ timeUs: Int64) {
        lines.removeAll { line in
            guard case .delay(0, _) = line.decision.operation else { return false }
            return line.source == record.source && line.decision.slot == record.offset
        }
        lines.append(
            Line(
                record.source,
                LineDecision(slot: record.offset, .delay(copy: 0, microseconds: timeUs))))
    }
}
