import Checking
import Perturbation
import Records

/// What leaving out does not come to: the same done to earlier records, a copy that is only another way to move its
/// record, and an answer that need not be late.
extension HuntRun {
    /// The attempt with simpler lines, where they show the failure every time.
    func simplified(
        _ attempt: ShrinkingAttempt, keeping signature: FailureSignature
    ) throws -> ShrinkingAttempt {
        var best = attempt
        for choices in [Self.moves, Self.earlierPlaces, Self.promptAnswers] {
            try take(choices(best.input), for: &best, keeping: signature)
        }
        return best
    }

    /// Takes the first choice that shows the failure in every replay, if there is one.
    func take(
        _ choices: [TrialInput], for attempt: inout ShrinkingAttempt,
        keeping signature: FailureSignature
    ) throws {
        // An anchor may be a record that is moved now, which says nothing.
        let sound = choices.filter { choice in
            (try? FeedSequence(choice.workload, choice.schedule, paceUs: 1)) != nil
        }
        attempt.moments += sound.count
        for choice in try once(sound, showing: signature) where !isOverTime {
            let replays = try repetitions(
                of: choice, hunt.confirm.runs, from: Self.replayNumber)
            guard replays.allSatisfy({ $0.shows(signature) }) else { continue }
            (attempt.input, attempt.replays) = (choice, replays)
            return
        }
    }

    /// What is done between two records of a key, done between its first two, three, …, and nothing behind these is fed.
    /// A system that counts needs all that is in front, and where many are in front, none of them can be left out.
    static func earlierPlaces(of input: TrialInput) -> [TrialInput] {
        let records = input.workload.records
        guard input.schedule.faults.isEmpty, input.schedule.lines.count == 1,
            let line = input.schedule.lines.first, let gap = line.decision.gap,
            records.allSatisfy({ $0.source == line.source && $0.key == records.first?.key }),
            let own = records.firstIndex(where: { $0.offset == line.decision.slot }),
            let anchor = records.firstIndex(where: { $0.offset == gap.anchor }), anchor != own
        else { return [] }
        // In front of the first: behind none.
        let behind = gap.isBehind ? anchor : anchor - 1
        let most = own < behind ? own : behind + 1
        if most < 1 { return [] }
        return (1...most).reversed().map { shift in
            var choice = input
            let kept = Array(records.prefix(max(own, behind) - shift + 1))
            let place = behind - shift
            choice.workload.records = kept
            choice.schedule.lines[0].decision = line.decision.placed(
                of: records[own - shift].offset,
                in: place < 0 ? .before(records[0].offset) : .after(records[place].offset))
            return choice
        }
    }

    /// Late answers that come in time: all of them, and each one.
    static func promptAnswers(of input: TrialInput) -> [TrialInput] {
        let late = input.schedule.faults.indices.filter { input.schedule.faults[$0].isLate }
        return ((late.count > 1 ? [late] : []) + late.map { [$0] }).map { indices in
            var choice = input
            for index in indices {
                choice.schedule.faults[index] = choice.schedule.faults[index].answered(lateByUs: 0)
            }
            return choice
        }
    }

    /// Copies that stand elsewhere than their record: all of them as moves, and each one.
    static func moves(of input: TrialInput) -> [TrialInput] {
        let lines = input.schedule.lines
        let copies = lines.indices.filter { index in
            guard case .duplicate(_, let gap?) = lines[index].decision.operation,
                gap.anchor != lines[index].decision.slot
            else { return false }
            // A record stands in one place: another line of it would say where, or be about the copy.
            return lines.count {
                $0.source == lines[index].source
                    && $0.decision.slot == lines[index].decision.slot
            } == 1
        }
        func moving(_ indices: [Int]) -> TrialInput {
            var choice = input
            for index in indices {
                guard let gap = lines[index].decision.gap else { continue }
                choice.schedule.lines[index].decision.operation = .move(gap)
            }
            return choice
        }
        return (copies.count > 1 ? [moving(copies)] : []) + copies.map { moving([$0]) }
    }
}

extension LineDecision {
    /// Where it puts its record or a copy; nil where it puts nothing, or a copy right behind its record.
    fileprivate var gap: Gap? {
        switch operation {
        case .move(let gap): gap
        case .duplicate(_, let gap): gap
        case .drop, .delay, .corrupt, .untimed: nil
        }
    }

    fileprivate func placed(of slot: Offset, in gap: Gap) -> Self {
        var decision = self
        decision.slot = slot
        if case .duplicate(let copy, _) = operation {
            decision.operation = .duplicate(copy: copy, gap)
        } else {
            decision.operation = .move(gap)
        }
        return decision
    }
}

extension LineDecision.Gap {
    fileprivate var anchor: Offset {
        switch self {
        case .before(let offset), .after(let offset): offset
        }
    }

    fileprivate var isBehind: Bool { if case .after = self { true } else { false } }
}
