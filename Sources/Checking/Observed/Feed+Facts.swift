/// What happened to input records on their way, as far as invariants are judged by it.
struct Touch: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let drop = Touch(rawValue: 1)
    static let duplicate = Touch(rawValue: 2)
    /// Delivered at another place among the records of its partition.
    static let move = Touch(rawValue: 4)
    /// Delivered at another place among the records of its key and partition.
    static let moveWithinKey = Touch(rawValue: 8)
    static let delay = Touch(rawValue: 16)
    static let corrupt = Touch(rawValue: 32)
    static let fault = Touch(rawValue: 64)
    /// Delivered again where no reader who goes back and on from there would have it, among the records of its
    /// partition.
    static let repeatOutOfOrder = Touch(rawValue: 128)
    /// The same among the records of its key and partition.
    static let repeatOutOfKeyOrder = Touch(rawValue: 256)
    /// An entity's records stand on several partitions. Kafka promises no order between those, and in which a consumer
    /// takes them changes with every delay, whatever the order of delivery.
    static let severalPartitions = Touch(rawValue: 512)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// These kinds, and delays, which change nothing by themselves.
    init(_ kinds: Set<Injection.Kind>) {
        self = Injection.Kind.allCases.filter(kinds.contains)
            .reduce(.delay) { $0.union(Touch($1)) }
    }

    init(_ kind: Injection.Kind) {
        switch kind {
        case .drop: self = .drop
        case .duplicate: self = [.duplicate, .repeatOutOfOrder, .repeatOutOfKeyOrder]
        case .move: self = [.move, .moveWithinKey]
        case .delay: self = .delay
        case .corrupt: self = .corrupt
        case .fault: self = .fault
        }
    }
}

extension AssumedContract {
    /// What the system must cope with: partitions in any order among themselves under every contract.
    var covered: Touch {
        var covered: Touch = [.delay, .severalPartitions]
        if delivery == .atLeastOnce { covered.formUnion([.duplicate, .fault]) }
        switch order {
        case .perPartition: break
        case .perKey: covered.formUnion([.move, .repeatOutOfOrder])
        case .none:
            covered.formUnion([
                .move, .moveWithinKey, .repeatOutOfOrder, .repeatOutOfKeyOrder,
            ])
        }
        return covered
    }

    /// What sameness may be claimed for beside what an invariant declares harmless itself, and for order: without an
    /// order between partitions nothing says how an entity of several of them ends.
    var coveredBySameness: Touch {
        order == .none ? covered : covered.subtracting(.severalPartitions)
    }
}

extension AssumedContract {
    /// An order that is wrong: whose doing, by what happened to the entity's input.
    func orderCause(_ touch: Touch) -> Breach.Cause {
        let causes: Touch = [
            .moveWithinKey, .duplicate, .repeatOutOfKeyOrder, .fault, .corrupt, .severalPartitions,
        ]
        let uncovered = touch.intersection(causes).subtracting(coveredBySameness)
        return uncovered.isEmpty ? .system : .injected
    }

    func partitionWords(_ touch: Touch) -> String {
        touch.contains(.severalPartitions) && order != .none
            ? "; its input stands on several partitions, between which Kafka promises no order" : ""
    }
}

/// What became of each record of the workload. Told from the deliveries themselves, so that it holds for any schedule;
/// only delays and faults are told from its lines.
struct FeedFacts {
    /// Index of the first delivery; -1: none.
    private(set) var firstDelivery: [Int]
    private(set) var touches: [Touch]
    /// All together.
    private(set) var all: Touch = []
    var hasFaults: Bool { all.contains(.fault) }

    init(_ feed: Feed) {
        firstDelivery = Array(repeating: -1, count: feed.workloadCount)
        touches = Array(repeating: [], count: feed.workloadCount)
        for (index, delivery) in feed.deliveries.enumerated() {
            if firstDelivery[delivery.record] >= 0 {
                touches[delivery.record].insert(.duplicate)
            } else {
                firstDelivery[delivery.record] = index
            }
            if delivery.content != delivery.record { touches[delivery.record].insert(.corrupt) }
        }
        for record in touches.indices where firstDelivery[record] < 0 {
            touches[record].insert(.drop)
        }
        all.formUnion(touches.reduce([]) { $0.union($1) })
        for injection in feed.injections {
            if injection.kind == .fault {
                all.insert(.fault)
            } else if injection.kind == .delay, touches.indices.contains(injection.record) {
                touches[injection.record].insert(.delay)
            }
        }
        let sources = feed.records.entries.prefix(feed.workloadCount).map { Int($0.source) + 1 }
        mark(
            .move, .repeatOutOfOrder, groups: sources, count: feed.records.sources.count + 1,
            in: feed)
        all.formUnion(touches.reduce([]) { $0.union($1) })
    }

    /// Marks records whose first deliveries are not in the order of the workload within their group, and those whose
    /// repetitions are none that a reader makes who goes back to an earlier position and on from there.
    mutating func mark(
        _ moved: Touch, _ repeated: Touch, groups: [Int], count: Int, in feed: Feed
    ) {
        markOrder(moved, groups: groups, count: count)
        if all.contains(.duplicate) {
            markRepetitions(repeated, groups: groups, count: count, in: feed)
        }
    }

    /// With one order for all repetitions, `a b a b` is what comes of going back, and in `a b a c` the second `a` is out
    /// of order.
    private mutating func markRepetitions(
        _ touch: Touch, groups: [Int], count: Int, in feed: Feed
    ) {
        var rank = [Int](repeating: 0, count: groups.count)
        var delivered = [Int](repeating: 0, count: count)
        for record in groups.indices where firstDelivery[record] >= 0 {
            rank[record] = delivered[groups[record]]
            delivered[groups[record]] += 1
        }
        /// The repetition that was delivered last, until something else is.
        var repeated = [Int](repeating: -1, count: count)
        for (index, delivery) in feed.deliveries.enumerated() {
            let (record, group) = (delivery.record, groups[delivery.record])
            let before = repeated[group]
            if before >= 0, rank[record] > rank[before] + 1 {
                touches[before].insert(touch)
            }
            repeated[group] = index == firstDelivery[record] ? -1 : record
        }
        for (group, record) in repeated.enumerated() where record >= 0 {
            if rank[record] < delivered[group] - 1 { touches[record].insert(touch) }
        }
    }

    private mutating func markOrder(_ touch: Touch, groups: [Int], count: Int) {
        var latest = [Int](repeating: -1, count: count)
        for record in touches.indices where firstDelivery[record] >= 0 {
            if firstDelivery[record] < latest[groups[record]] { touches[record].insert(touch) }
            latest[groups[record]] = max(latest[groups[record]], firstDelivery[record])
        }
        var earliest = [Int](repeating: .max, count: count)
        for record in touches.indices.reversed() where firstDelivery[record] >= 0 {
            if firstDelivery[record] > earliest[groups[record]] { touches[record].insert(touch) }
            earliest[groups[record]] = min(earliest[groups[record]], firstDelivery[record])
        }
    }
}

/// What happened to the input of each entity.
struct EntityTouches {
    private var touches: [Touch] = []
    /// The entity's first record in the workload; -1: it has none.
    private var firstRecord: [Int] = []
    private let all: Touch
    private let hasFaults: Bool

    /// - Parameters:
    ///   - entities: of each record of the feed.
    ///   - count: entities are below it.
    init(_ feed: Feed, _ facts: FeedFacts, entities: [Int32], count: Int) {
        var facts = facts
        var numbers: [Int: Int] = [:]
        let groups = (0..<feed.workloadCount).map { record in
            let source = Int(feed.records.entries[record].source) + 1
            let group = Int(entities[record] + 1) * (feed.records.sources.count + 1) + source
            if let number = numbers[group] { return number }
            numbers[group] = numbers.count
            return numbers.count - 1
        }
        facts.mark(
            .moveWithinKey, .repeatOutOfKeyOrder, groups: groups, count: numbers.count, in: feed)
        touches = Array(repeating: [], count: count)
        firstRecord = Array(repeating: -1, count: count)
        var hasSeveral = false
        let first = feed.records.entries.first?.source
        for record in 0..<feed.workloadCount {
            let place = feed.records.entries[record].source
            hasSeveral = hasSeveral || place != first
            if entities[record] < 0 { continue }
            let entity = Int(entities[record])
            touches[entity].formUnion(facts.touches[record])
            if firstRecord[entity] < 0 {
                firstRecord[entity] = record
            } else if place != feed.records.entries[firstRecord[entity]].source {
                touches[entity].insert(.severalPartitions)
            }
        }
        hasFaults = facts.hasFaults
        all = facts.all.union(facts.touches.reduce([]) { $0.union($1) })
            .union(hasSeveral ? .severalPartitions : [])
    }

    /// Of an entity without input of its own: what happened to any.
    func touch(of entity: Int32) -> Touch {
        guard let record = firstRecord(of: entity), record >= 0 else { return all }
        return hasFaults ? touches[Int(entity)].union(.fault) : touches[Int(entity)]
    }

    /// The entity's first record in the workload.
    func firstRecord(of entity: Int32) -> Int? {
        guard entity >= 0, firstRecord.indices.contains(Int(entity)) else { return nil }
        let record = firstRecord[Int(entity)]
        return record < 0 ? nil : record
    }
}
