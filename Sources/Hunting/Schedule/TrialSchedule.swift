import Perturbation
import Records

/// What a trial does to its workload and to the system: decisions on records, and faults. Any subset of
/// it is a valid schedule.
public struct TrialSchedule: Hashable, Sendable {
    /// A decision with the partition that it is of; the rule is an index of ``ruleNames``.
    public struct Line: Hashable, Sendable {
        public var source: TopicPartition
        public var decision: LineDecision

        public init(_ source: TopicPartition, _ decision: LineDecision) {
            self.source = source
            self.decision = decision
        }
    }

    /// In the order of their lines: by partition, and as the engine wrote them.
    public var lines: [Line]
    public var faults: [SystemFault]
    /// Names behind the decisions' rules.
    public var ruleNames: [String]

    public init(lines: [Line] = [], faults: [SystemFault] = [], ruleNames: [String] = []) {
        self.lines = lines
        self.faults = faults
        self.ruleNames = ruleNames
    }

    public var isEmpty: Bool { lines.isEmpty && faults.isEmpty }
    public var atomCount: Int { lines.count + faults.count }

    /// What is left of it where records are taken out of the workload: their lines go, and anchors on
    /// them pass to the nearest earlier record of the partition that remains (none: the front).
    /// (semantics of shrinking; docs/reproducers.md)
    public func restricted(to workload: Workload) -> TrialSchedule {
        var kept: [TopicPartition: [Offset]] = [:]
        for record in workload.records { kept[record.source, default: []].append(record.offset) }
        for source in Array(kept.keys) { kept[source]?.sort() }
        let names = Set(workload.records.map(RecordName.init))
        var result = self
        result.lines = lines.compactMap { line in
            guard names.contains(RecordName(line.source, line.decision.slot)) else { return nil }
            return line.anchored(among: kept[line.source] ?? [])
        }
        result.faults = faults.compactMap { fault in
            if names.contains(fault.at) { return fault }
            // A fault strikes behind what is still delivered in front of it, or else behind the first that is: a fault
            // is left out for itself, and not with a record.
            guard let offsets = kept[fault.at.source], let first = offsets.first else {
                return nil
            }
            let offset = offsets.last { $0 < fault.at.offset } ?? first
            var moved = fault
            moved.at.offset = offset
            moved.copy = 0
            return moved
        }
        return result
    }
}

extension TrialSchedule.Line {
    /// The line with its anchor moved to a record that is there; nil where that says nothing any more.
    fileprivate func anchored(among offsets: [Offset]) -> Self {
        func moved(_ gap: LineDecision.Gap) -> LineDecision.Gap {
            let anchor: Offset
            switch gap {
            case .before(let offset): anchor = offset
            case .after(let offset): anchor = offset
            }
            if offsets.contains(anchor) { return gap }
            if let earlier = offsets.last(where: { $0 < anchor }) { return .after(earlier) }
            return .before(offsets.first ?? decision.slot)
        }
        var line = self
        switch decision.operation {
        case .move(let gap): line.decision.operation = .move(moved(gap))
        case .duplicate(let copy, let gap?):
            line.decision.operation = .duplicate(copy: copy, moved(gap))
        case .drop, .duplicate, .delay, .corrupt, .untimed: break
        }
        return line
    }
}
