/// How one stream of a baseline and of a variant are held against each other.
public struct Comparison: Hashable, Sendable {
    public var stream: String
    public var view: Divergence.View
    /// What names the entity.
    public var key: Selector

    public init(stream: String, view: Divergence.View, key: Selector = .key) {
        self.stream = stream
        self.view = view
        self.key = key
    }

    /// What suits a stream of that kind: topics in order per key, what was done as a multiset, states at their end.
    /// States without keys are multisets of lines.
    public init(_ observation: Observation) {
        self.init(stream: observation.name, view: Self.view(of: observation.kind))
    }

    static func view(of kind: Observation.Kind) -> Divergence.View {
        switch kind {
        case .topic: .sequence
        case .ledger, .calls, .file: .multiset
        case .changes, .state: .state
        }
    }
}

/// Two streams, their records grouped by entity.
struct PairedStreams {
    let baseline: Side
    let variant: Side
    /// Entities in the order of their first sight, the baseline's first.
    private(set) var entities: [Int32] = []
    /// Without keys there are no entities: all records are one group.
    var hasEntities: Bool { entities.contains { $0 >= 0 } }

    struct Side {
        let keys: [Int32]
        let values: [Int32]
        /// Of each entity's number + 1 (0: no key) where its records begin in `order`.
        let starts: [Int]
        let order: [Int]

        init(keys: [Int32], values: [Int32], groups: Int) {
            self.keys = keys
            self.values = values
            var starts = [Int](repeating: 0, count: groups + 1)
            for key in keys { starts[Int(key) + 2] += 1 }
            for group in 1..<starts.count { starts[group] += starts[group - 1] }
            var next = starts
            var order = [Int](repeating: 0, count: keys.count)
            for (index, key) in keys.enumerated() {
                order[next[Int(key) + 1]] = index
                next[Int(key) + 1] += 1
            }
            self.starts = starts
            self.order = order
        }

        /// The entity's records in their order.
        func records(of entity: Int32) -> ArraySlice<Int> {
            order[starts[Int(entity) + 1]..<starts[Int(entity) + 2]]
        }
    }

    init(
        _ baseline: ObservedRecords, _ variant: ObservedRecords, key: Selector,
        columns: inout Columns
    ) throws(CheckingError) {
        let baselineKeys = try columns.column(key, of: baseline)
        let variantKeys = try columns.column(key, of: variant)
        let groups = columns.interner.count + 1
        let baselineValues = try columns.column(.value, of: baseline)
        let variantValues = try columns.column(.value, of: variant)
        self.baseline = Side(keys: baselineKeys, values: baselineValues, groups: groups)
        self.variant = Side(keys: variantKeys, values: variantValues, groups: groups)
        var seen = [Bool](repeating: false, count: groups)
        for key in baselineKeys + variantKeys where !seen[Int(key) + 1] {
            seen[Int(key) + 1] = true
            entities.append(key)
        }
    }
}

extension Comparison {
    /// The first difference of each entity, in the order of first sight; empty where there is none.
    ///
    /// - Complexity: O(bytes of both)
    func divergences(
        from baseline: ObservedRecords, to variant: ObservedRecords, columns: inout Columns
    ) throws(CheckingError) -> [Divergence] {
        let streams = try PairedStreams(baseline, variant, key: key, columns: &columns)
        return streams.entities.compactMap { entity in
            guard let found = difference(of: entity, in: streams) else { return nil }
            return Divergence(
                stream: stream, view: view, entity: columns.text(of: entity),
                baseline: found.baseline, variant: found.variant, position: found.position,
                differences: found.count)
        }
    }

    typealias Difference = (baseline: [Int], variant: [Int], position: Int, count: Int)

    func difference(of entity: Int32, in streams: PairedStreams) -> Difference? {
        let left = streams.baseline.records(of: entity)
        let right = streams.variant.records(of: entity)
        let (old, new) = (streams.baseline.values, streams.variant.values)
        switch view {
        case .state where !streams.hasEntities: return Self.multiset(left, old, right, new)
        case .sequence: return Self.sequence(left, old, right, new)
        case .multiset: return Self.multiset(left, old, right, new)
        case .state: return Self.state(left, old, right, new)
        }
    }

    private static func sequence(
        _ left: ArraySlice<Int>, _ old: [Int32], _ right: ArraySlice<Int>, _ new: [Int32]
    ) -> Difference? {
        let equal = zip(left, right).prefix { old[$0] == new[$1] }.count
        if equal == left.count, equal == right.count { return nil }
        let tail = zip(left.reversed(), right.reversed())
            .prefix(min(left.count, right.count) - equal).prefix { old[$0] == new[$1] }.count
        let count = max(left.count, right.count) - equal - tail
        return (
            Array(left.dropFirst(equal).prefix(1)), Array(right.dropFirst(equal).prefix(1)), equal,
            count
        )
    }

    private static func multiset(
        _ left: ArraySlice<Int>, _ old: [Int32], _ right: ArraySlice<Int>, _ new: [Int32]
    ) -> Difference? {
        if left.count == right.count, zip(left, right).allSatisfy({ old[$0] == new[$1] }) {
            return nil
        }
        var surplus: [Int32: Int] = [:]
        var count = left.count
        for index in left { surplus[old[index], default: 0] += 1 }
        for index in right {
            count += surplus[new[index], default: 0] > 0 ? -1 : 1
            surplus[new[index], default: 0] -= 1
        }
        if count == 0 { return nil }
        // The last of those that are too many is the one that need not have been.
        let missing = left.last { surplus[old[$0], default: 0] > 0 }
        let extra = right.last { surplus[new[$0], default: 0] < 0 }
        return (missing.map { [$0] } ?? [], extra.map { [$0] } ?? [], 0, count)
    }

    private static func state(
        _ left: ArraySlice<Int>, _ old: [Int32], _ right: ArraySlice<Int>, _ new: [Int32]
    ) -> Difference? {
        let before = left.last.map { old[$0] } ?? Columns.absent
        let after = right.last.map { new[$0] } ?? Columns.absent
        if before == after { return nil }
        return (left.last.map { [$0] } ?? [], right.last.map { [$0] } ?? [], 0, 1)
    }
}
