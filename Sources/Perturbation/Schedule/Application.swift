extension Outcome {
    /// Carries decisions out on `count` records, without a generator: the inverse of the canonical
    /// form, and the meaning of a schedule that was edited by hand.
    ///
    /// Any subset of valid decisions is valid: what speaks of a copy that is not there says nothing.
    ///
    /// - Parameters:
    ///   - decisions: in the order of their lines, which orders what stands in one gap.
    ///   - count: records in input order; a window, or several in a row.
    /// - Throws: `ScheduleError` with the index of the decision that cannot be.
    /// - Complexity: O(count + decisions log decisions).
    public init(applying decisions: [Decision], to count: Int) throws(ScheduleError) {
        var places = Places(count: count)
        for (index, decision) in decisions.enumerated() {
            try places.add(decision, at: index)
        }
        try places.checkDrops(decisions)
        self.init()
        deliveries.reserveCapacity(count)
        places.emit(into: &self)
        self.decisions = decisions
    }
}

/// Where everything stands: originals in slots, moved ones and copies in gaps or behind each other.
private struct Places {
    private struct Item {
        var slot: Int32
        var copy: Int32
        var rule: Int32
    }

    private let count: Int
    private var isDropped: [Bool]
    private var isMoved: [Bool]
    /// Gap 2s is in front of slot s, gap 2s + 1 behind it; items by gap, in the order of their lines.
    private var gaps: [(gap: Int32, item: Item)] = []
    private var copies: [(slot: Int32, copy: Int32, hasGap: Bool, rule: Int32)] = []
    private var delays: [(slot: Int32, copy: Int32, microseconds: Int64, rule: Int32)] = []
    private var changes: [Outcome.ValueChange] = []
    private var seen: Set<Identity> = []

    /// (record, operation, copy; for a corruption also the rule): once each.
    private struct Identity: Hashable {
        var slot: Int32
        var operation: Int8
        var copy: Int32
        var rule: Int32
    }

    init(count: Int) {
        self.count = count
        isDropped = [Bool](repeating: false, count: count)
        isMoved = [Bool](repeating: false, count: count)
    }

    mutating func add(_ decision: Decision, at index: Int) throws(ScheduleError) {
        let slot = decision.slot
        guard slot >= 0, slot < count else { throw .noSuchRecord(decision: index) }
        var identity = Identity(slot: slot, operation: 0, copy: 0, rule: 0)
        switch decision.operation {
        case .drop:
            isDropped[Int(slot)] = true
        case .move(let gap):
            identity.operation = 1
            isMoved[Int(slot)] = true
            gaps.append(
                (try place(gap, index), Item(slot: slot, copy: 0, rule: decision.rule)))
        case .duplicate(let copy, let gap):
            guard copy >= 1 else { throw .badCopy(copy, decision: index) }
            identity.operation = 2
            identity.copy = copy
            copies.append((slot, copy, gap != nil, decision.rule))
            if let gap {
                gaps.append(
                    (try place(gap, index), Item(slot: slot, copy: copy, rule: decision.rule)))
            }
        case .delay(let copy, let microseconds):
            guard copy >= 0 else { throw .badCopy(copy, decision: index) }
            guard microseconds >= 0 else { throw .negativeDelay(decision: index) }
            identity.operation = 3
            identity.copy = copy
            delays.append((slot, copy, microseconds, decision.rule))
        case .corrupt(let copy, let corruption):
            guard copy >= 0 else { throw .badCopy(copy, decision: index) }
            identity.operation = 4
            identity.copy = copy
            identity.rule = decision.rule
            changes.append(
                .init(slot: slot, copy: copy, corruption: corruption, rule: decision.rule))
        case .untimed:
            identity.operation = 5
        }
        guard seen.insert(identity).inserted else { throw .repeated(decision: index) }
    }

    func checkDrops(_ decisions: [Decision]) throws(ScheduleError) {
        for (index, decision) in decisions.enumerated()
        where isDropped[Int(decision.slot)] && decision.operation != .drop {
            throw .besideDrop(decision: index)
        }
    }

    private func place(_ gap: Decision.Gap, _ index: Int) throws(ScheduleError) -> Int32 {
        let (anchor, side): (Int32, Int32) =
            switch gap {
            case .before(let slot): (slot, 0)
            case .after(let slot): (slot, 1)
            }
        guard anchor >= 0, anchor < count else { throw .noSuchAnchor(decision: index) }
        return anchor * 2 + side
    }

    mutating func emit(into outcome: inout Outcome) {
        let inOrder = gaps.enumerated().sorted {
            ($0.element.gap, $0.offset) < ($1.element.gap, $1.offset)
        }.map(\.element)
        copies.sort { ($0.slot, $0.copy) < ($1.slot, $1.copy) }
        delays.sort { ($0.slot, $0.copy) < ($1.slot, $1.copy) }
        let existing = Set(copies.map { Pair($0.slot, $0.copy) })
        outcome.corruptions = changes.filter {
            $0.copy == 0 || existing.contains(Pair($0.slot, $0.copy))
        }
        let changed = Set(outcome.corruptions.map { Pair($0.slot, $0.copy) })
        var next = 0
        for slot in 0..<count {
            next = emitGap(Int32(slot) * 2, from: next, of: inOrder, changed, &outcome)
            if !isDropped[slot] && !isMoved[slot] {
                emit(Item(slot: Int32(slot), copy: 0, rule: -1), changed, &outcome)
            }
            next = emitGap(Int32(slot) * 2 + 1, from: next, of: inOrder, changed, &outcome)
        }
    }

    private func emitGap(
        _ gap: Int32, from start: Int, of items: [(gap: Int32, item: Item)],
        _ changed: Set<Pair>, _ outcome: inout Outcome
    ) -> Int {
        var next = start
        while next < items.count, items[next].gap == gap {
            emit(items[next].item, changed, &outcome)
            next += 1
        }
        return next
    }

    /// Emits one delivery and, behind it, the copies that have no gap of their own.
    private func emit(_ item: Item, _ changed: Set<Pair>, _ outcome: inout Outcome) {
        var item = item
        while true {
            let delay = partitionPoint(delays.count) {
                (delays[$0].slot, delays[$0].copy) < (item.slot, item.copy)
            }
            var delivery = Delivery(slot: item.slot, copy: item.copy, placedBy: item.rule)
            if delay < delays.count, delays[delay].slot == item.slot,
                delays[delay].copy == item.copy
            {
                delivery.delayMicroseconds = delays[delay].microseconds
                delivery.delayedBy = delays[delay].rule
            }
            delivery.isCorrupted = changed.contains(Pair(item.slot, item.copy))
            outcome.deliveries.append(delivery)
            let follower = partitionPoint(copies.count) {
                (copies[$0].slot, copies[$0].copy) <= (item.slot, item.copy)
            }
            guard follower < copies.count, copies[follower].slot == item.slot,
                !copies[follower].hasGap
            else { return }
            item.copy = copies[follower].copy
            item.rule = copies[follower].rule
        }
    }

    private struct Pair: Hashable {
        var slot: Int32
        var copy: Int32

        init(_ slot: Int32, _ copy: Int32) {
            self.slot = slot
            self.copy = copy
        }
    }
}
