/// Finds the decisions of a window from its deliveries: the canonical form, in which equal outcomes
/// are equal lines.
///
/// Unmoved are the records of the lexicographically smallest longest increasing subsequence of the
/// originals in output order (compared by slot); every other delivery is anchored at the last unmoved
/// one in front of it, or at the front of the window. A copy that stands right behind the nearest
/// earlier copy of its record needs no anchor.
///
/// Holds its scratch memory from window to window.
struct Canonical {
    private var isUnmoved: [Bool] = []
    private var subsequence = SmallestLongestIncreasing()
    private var copies: [(slot: Int32, copy: Int32)] = []

    static let notDropped: Int32 = .min

    init() {}

    /// Rewrites `outcome.decisions`: drops, corruptions and delays in input order, then moves and
    /// copies in output order. Takes `placedBy` away from originals that did not move.
    ///
    /// - Parameter drops: for each slot the rule that dropped it (-1: a hand), or `notDropped`.
    /// - Complexity: O(n log n) in the number of deliveries.
    mutating func describe(_ outcome: inout Outcome, drops: [Int32]) {
        outcome.decisions.removeAll(keepingCapacity: true)
        appendDropsAndChanges(to: &outcome, drops: drops)
        for _ in isUnmoved.count..<max(drops.count, isUnmoved.count) { isUnmoved.append(false) }
        for slot in drops.indices { isUnmoved[slot] = false }
        subsequence.forEachMember(of: outcome.deliveries) { isUnmoved[Int($0)] = true }
        appendPlaces(to: &outcome)
    }

    private func appendDropsAndChanges(to outcome: inout Outcome, drops: [Int32]) {
        for slot in drops.indices where drops[slot] != Self.notDropped {
            outcome.decisions.append(Decision(slot: Int32(slot), .drop, rule: drops[slot]))
        }
        let plain = outcome.decisions.count
        // Stable: changes of one delivery stay in the order in which they apply.
        for change in outcome.corruptions {
            outcome.decisions.append(
                Decision(
                    slot: change.slot, .corrupt(copy: change.copy, change.corruption),
                    rule: change.rule))
        }
        for delivery in outcome.deliveries where delivery.delayMicroseconds != 0 {
            outcome.decisions.append(
                Decision(
                    slot: delivery.slot,
                    .delay(copy: delivery.copy, microseconds: delivery.delayMicroseconds),
                    rule: delivery.delayedBy))
        }
        if outcome.decisions.count > plain { sortInInputOrder(&outcome.decisions) }
    }

    /// By slot, then copy, corruptions before the delay, otherwise as they stand.
    private func sortInInputOrder(_ decisions: inout [Decision]) {
        func rank(_ decision: Decision) -> (Int32, Int32, Int32) {
            switch decision.operation {
            case .corrupt(let copy, _): (decision.slot, copy, 0)
            case .delay(let copy, _): (decision.slot, copy, 1)
            default: (decision.slot, -1, 0)
            }
        }
        let sorted = decisions.enumerated().sorted { left, right in
            let a = rank(left.element)
            let b = rank(right.element)
            return a == b ? left.offset < right.offset : a < b
        }
        decisions = sorted.map(\.element)
    }

    private mutating func appendPlaces(to outcome: inout Outcome) {
        copies.removeAll(keepingCapacity: true)
        for delivery in outcome.deliveries where delivery.copy != 0 {
            copies.append((delivery.slot, delivery.copy))
        }
        if copies.count > 1 { copies.sort { $0 < $1 } }
        var gap = Decision.Gap.before(0)
        var previous = Delivery(slot: -1)
        for index in outcome.deliveries.indices {
            let delivery = outcome.deliveries[index]
            if delivery.copy != 0 {
                let isAttached =
                    previous.slot == delivery.slot
                    && previous.copy == nearestCopy(before: delivery.copy, of: delivery.slot)
                outcome.decisions.append(
                    Decision(
                        slot: delivery.slot,
                        .duplicate(copy: delivery.copy, isAttached ? nil : gap),
                        rule: delivery.placedBy))
            } else if isUnmoved[Int(delivery.slot)] {
                gap = .after(delivery.slot)
                outcome.deliveries[index].placedBy = -1
            } else {
                outcome.decisions.append(
                    Decision(slot: delivery.slot, .move(gap), rule: delivery.placedBy))
            }
            previous = delivery
        }
    }

    /// The greatest copy of the record that exists below `copy`, wherever it stands.
    private func nearestCopy(before copy: Int32, of slot: Int32) -> Int32 {
        let index = partitionPoint(copies.count) { copies[$0] < (slot, copy) }
        return index > 0 && copies[index - 1].slot == slot ? copies[index - 1].copy : 0
    }
}

/// The first index for which `isBefore` no longer holds; it must hold for a prefix.
@inline(__always)
func partitionPoint(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = (low + high) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}
