import Configuration
import Records

/// The one perturbation engine, for one partition: window lengths, and windows into outcomes.
///
/// A pure function of plan, partition, window start and records; what it holds beside them is scratch
/// memory. Rules run in the order of the plan (semantics in `docs/determinism.md`): drops first, then
/// orders among the survivors, then copies, then delays and changes of single deliveries.
public struct Perturber: Sendable {
    public let source: TopicPartition
    public let shape: WindowShape
    private let lengths: DrawStream
    private let rules: [CompiledRule]
    private var scratch = Scratch()
    private var canonical = Canonical()

    /// A rule that can match in this partition.
    struct CompiledRule: Sendable {
        let index: Int32
        let condition: Condition
        let matchesAll: Bool
        let action: Rule.Action
        let stream: DrawStream
        let shares: DrawStream

        @inline(__always)
        func matches(_ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) -> Bool {
            matchesAll || condition.matches(entry, in: bytes, shares: shares)
        }
    }

    struct Scratch: Sendable {
        var drops: [Int32] = []
        var survivors: [Int32] = []
        var orderOf: [Int32] = []
        var places: [Int32] = []
        var items: [Int32] = []
        var perKey = PerKey()
        var adjacent: [(slot: Int32, copy: Int32, rule: Int32)] = []
        var scattered: [(gap: Int32, slot: Int32, copy: Int32, rule: Int32)] = []
    }

    public init(plan: Plan, source: TopicPartition) {
        self.source = source
        shape = plan.window
        lengths = DrawStream(seed: plan.seed, purpose: "window", source: source)
        rules = plan.rules.enumerated().compactMap { index, rule in
            guard rule.condition.admits(source) else { return nil }
            return CompiledRule(
                index: Int32(index), condition: rule.condition,
                matchesAll: rule.condition.isPerPartition, action: rule.action,
                stream: DrawStream(
                    seed: plan.seed, purpose: "rule/\(rule.name)", source: source),
                shares: DrawStream(
                    seed: plan.seed, purpose: "share/\(rule.name)", source: source))
        }
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
        outcome.deliveries.removeAll(keepingCapacity: true)
        outcome.corruptions.removeAll(keepingCapacity: true)
        window.withUnsafeBytes { bytes in
            drop(window.entries, bytes)
            order(window.entries, bytes, start)
            copy(window.entries, bytes)
            assemble(into: &outcome)
            delayAndCorrupt(&outcome, window.entries, bytes)
        }
        canonical.describe(&outcome, drops: scratch.drops)
    }

    private mutating func drop(
        _ entries: [RecordBlock.Entry], _ bytes: UnsafeRawBufferPointer
    ) {
        scratch.drops.removeAll(keepingCapacity: true)
        scratch.drops.append(
            contentsOf: repeatElement(Canonical.notDropped, count: entries.count))
        for rule in rules {
            guard case .drop(let share) = rule.action else { continue }
            for slot in entries.indices where scratch.drops[slot] == Canonical.notDropped {
                guard rule.matches(entries[slot], in: bytes) else { continue }
                var draws = rule.stream.draws(at: entries[slot].offset)
                if draws.hits(share.numerator, in: share.denominator) {
                    scratch.drops[slot] = rule.index
                }
            }
        }
        scratch.survivors.removeAll(keepingCapacity: true)
        for slot in entries.indices where scratch.drops[slot] == Canonical.notDropped {
            scratch.survivors.append(Int32(slot))
        }
    }

    /// Rearranges `scratch.survivors`; `scratch.orderOf` names each record's order rule.
    private mutating func order(
        _ entries: [RecordBlock.Entry], _ bytes: UnsafeRawBufferPointer, _ start: Offset
    ) {
        scratch.orderOf.removeAll(keepingCapacity: true)
        scratch.orderOf.append(contentsOf: repeatElement(-1, count: entries.count))
        let survivors = scratch.survivors
        for rule in rules {
            guard case .order(let order) = rule.action else { continue }
            scratch.places.removeAll(keepingCapacity: true)
            scratch.items.removeAll(keepingCapacity: true)
            for (place, slot) in survivors.enumerated()
            where scratch.orderOf[Int(slot)] < 0 && rule.matches(entries[Int(slot)], in: bytes) {
                scratch.orderOf[Int(slot)] = rule.index
                scratch.places.append(Int32(place))
                scratch.items.append(slot)
            }
            rearrange(order, entries, bytes, rule.stream, start)
            for (index, place) in scratch.places.enumerated() {
                scratch.survivors[Int(place)] = scratch.items[index]
            }
        }
        // A record that no order rule matches may still be passed by others; those moved it.
        guard let first = scratch.orderOf.first(where: { $0 >= 0 }) else { return }
        for slot in entries.indices where scratch.orderOf[slot] < 0 {
            scratch.orderOf[slot] = first
        }
    }

    private mutating func rearrange(
        _ order: Order, _ entries: [RecordBlock.Entry], _ bytes: UnsafeRawBufferPointer,
        _ stream: DrawStream, _ start: Offset
    ) {
        var draws = stream.draws(at: start)
        switch order {
        case .none: break
        case .shuffle: Shuffle.permute(&scratch.items, &draws)
        case .perKey: scratch.perKey.permute(&scratch.items, of: entries, in: bytes, &draws)
        case .displacement(let k):
            Displacement.permute(&scratch.items, by: k, of: entries, stream)
        case .byDelay(let delay, let spacing):
            ByDelay.permute(&scratch.items, by: delay, spacing: spacing, of: entries, stream)
        }
    }

    /// Draws: per record and rule, at its offset: the hit, the number of copies where that varies, and
    /// for each copy that goes anywhere its gap, a number below the survivors + 1.
    private mutating func copy(
        _ entries: [RecordBlock.Entry], _ bytes: UnsafeRawBufferPointer
    ) {
        scratch.adjacent.removeAll(keepingCapacity: true)
        scratch.scattered.removeAll(keepingCapacity: true)
        guard rules.contains(where: { if case .duplicate = $0.action { true } else { false } })
        else { return }
        let gaps = UInt64(scratch.survivors.count) + 1
        for slot in entries.indices where scratch.drops[slot] == Canonical.notDropped {
            var number: Int32 = 0
            for rule in rules {
                guard case .duplicate(let share, let copies, let placement) = rule.action,
                    rule.matches(entries[slot], in: bytes)
                else { continue }
                var draws = rule.stream.draws(at: entries[slot].offset)
                guard draws.hits(share.numerator, in: share.denominator) else { continue }
                let more = UInt64(copies.upperBound - copies.lowerBound)
                let count = copies.lowerBound + (more == 0 ? 0 : Int(draws.below64(more + 1)))
                for _ in 0..<count {
                    number += 1
                    if placement == .adjacent {
                        scratch.adjacent.append((Int32(slot), number, rule.index))
                    } else {
                        let gap = Int32(draws.below64(gaps))
                        scratch.scattered.append((gap, Int32(slot), number, rule.index))
                    }
                }
            }
        }
    }

    /// Gap 0 is the front, gap i is behind the i-th survivor and its adjacent copies; within a gap
    /// copies stand in input order.
    private mutating func assemble(into outcome: inout Outcome) {
        scratch.scattered.sort { ($0.gap, $0.slot, $0.copy) < ($1.gap, $1.slot, $1.copy) }
        let adjacent = scratch.adjacent
        var next = 0
        func place(_ gap: Int, _ outcome: inout Outcome) {
            while next < scratch.scattered.count, scratch.scattered[next].gap == gap {
                let copy = scratch.scattered[next]
                outcome.deliveries.append(
                    Delivery(slot: copy.slot, copy: copy.copy, placedBy: copy.rule))
                next += 1
            }
        }
        place(0, &outcome)
        for (index, slot) in scratch.survivors.enumerated() {
            outcome.deliveries.append(
                Delivery(slot: slot, placedBy: scratch.orderOf[Int(slot)]))
            if !adjacent.isEmpty {
                var own = partitionPoint(adjacent.count) { adjacent[$0].slot < slot }
                while own < adjacent.count, adjacent[own].slot == slot {
                    outcome.deliveries.append(
                        Delivery(
                            slot: slot, copy: adjacent[own].copy, placedBy: adjacent[own].rule))
                    own += 1
                }
            }
            place(index + 1, &outcome)
        }
    }

    /// Draws: per delivery and rule, at the record's offset and the number of the copy: the hit, then
    /// the delay, or the number of bytes kept, or the bit.
    private func delayAndCorrupt(
        _ outcome: inout Outcome, _ entries: [RecordBlock.Entry], _ bytes: UnsafeRawBufferPointer
    ) {
        for rule in rules {
            switch rule.action {
            case .delay(let share, let distribution):
                for index in outcome.deliveries.indices {
                    let delivery = outcome.deliveries[index]
                    let entry = entries[Int(delivery.slot)]
                    guard rule.matches(entry, in: bytes) else { continue }
                    var draws = rule.stream.draws(at: entry.offset, copy: delivery.copy)
                    guard draws.hits(share.numerator, in: share.denominator) else { continue }
                    let delay = distribution.microseconds(&draws)
                    if delay == 0 { continue }
                    outcome.deliveries[index].delayMicroseconds += delay
                    if delivery.delayedBy < 0 {
                        outcome.deliveries[index].delayedBy = rule.index
                    }
                }
            case .corrupt(let share, let kind):
                for index in outcome.deliveries.indices {
                    corrupt(&outcome, index, rule, share, kind, entries, bytes)
                }
            case .order, .drop, .duplicate: break
            }
        }
    }

    /// An empty value can neither be cut nor have a bit turned, and null stays null: nothing is decided.
    private func corrupt(
        _ outcome: inout Outcome, _ index: Int, _ rule: CompiledRule, _ share: Ratio,
        _ kind: Rule.CorruptionKind, _ entries: [RecordBlock.Entry],
        _ bytes: UnsafeRawBufferPointer
    ) {
        let delivery = outcome.deliveries[index]
        let entry = entries[Int(delivery.slot)]
        guard rule.matches(entry, in: bytes) else { return }
        var draws = rule.stream.draws(at: entry.offset, copy: delivery.copy)
        guard draws.hits(share.numerator, in: share.denominator) else { return }
        guard let length = valueLength(of: delivery, entry, after: outcome.corruptions) else {
            return
        }
        let corruption: Corruption
        switch kind {
        case .null: corruption = .null
        case .truncate:
            if length == 0 { return }
            corruption = .truncate(toBytes: Int32(draws.below64(UInt64(length))))
        case .flip:
            if length == 0 { return }
            corruption = .flip(bit: Int64(draws.below64(UInt64(length) * 8)))
        }
        outcome.corruptions.append(
            .init(
                slot: delivery.slot, copy: delivery.copy, corruption: corruption,
                rule: rule.index))
        outcome.deliveries[index].isCorrupted = true
    }

    /// Bytes of the value as the changes before this one leave it; nil for null.
    private func valueLength(
        of delivery: Delivery, _ entry: RecordBlock.Entry, after changes: [Outcome.ValueChange]
    ) -> Int? {
        var length: Int? = entry.valueLength < 0 ? nil : Int(entry.valueLength)
        for change in changes where change.slot == delivery.slot && change.copy == delivery.copy {
            switch change.corruption {
            case .truncate(let count): length = Int(count)
            case .null: length = nil
            case .flip: break
            }
        }
        return length
    }
}
