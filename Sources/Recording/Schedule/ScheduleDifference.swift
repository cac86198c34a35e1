import Perturbation
import Records

/// What two schedules decide differently, decision by decision.
///
/// Decisions are matched by record, operation and copy (for a corruption also the rule). Order of lines
/// counts only where things stand in one gap, which shows as other anchors.
///
/// - Complexity: memory for the decisions of one of the two.
public struct ScheduleDifference: Sendable {
    public struct Entry: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            case onlyLeft = "-"
            case onlyRight = "+"
            case changed = "~"
        }

        public var kind: Kind
        public var source: TopicPartition
        public var offset: Offset
        /// The line of the left schedule, without its line feed.
        public var left: String?
        public var right: String?
    }

    /// What the first lines differ in that decides: seed and plan.
    public private(set) var header: [String] = []
    /// The recordings' ids where they are two: the same traffic recorded twice has two.
    public private(set) var recordings: (left: String, right: String)?
    /// By partition and offset.
    public private(set) var entries: [Entry] = []
    /// Decisions that are the same in both.
    public private(set) var same = 0

    private struct Identity: Hashable {
        var source: TopicPartition
        var offset: Offset
        var operation: Int
        var copy: Int32
        var rule: String
    }

    public init(_ left: String, _ right: String) throws {
        let first = try ScheduleReader(path: left)
        let second = try ScheduleReader(path: right)
        if first.header.plan.seed != second.header.plan.seed {
            header.append("seed: \(first.header.plan.seed) / \(second.header.plan.seed)")
        }
        let plans = (first.header.plan, second.header.plan)
        // The seed has a line of its own.
        var reseeded = plans.1
        reseeded.seed = plans.0.seed
        if plans.0 != reseeded {
            header.append("plan: \(plans.0.canonicalText) / \(plans.1.canonicalText)")
        }
        if first.header.recording != second.header.recording {
            recordings = (first.header.recording, second.header.recording)
        }
        var known = try Self.decisions(first)
        for (identity, line) in try Self.decisions(second) {
            guard let match = known.removeValue(forKey: identity) else {
                entries.append(Self.entry(.onlyRight, identity, nil, line))
                continue
            }
            if match == line {
                same += 1
            } else {
                entries.append(Self.entry(.changed, identity, match, line))
            }
        }
        for (identity, line) in known {
            entries.append(Self.entry(.onlyLeft, identity, line, nil))
        }
        entries.sort {
            ($0.source, $0.offset, $0.kind.rawValue, $0.left ?? $0.right ?? "")
                < ($1.source, $1.offset, $1.kind.rawValue, $1.left ?? $1.right ?? "")
        }
    }

    public var isEmpty: Bool { header.isEmpty && entries.isEmpty }

    private static func entry(
        _ kind: Entry.Kind, _ identity: Identity, _ left: String?, _ right: String?
    ) -> Entry {
        Entry(
            kind: kind, source: identity.source, offset: identity.offset, left: left, right: right)
    }

    /// Decisions that count, each once: a window that was written again says the same again, and what
    /// never became visible says nothing. Where the file alone cannot tell what became visible, all of
    /// them.
    private static func decisions(_ reader: ScheduleReader) throws -> [Identity: String] {
        let chain = try? Chain(schedules: [reader.path])
        var ordinals: [TopicPartition: Int] = [:]
        var encoders: [TopicPartition: (names: Int, encoder: DecisionEncoder)] = [:]
        var decisions: [Identity: String] = [:]
        var text = TextBuffer()
        while let line = try reader.next() {
            if case .segment(let segment) = line {
                ordinals[segment.source] = ordinals[segment.source].map { $0 + 1 } ?? 0
            }
            guard case .decision(let source, let decision) = line else { continue }
            if let chain {
                let key = Chain.Key(file: 0, source: source, ordinal: ordinals[source] ?? 0)
                guard let extent = chain.extent(of: key),
                    decision.slot < extent.end || extent.emitted > 0
                else { continue }
            }
            let names = reader.ruleNames
            if encoders[source]?.names != names.count {
                encoders[source] = (
                    names.count, DecisionEncoder(source: source, ruleNames: names)
                )
            }
            text.removeAll()
            encoders[source]?.encoder.encode(decision, into: &text)
            decisions[identity(source, decision, names)] = String(text.string.dropLast())
        }
        return decisions
    }

    private static func identity(
        _ source: TopicPartition, _ decision: LineDecision, _ names: [String]
    ) -> Identity {
        var identity = Identity(
            source: source, offset: decision.slot, operation: 0, copy: 0, rule: "")
        switch decision.operation {
        case .drop: break
        case .move: identity.operation = 1
        case .duplicate(let copy, _):
            identity.operation = 2
            identity.copy = copy
        case .delay(let copy, _):
            identity.operation = 3
            identity.copy = copy
        case .corrupt(let copy, _):
            identity.operation = 4
            identity.copy = copy
            let rule = Int(decision.rule)
            identity.rule = names.indices.contains(rule) ? names[rule] : ""
        case .untimed: identity.operation = 5
        }
        return identity
    }
}
