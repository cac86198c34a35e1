import Perturbation
import Records

/// Schedules near a given one: the same atoms, with other places, delays and moments.
struct Neighbourhood {
    let input: TrialInput

    init(of input: TrialInput) { self.input = input }

    /// Draws: from the stream `near` of the input's seed at the number: for each line, then for each fault, what
    /// becomes of it.
    func neighbour(_ number: Int) -> TrialInput {
        let stream = DrawStream(seed: input.seed, purpose: "near", source: TopicPartition("", 0))
        var draws = stream.draws(at: Offset(number))
        var neighbour = input
        neighbour.origin = "near the reproducer, number \(number)"
        neighbour.schedule.lines = input.schedule.lines.map { varied($0, &draws) }
        neighbour.schedule.faults = input.schedule.faults.map { varied($0, &draws) }
        return neighbour
    }

    private func offsets(of source: TopicPartition) -> [Offset] {
        input.workload.records(of: source).map(\.record.offset)
    }

    /// Half of the lines keep their place; others go behind any record of their partition.
    private func varied(_ line: TrialSchedule.Line, _ draws: inout Draws) -> TrialSchedule.Line {
        guard draws.below(2) == 0 else { return line }
        let offsets = offsets(of: line.source)
        let anchor = offsets[Int(draws.below64(UInt64(offsets.count)))]
        var line = line
        switch line.decision.operation {
        case .move: line.decision.operation = .move(.after(anchor))
        case .duplicate(let copy, .some):
            line.decision.operation = .duplicate(copy: copy, .after(anchor))
        case .duplicate(let copy, nil):
            line.decision.operation = .duplicate(copy: copy, .after(anchor))
        case .delay(let copy, let time):
            let other = draws.within(0...max(1, 3 * time))
            line.decision.operation = .delay(copy: copy, microseconds: other)
        case .drop, .corrupt, .untimed: break
        }
        return line
    }

    /// Another moment, up to three times as late; in a third of the cases behind another record.
    private func varied(_ fault: SystemFault, _ draws: inout Draws) -> SystemFault {
        var fault = fault
        if !fault.kind.isOfSink {
            fault.delayUs = draws.within(0...max(10_000, 3 * fault.delayUs))
        }
        if draws.below(3) == 0 {
            let offsets = offsets(of: fault.at.source)
            if !offsets.isEmpty {
                fault.at.offset = offsets[Int(draws.below64(UInt64(offsets.count)))]
                fault.copy = 0
            }
        }
        return fault
    }
}
