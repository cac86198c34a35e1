import Checking
import Foundation
import Records
import Shrinking

/// Fewer records at other moments. With less in front of it a system is elsewhere when a fault strikes, so a record that
/// delta debugging had to keep at the moments of the first trial may go at others.
extension HuntRun {
    /// Delays of a fault that are tried with each smaller workload, in microseconds.
    private static let momentsUs: [Int64] = [0, 5, 10, 20, 40, 80, 160].map { $0 * 1000 }
    /// The same where the delay counts from a moment.
    private static let onceMomentsUs: [Int64] = [0, 10, 40].map { $0 * 1000 }
    /// How many moments one fault is tried at, at most.
    private static let momentCount = momentsUs.count + 4

    /// The attempt with as few records as show the failure every time, each fault at a moment of its own; as it is
    /// where the failure does not hang on a moment.
    ///
    /// First all records go but those that something is done to, then half of the others, then one at a time. As many
    /// candidates are tried as delta debugging may ask for in all (docs/reproducers.md) where the smallest is it.
    func withFewerRecords(
        _ attempt: ShrinkingAttempt, of first: TrialInput, keeping signature: FailureSignature,
        confirmation: Confirmation
    ) throws -> ShrinkingAttempt {
        guard attempt.input.schedule.faults.contains(where: { !$0.kind.isOfSink }) else {
            return attempt
        }
        var best = attempt
        let parts = first.workload.records.count + first.schedule.atomCount
        func isAllowed() -> Bool {
            let kept = Self.touched(by: best.input).count + best.input.schedule.atomCount
            let most = 10 * Double(kept + 1) * log2(Double(parts + 1))
            let next = best.shrunk.candidates + best.moments + Self.momentCount
            return Double(next) <= most && !isOverTime
        }
        var refused: Set<String> = []
        while isAllowed() {
            let choices = Self.smallerWorkloads(of: best.input).filter {
                !refused.contains($0.digest)
            }
            guard let choice = choices.first else { break }
            refused.insert(choice.digest)
            if let next = try shown(choice, signature, confirmation, counting: &best.moments) {
                best.input = next.input
                best.replays = next.replays
            }
        }
        return best
    }

    /// The smallest first.
    package static func smallerWorkloads(of input: TrialInput) -> [TrialInput] {
        let records = input.workload.records
        if records.count < 2 { return [] }
        let touched = touched(by: input)
        let others = records.map(RecordName.init).filter { !touched.contains($0) }
        let halves =
            others.count < 3
            ? []
            : [
                Set(others.prefix(others.count / 2)), Set(others.dropFirst(others.count / 2)),
            ]
        var choices = ([Set(others)] + halves).map { gone in
            records.filter { !gone.contains(RecordName($0)) }
        }
        choices += records.indices.map { index in
            var fewer = records
            fewer.remove(at: index)
            return fewer
        }
        return choices.filter { !$0.isEmpty && $0.count < records.count }.map { kept in
            var part = input
            part.workload.records = kept
            part.schedule = part.schedule.restricted(to: part.workload)
            return part
        }
    }

    /// Records that something is done to, or that a fault strikes behind.
    private static func touched(by input: TrialInput) -> Set<RecordName> {
        Set(
            input.schedule.faults.map(\.at)
                + input.schedule.lines.map { RecordName($0.source, $0.decision.slot) })
    }

    /// The part at the moment nearest to its own that shows the failure in all replays; nil: there is none.
    private func shown(
        _ part: TrialInput, _ signature: FailureSignature, _ confirmation: Confirmation,
        counting candidates: inout Int
    ) throws -> (input: TrialInput, replays: [TrialSummary])? {
        for index in part.schedule.faults.indices
        where !part.schedule.faults[index].kind.isOfSink {
            let choices = Self.moments(of: part.schedule.faults[index]).map { fault in
                var choice = part
                choice.schedule.faults[index] = fault
                return choice
            }
            candidates += choices.count
            for choice in try once(choices, showing: signature) where !isOverTime {
                let again = try repetitions(of: choice, confirmation.trials)
                if again.count(where: { $0.shows(signature) }) < confirmation.needed { continue }
                let replays = try repetitions(
                    of: choice, hunt.confirm.runs, from: Self.replayNumber)
                if replays.allSatisfy({ $0.shows(signature) }) { return (choice, replays) }
            }
        }
        return nil
    }

    /// The nearest first, other moments of the system behind its own.
    private static func moments(of fault: SystemFault) -> [SystemFault] {
        let now = fault.delayUs
        let delays = (fault.once == nil ? momentsUs : onceMomentsUs).filter { $0 != now }
            .sorted { abs($0 - now) < abs($1 - now) }
        return [fault] + fault.atOtherMoments + delays.map(fault.delayed)
    }

    /// Those of them that show the failure in one run each, side by side, in their order.
    func once(
        _ choices: [TrialInput], showing signature: FailureSignature
    ) throws -> [TrialInput] {
        var left = choices.indices.makeIterator()
        var found: [Int] = []
        try TrialBench.sideBySide(
            width, next: { left.next() },
            run: { [self] index in
                do {
                    let input = choices[index]
                    return try summary(
                        of: input, phase: Self.repetitionPhase(of: input), number: 1
                    ).shows(signature)
                } catch let error as HuntError where error.kind == .system {
                    // The baseline of a part may not work at all: that says nothing.
                    return false
                }
            },
            done: { index, shows in if shows { found.append(index) } })
        return found.sorted().map { choices[$0] }
    }
}
