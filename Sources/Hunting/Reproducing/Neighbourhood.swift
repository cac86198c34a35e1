import Perturbation
import Records

/// Schedules near a given one: the same atoms, with other places, delays and moments; every second one on the workload
/// that the input was shrunk from, as between two records there is hardly another place.
package struct Neighbourhood {
    private let input: TrialInput
    private let whole: Workload?

    /// - Parameter whole: what the input was shrunk from, if it is known; what is done in the input must be to records
    ///   of it.
    package init(of input: TrialInput, in whole: Workload? = nil) {
        self.input = input
        let names = Set((whole?.records ?? []).map(RecordName.init))
        let isPart = input.workload.records.allSatisfy { names.contains(RecordName($0)) }
        self.whole = isPart ? whole : nil
    }

    /// Draws: from the stream `near` of the input's seed at the number: for each line, then for each fault, what
    /// becomes of it.
    package func neighbour(_ number: Int) -> TrialInput {
        let stream = DrawStream(seed: input.seed, purpose: "near", source: TopicPartition("", 0))
        var draws = stream.draws(at: Offset(number))
        var neighbour = input
        neighbour.origin = "near the reproducer, number \(number)"
        if let whole, number.isMultiple(of: 2) { neighbour.workload = whole }
        let places = Dictionary(grouping: neighbour.workload.records, by: \.source)
            .mapValues { $0.map(\.offset) }
        neighbour.schedule.lines = input.schedule.lines.map {
            varied($0, among: places[$0.source] ?? [], &draws)
        }
        neighbour.schedule.faults = input.schedule.faults.map {
            varied($0, among: places[$0.at.source] ?? [], &draws)
        }
        return neighbour
    }

    /// Half of the lines keep their place; others go behind any record of their partition.
    private func varied(
        _ line: TrialSchedule.Line, among offsets: [Offset], _ draws: inout Draws
    ) -> TrialSchedule.Line {
        guard draws.below(2) == 0, !offsets.isEmpty else { return line }
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
    private func varied(
        _ fault: SystemFault, among offsets: [Offset], _ draws: inout Draws
    ) -> SystemFault {
        var fault = fault
        if !fault.kind.isOfSink {
            let delay = draws.within(0...max(10_000, 3 * fault.delayUs))
            // At a commit itself is what a fault that waits for one was found at: half of them stay there.
            if fault.once == nil || delay % 2 == 0 { fault.delayUs = delay }
        }
        if draws.below(3) == 0 {
            if !offsets.isEmpty {
                fault.at.offset = offsets[Int(draws.below64(UInt64(offsets.count)))]
                fault.copy = 0
            }
        }
        return fault
    }
}
