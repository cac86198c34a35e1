extension Outcome {
    /// Carries decisions out on `count` records, without a generator: the inverse of the canonical
    /// form, and the meaning of a schedule that was edited by hand.
    ///
    /// Any subset of valid decisions is valid: what speaks of a copy that is not there says nothing.
    ///
    /// - Parameters:
    ///   - decisions: in the order of their lines, which orders what stands in one gap and what changes
    ///     one value.
    ///   - count: records in input order; a window, or several in a row.
    /// - Throws: `ScheduleError` with the index of the decision that cannot be.
    /// - Complexity: O(count + decisions log decisions).
    public init(applying decisions: [Decision], to count: Int) throws(ScheduleError) {
        try Identities.check(decisions, count: count)
        var places = Places(count: count)
        for (index, decision) in decisions.enumerated() {
            try places.add(decision, at: index)
        }
        self.init()
        deliveries.reserveCapacity(count)
        places.emit(into: &self)
        self.decisions = decisions
    }
}

/// That every decision is of a record at hand, that none is there twice and none beside a drop.
private struct Identities {
    /// (record, copy, operation; for a corruption also the rule): once each.
    private struct Identity {
        var slot: Int32
        var operation: Int8
        var copy: Int32
        var rule: Int32
        var index: Int

        init(_ decision: Decision, _ index: Int) {
            slot = decision.slot
            copy = 0
            rule = 0
            self.index = index
            switch decision.operation {
            case .drop: operation = 0
            case .move: operation = 1
            case .duplicate(let copy, _): (operation, self.copy) = (2, copy)
            case .delay(let copy, _): (operation, self.copy) = (3, copy)
            case .corrupt(let copy, _):
                (operation, self.copy, rule) = (4, copy, decision.rule)
            case .untimed: operation = 5
            }
        }

        var key: (Int32, Int8, Int32, Int32) { (slot, operation, copy, rule) }
    }

    static func check(_ decisions: [Decision], count: Int) throws(ScheduleError) {
        for (index, decision) in decisions.enumerated()
        where decision.slot < 0 || Int(decision.slot) >= count {
            throw .noSuchRecord(decision: index)
        }
        // A drop sorts in front of all else on its record, equals sort by line.
        let sorted = decisions.enumerated().map { Identity($0.element, $0.offset) }
            .sorted { $0.key == $1.key ? $0.index < $1.index : $0.key < $1.key }
        var error: ScheduleError?
        var drop: Identity?
        for (previous, next) in zip(sorted, sorted.dropFirst()) {
            if previous.operation == 0 { drop = previous }
            let isEarlier = error?.decision.map { next.index < $0 } ?? true
            if previous.key == next.key, isEarlier {
                error = .repeated(decision: next.index, first: previous.index)
            } else if let drop, drop.slot == next.slot, next.operation != 0, isEarlier {
                error = .besideDrop(decision: next.index, drop: drop.index)
            }
        }
        if let error { throw error }
    }
}

/// Where everything stands: originals in slots, moved ones and copies in gaps or behind each other.
private struct Places {
    private struct Item {
        var slot: Int32
        var copy: Int32
        var rule: Int32
    }

    /// Something in a gap: gap 2s is in front of slot s, gap 2s + 1 behind it.
    private struct Placed {
        var gap: Int64
        var item: Item
    }

    private let count: Int
    private var isDropped: [Bool]
    private var isMoved: [Bool]
    /// In the order of their lines.
    private var placed: [Placed] = []
    private var copies: [(slot: Int32, copy: Int32, hasGap: Bool, rule: Int32)] = []
    private var delays: [(slot: Int32, copy: Int32, microseconds: Int64, rule: Int32)] = []
    private var changes: [Outcome.ValueChange] = []

    init(count: Int) {
        self.count = count
        isDropped = [Bool](repeating: false, count: count)
        isMoved = [Bool](repeating: false, count: count)
    }

    mutating func add(_ decision: Decision, at index: Int) throws(ScheduleError) {
        let slot = decision.slot
        switch decision.operation {
        case .drop:
            isDropped[Int(slot)] = true
        case .move(let gap):
            isMoved[Int(slot)] = true
            try place(Item(slot: slot, copy: 0, rule: decision.rule), in: gap, index)
        case .duplicate(let copy, let gap):
            guard copy >= 1 else { throw .badCopy(copy, decision: index) }
            copies.append((slot, copy, gap != nil, decision.rule))
            if let gap {
                try place(Item(slot: slot, copy: copy, rule: decision.rule), in: gap, index)
            }
        case .delay(let copy, let microseconds):
            guard copy >= 0 else { throw .badCopy(copy, decision: index) }
            guard microseconds >= 0 else { throw .negativeDelay(decision: index) }
            delays.append((slot, copy, microseconds, decision.rule))
        case .corrupt(let copy, let corruption):
            guard copy >= 0 else { throw .badCopy(copy, decision: index) }
            changes.append(
                .init(slot: slot, copy: copy, corruption: corruption, rule: decision.rule))
        case .untimed: break
        }
    }

    private mutating func place(
        _ item: Item, in gap: Decision.Gap, _ index: Int
    ) throws(ScheduleError) {
        let (anchor, side): (Int32, Int64) =
            switch gap {
            case .before(let slot): (slot, 0)
            case .after(let slot): (slot, 1)
            }
        guard anchor >= 0, anchor < count else { throw .noSuchAnchor(decision: index) }
        placed.append(Placed(gap: Int64(anchor) * 2 + side, item: item))
    }

    mutating func emit(into outcome: inout Outcome) {
        let inOrder = placed.enumerated().sorted {
            ($0.element.gap, $0.offset) < ($1.element.gap, $1.offset)
        }.map(\.element)
        copies.sort { ($0.slot, $0.copy) < ($1.slot, $1.copy) }
        delays.sort { ($0.slot, $0.copy) < ($1.slot, $1.copy) }
        outcome.corruptions = changes.enumerated().sorted { left, right in
            (left.element.slot, left.element.copy, left.offset)
                < (right.element.slot, right.element.copy, right.offset)
        }.map(\.element).filter { $0.copy == 0 || exists($0.slot, $0.copy) }
        changes = outcome.corruptions
        var next = 0
        for slot in 0..<count {
            next = emitGap(Int64(slot) * 2, from: next, of: inOrder, &outcome)
            if !isDropped[slot] && !isMoved[slot] {
                emit(Item(slot: Int32(slot), copy: 0, rule: -1), &outcome)
            }
            next = emitGap(Int64(slot) * 2 + 1, from: next, of: inOrder, &outcome)
        }
    }

    private func emitGap(
        _ gap: Int64, from start: Int, of items: [Placed], _ outcome: inout Outcome
    ) -> Int {
        var next = start
        while next < items.count, items[next].gap == gap {
            emit(items[next].item, &outcome)
            next += 1
        }
        return next
    }

    /// Emits one delivery and, behind it, the copies that have no gap of their own.
    private func emit(_ item: Item, _ outcome: inout Outcome) {
        var item = item
        while true {
            var delivery = Delivery(slot: item.slot, copy: item.copy, placedBy: item.rule)
            let delay = partitionPoint(delays.count) {
                (delays[$0].slot, delays[$0].copy) < (item.slot, item.copy)
            }
            if delay < delays.count, delays[delay].slot == item.slot,
                delays[delay].copy == item.copy, delays[delay].microseconds > 0
            {
                delivery.delayMicroseconds = delays[delay].microseconds
                delivery.delayedBy = delays[delay].rule
            }
            delivery.isCorrupted = isChanged(item.slot, item.copy)
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

    private func exists(_ slot: Int32, _ copy: Int32) -> Bool {
        let index = partitionPoint(copies.count) {
            (copies[$0].slot, copies[$0].copy) < (slot, copy)
        }
        return index < copies.count && copies[index].slot == slot && copies[index].copy == copy
    }

    private func isChanged(_ slot: Int32, _ copy: Int32) -> Bool {
        let index = partitionPoint(changes.count) {
            (changes[$0].slot, changes[$0].copy) < (slot, copy)
        }
        return index < changes.count && changes[index].slot == slot && changes[index].copy == copy
    }
}
