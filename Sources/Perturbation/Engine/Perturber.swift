import Records

/// The one perturbation engine, for one partition: window lengths, and windows into outcomes.
///
/// A pure function of plan, partition, window start and records; what it holds beside them is scratch
/// memory. `docs/determinism.md` defines it: drops first, then orders among the survivors, then copies,
/// then delays and changes of single deliveries, each kind in the order of the plan.
public struct Perturber: Sendable {
    public let source: TopicPartition
    public let shape: WindowShape
    /// Windows start at their first record: what is in front may be no input.
    let isSparse: Bool
    private let lengths: DrawStream
    private let drops: [Drop]
    private let orders: [OrderRule]
    private let duplicates: [Duplicate]
    private let delays: [Delay]
    private let corrupts: [Corrupt]

    /// Scratch memory, kept from window to window.
    private var memory: [Int32] = []
    private var copies = Copies()
    private var canonical = Canonical()

    public init(plan: Plan, source: TopicPartition) {
        self.source = source
        shape = plan.window
        isSparse = plan.isSparse
        lengths = DrawStream(seed: plan.seed, purpose: "window", source: source)
        var drops: [Drop] = []
        var orders: [OrderRule] = []
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
                orders.append(OrderRule(scope: scope, order: order))
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
        // Taken out while it is lent, as the engine works on itself meanwhile.
        var memory: [Int32] = []
        swap(&memory, &self.memory)
        defer { swap(&memory, &self.memory) }
        let room = Scratch.room(records: window.count, orders: orders.count)
        if memory.count < room { memory = [Int32](repeating: 0, count: room) }
        window.withUnsafeBytes { bytes in
            window.entries.withUnsafeBufferPointer { entries in
                memory.withUnsafeMutableBufferPointer { memory in
                    var scratch = Scratch(memory)
                    perturb(
                        Window(entries: entries, bytes: bytes, start: start), &scratch, &outcome)
                }
            }
        }
    }

    private mutating func perturb(
        _ window: Window, _ scratch: inout Scratch, _ outcome: inout Outcome
    ) {
        let count = window.entries.count
        let droppedBy = scratch.take(count, filledWith: Canonical.notDropped)
        for index in drops.indices { drops[index].mark(droppedBy, of: window) }
        let survivors = Self.survivors(droppedBy, &scratch)

        copies.removeAll()
        for index in duplicates.indices {
            duplicates[index].draw(into: &copies, survivors: survivors, of: window)
        }
        let movers = Arrangement.apply(orders, to: survivors, of: window, &scratch)
        copies.assemble(survivors, movers, into: &outcome.deliveries, &scratch)

        for index in delays.indices { delays[index].apply(to: &outcome.deliveries, of: window) }
        outcome.corruptions.removeAll(keepingCapacity: true)
        if !corrupts.isEmpty { corrupt(&outcome, of: window) }
        let facts = Canonical.Facts(
            drops: droppedBy, originals: survivors, hasCopies: !copies.isEmpty,
            hasDelays: !delays.isEmpty)
        canonical.describe(&outcome, facts, &scratch)
    }

    /// The slots that no rule dropped.
    private static func survivors(
        _ droppedBy: Scratch.Numbers, _ scratch: inout Scratch
    ) -> Scratch.Numbers {
        let slots = scratch.take(droppedBy.count)
        var count = 0
        for slot in droppedBy.indices {
            slots[count] = Int32(truncatingIfNeeded: slot)
            count &+= droppedBy[slot] == Canonical.notDropped ? 1 : 0
        }
        return Scratch.Numbers(rebasing: slots[..<count])
    }

    private func corrupt(_ outcome: inout Outcome, of window: Window) {
        var lengths = outcome.deliveries.map { window.entries[Int($0.slot)].valueLength }
        for index in corrupts.indices {
            corrupts[index].apply(to: &outcome, lengths: &lengths, of: window)
        }
    }
}
