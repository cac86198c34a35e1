/// Finds the decisions of a window from its deliveries: the canonical form, in which equal outcomes
/// are equal lines.
///
/// Unmoved are the records of the lexicographically smallest longest increasing subsequence of the
/// originals in output order (compared by slot); every other delivery is anchored at the last unmoved
/// one in front of it, or at the front of the window. A copy that stands right behind the nearest
/// earlier copy of its record needs no anchor.
///
/// ```
/// slots 0 1 2 3   deliveries 2 0 0' 3   decisions: drop 1, move 2 before 0, duplicate 0
/// ```
///
/// Holds its scratch memory from window to window.
struct Canonical {
    private var isUnmoved: [Bool] = []
    private var subsequence = SmallestLongestIncreasing()
    private var copies: [(slot: Int32, copy: Int32)] = []

    static let notDropped: Int32 = .min

    init() {}

    /// Rewrites `outcome.decisions`: drops, corruptions and delays in input order, then moves and
    /// copies in output order. Takes `placedBy` away from originals that did not move, and puts
    /// `outcome.corruptions` in the order of their lines.
    ///
    /// - Parameter drops: for each slot the rule that dropped it (-1: a hand), or `notDropped`.
    /// - Complexity: O(n log n) in the number of deliveries.
    mutating func describe(_ outcome: inout Outcome, drops: [Int32]) {
        var decisions: [Decision] = []
        swap(&decisions, &outcome.decisions)
        decisions.removeAll(keepingCapacity: true)
        appendDropsAndChanges(of: &outcome, drops: drops, to: &decisions)
        isUnmoved.refill(with: false, count: drops.count)
        subsequence.mark(&isUnmoved, of: outcome.deliveries)
        findCopies(outcome.deliveries)
        outcome.deliveries.withUnsafeMutableBufferPointer { appendPlaces(of: $0, to: &decisions) }
        swap(&decisions, &outcome.decisions)
    }

    private func appendDropsAndChanges(
        of outcome: inout Outcome, drops: [Int32], to decisions: inout [Decision]
    ) {
        for slot in drops.indices where drops[slot] != Self.notDropped {
            decisions.append(Decision(slot: Int32(slot), .drop, rule: drops[slot]))
        }
        let plain = decisions.count
        if outcome.corruptions.count > 1 { Self.sort(&outcome.corruptions) }
        for change in outcome.corruptions {
            decisions.append(
                Decision(
                    slot: change.slot, .corrupt(copy: change.copy, change.corruption),
                    rule: change.rule))
        }
        for delivery in outcome.deliveries where delivery.delayMicroseconds != 0 {
            decisions.append(
                Decision(
                    slot: delivery.slot,
                    .delay(copy: delivery.copy, microseconds: delivery.delayMicroseconds),
                    rule: delivery.delayedBy))
        }
        if decisions.count > plain { Self.sort(&decisions) }
    }

    /// By slot, then copy; changes of one delivery stay in the order in which they apply.
    private static func sort(_ changes: inout [Outcome.ValueChange]) {
        changes = changes.enumerated().sorted { left, right in
            (left.element.slot, left.element.copy, left.offset)
                < (right.element.slot, right.element.copy, right.offset)
        }.map(\.element)
    }

    /// By slot, then copy, corruptions before the delay, otherwise as they stand.
    private static func sort(_ decisions: inout [Decision]) {
        func rank(_ decision: Decision) -> (Int32, Int32, Int) {
            switch decision.operation {
            case .corrupt(let copy, _): (decision.slot, copy, 0)
            case .delay(let copy, _): (decision.slot, copy, 1)
            default: (decision.slot, -1, 0)
            }
        }
        decisions = decisions.enumerated().sorted { left, right in
            let (a, b) = (rank(left.element), rank(right.element))
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
    }

    private mutating func findCopies(_ deliveries: [Delivery]) {
        copies.removeAll(keepingCapacity: true)
        for delivery in deliveries where delivery.copy != 0 {
            copies.append((delivery.slot, delivery.copy))
        }
        if copies.count > 1 { copies.sort { $0 < $1 } }
    }

    private func appendPlaces(
        of deliveries: UnsafeMutableBufferPointer<Delivery>, to decisions: inout [Decision]
    ) {
        var gap = Decision.Gap.before(0)
        var previous = Delivery(slot: -1)
        for index in deliveries.indices {
            let delivery = deliveries[index]
            if delivery.copy != 0 {
                let isAttached =
                    previous.slot == delivery.slot
                    && previous.copy == nearestCopy(before: delivery.copy, of: delivery.slot)
                decisions.append(
                    Decision(
                        slot: delivery.slot,
                        .duplicate(copy: delivery.copy, isAttached ? nil : gap),
                        rule: delivery.placedBy))
            } else if isUnmoved[Int(delivery.slot)] {
                gap = .after(delivery.slot)
                deliveries[index].placedBy = -1
            } else {
                decisions.append(
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
