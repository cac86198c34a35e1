import Records

/// The one perturbation engine, for one partition: window lengths, and windows into outcomes.
///
/// A pure function of plan, partition, window start and records; what it holds beside them is scratch
/// memory. `docs/determinism.md` defines it: drops first, then orders among the survivors, then copies,
/// then delays and changes of single deliveries, each kind in the order of the plan.
public struct Perturber: Sendable {
    public let source: TopicPartition
    public let shape: WindowShape
    private let lengths: DrawStream
    private let drops: [Drop]
    private let orders: [Arrangement.OrderRule]
    private let duplicates: [Duplicate]
    private let delays: [Delay]
    private let corrupts: [Corrupt]

    // Scratch memory, kept from window to window.
    private var droppedBy: [Int32] = []
    private var survivors: [Int32] = []
    private var arrangement = Arrangement()
    private var copies = Copies()
    private var valueLengths: [Int32] = []
    private var canonical = Canonical()

    public init(plan: Plan, source: TopicPartition) {
        self.source = source
        shape = plan.window
        lengths = DrawStream(seed: plan.seed, purpose: "window", source: source)
        var drops: [Drop] = []
        var orders: [Arrangement.OrderRule] = []
        var duplicates: [Duplicate] = []
        var delays: [Delay] = []
        var corrupts: [Corrupt] = []
        for (index, rule) in plan.rules.enumerated() {
            guard let scope = RuleScope(rule, at: index, seed: plan.seed, source: source) else {
                continue
            }
            switch rule.action {
            case .drop(let probability):
                drops.append(Drop(scope: scope, probability: probability))
            case .order(let order):
                orders.append(.init(scope: scope, order: order))
            case .duplicate(let probability, let copies, let placement):
                duplicates.append(
                    Duplicate(
                        scope: scope, probability: probability, copies: copies,
                        placement: placement))
            case .delay(let probability, let time):
                delays.append(Delay(scope: scope, probability: probability, time: time))
            case .corrupt(let probability, let kind):
                corrupts.append(Corrupt(scope: scope, probability: probability, kind: kind))
            }
        }
        (self.drops, self.orders, self.duplicates) = (drops, orders, duplicates)
        (self.delays, self.corrupts) = (delays, corrupts)
    }

    /// How many records the window that starts at `start` takes.
    ///
    /// Draws: at the window's start, one number below (most - fewest + 1).
    public func windowLength(at start: Offset) -> Int {
        let span = UInt64(shape.records.upperBound - shape.records.lowerBound) + 1
        var draws = lengths.draws(at: start)
        return shape.records.lowerBound + Int(draws.below64(span))
    }

    /// Perturbs the records of one window.
    ///
    /// - Parameters:
    ///   - window: all of its records, in offset order.
    ///   - start: the offset at which the window starts (its first record's, or one in a gap before it).
    ///   - outcome: rewritten; its memory is used again.
    /// - Complexity: O(n log n) for n records, and what conditions on values cost to parse.
    public mutating func perturb(
        _ window: RecordBlock, start: Offset, into outcome: inout Outcome
    ) {
        window.withUnsafeBytes { bytes in
            window.entries.withUnsafeBufferPointer { entries in
                perturb(Window(entries: entries, bytes: bytes, start: start), into: &outcome)
            }
        }
    }

    private mutating func perturb(_ window: Window, into outcome: inout Outcome) {
        outcome.deliveries.removeAll(keepingCapacity: true)
        outcome.corruptions.removeAll(keepingCapacity: true)

        droppedBy.refill(with: Canonical.notDropped, count: window.entries.count)
        for index in drops.indices { drops[index].mark(&droppedBy, of: window) }
        survivors.removeAll(keepingCapacity: true)
        for slot in droppedBy.indices where droppedBy[slot] == Canonical.notDropped {
            survivors.append(Int32(slot))
        }

        copies.removeAll()
        for index in duplicates.indices {
            duplicates[index].draw(into: &copies, survivors: survivors, of: window)
        }
        arrangement.arrange(&survivors, by: orders, of: window)
        copies.assemble(survivors, movedBy: arrangement.movedBy, into: &outcome.deliveries)

        for index in delays.indices { delays[index].apply(to: &outcome.deliveries, of: window) }
        if !corrupts.isEmpty {
            valueLengths.removeAll(keepingCapacity: true)
            for delivery in outcome.deliveries {
                valueLengths.append(window.entries[Int(delivery.slot)].valueLength)
            }
            for index in corrupts.indices {
                corrupts[index].apply(to: &outcome, lengths: &valueLengths, of: window)
            }
        }
        canonical.describe(&outcome, drops: droppedBy)
    }
}
