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
struct Canonical {
    /// Copies by slot and number, where there are any.
    private var copies: [(slot: Int32, copy: Int32)] = []

    static let notDropped: Int32 = .min

    init() {}

    /// What is known of a window beside its deliveries.
    struct Facts {
        /// For each slot the rule that dropped it (-1: a hand), or `notDropped`.
        let drops: Scratch.Numbers
        /// Slots of the originals in output order.
        let originals: Scratch.Numbers
        /// Whether there may be copies or delays: what cannot be there is not looked for.
        let hasCopies: Bool
        let hasDelays: Bool
    }

    /// Rewrites `outcome.decisions`: drops, corruptions and delays in input order, then moves and
    /// copies in output order. Takes `placedBy` away from originals that did not move, and puts
    /// `outcome.corruptions` in the order of their lines.
    ///
    /// - Complexity: O(n log n) in the number of deliveries.
    mutating func describe(_ outcome: inout Outcome, _ facts: Facts, _ scratch: inout Scratch) {
        var decisions: [Decision] = []
        swap(&decisions, &outcome.decisions)
        decisions.removeAll(keepingCapacity: true)
        appendDropsAndChanges(of: &outcome, facts, to: &decisions)
        let isUnmoved = scratch.take(facts.drops.count, filledWith: 0)
        SmallestLongestIncreasing.mark(isUnmoved, of: facts.originals, &scratch)
        copies.removeAll(keepingCapacity: true)
        if facts.hasCopies { findCopies(outcome.deliveries) }
        appendPlaces(of: &outcome.deliveries, isUnmoved, to: &decisions)
        swap(&decisions, &outcome.decisions)
    }

    private func appendDropsAndChanges(
        of outcome: inout Outcome, _ facts: Facts, to decisions: inout [Decision]
    ) {
        let drops = facts.drops
        if facts.originals.count < drops.count {
            for slot in drops.indices where drops[slot] != Self.notDropped {
                decisions.append(Decision(slot: Int32(slot), .drop, rule: drops[slot]))
            }
        }
        let plain = decisions.count
        if outcome.corruptions.count > 1 { Self.sort(&outcome.corruptions) }
        for change in outcome.corruptions {
            decisions.append(
                Decision(
                    slot: change.slot, .corrupt(copy: change.copy, change.corruption),
                    rule: change.rule))
        }
        if facts.hasDelays {
            for delivery in outcome.deliveries where delivery.delayMicroseconds != 0 {
                decisions.append(
                    Decision(
                        slot: delivery.slot,
                        .delay(copy: delivery.copy, microseconds: delivery.delayMicroseconds),
                        rule: delivery.delayedBy))
            }
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
        for delivery in deliveries where delivery.copy != 0 {
            copies.append((delivery.slot, delivery.copy))
        }
        if copies.count > 1 { copies.sort { $0 < $1 } }
    }

    private func appendPlaces(
        of deliveries: inout [Delivery], _ isUnmoved: Scratch.Numbers,
        to decisions: inout [Decision]
    ) {
        let first = decisions.count
        decisions.resize(to: first + deliveries.count, filler: Decision(slot: 0, .drop))
        let end = deliveries.withUnsafeMutableBufferPointer { deliveries in
            decisions.withUnsafeMutableBufferPointer { decisions in
                place(deliveries, isUnmoved, into: decisions, from: first)
            }
        }
        decisions.removeLast(decisions.count - end)
    }

    /// - Returns: the end of the decisions written.
    private func place(
        _ deliveries: UnsafeMutableBufferPointer<Delivery>, _ isUnmoved: Scratch.Numbers,
        into decisions: UnsafeMutableBufferPointer<Decision>, from first: Int
    ) -> Int {
        var end = first
        var gap = Decision.Gap.before(0)
        for index in deliveries.indices {
            let (slot, copy) = (deliveries[index].slot, deliveries[index].copy)
            let operation: Decision.Operation
            if copy != 0 {
                let isAttached =
                    index > 0 && deliveries[index - 1].slot == slot
                    && deliveries[index - 1].copy == nearestCopy(before: copy, of: slot)
                operation = .duplicate(copy: copy, isAttached ? nil : gap)
            } else if isUnmoved[Int(slot)] == 0 {
                operation = .move(gap)
            } else {
                gap = .after(slot)
                deliveries[index].placedBy = -1
                continue
            }
            decisions[end] = Decision(slot: slot, operation, rule: deliveries[index].placedBy)
            end += 1
        }
        return end
    }

    /// The greatest copy of the record that exists below `copy`, wherever it stands.
    private func nearestCopy(before copy: Int32, of slot: Int32) -> Int32 {
        let index = partitionPoint(copies.count) { copies[$0] < (slot, copy) }
        return index > 0 && copies[index - 1].slot == slot ? copies[index - 1].copy : 0
    }
}
