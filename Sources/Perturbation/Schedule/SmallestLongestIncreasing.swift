/// The longest increasing subsequence of the originals' slots; of several the lexicographically
/// smallest.
///
/// Patience sorting from the back puts every original into the pile of the length of the longest
/// increasing subsequence that starts with it. A pile is filled from right to left with rising slots,
/// so the first of a pile that exceeds the member chosen before is the smallest that fits; and every
/// member of a pile has a successor in the next.
///
/// - Complexity: O(n log n), O(n) where nothing moved; memory stays from call to call.
struct SmallestLongestIncreasing {
    /// The originals' slots in output order.
    private var slots: [Int32] = []
    /// For each original the one that was put into the same pile after it; -1 for the last.
    private var following: [Int32] = []
    /// Indices of each pile's first and last member, and the last one's slot.
    private var firsts: [Int32] = []
    private var lasts: [Int32] = []
    private var lastSlots: [Int32] = []

    /// Sets the marks of the members' slots.
    mutating func mark(_ isMember: inout [Bool], of deliveries: [Delivery]) {
        slots.removeAll(keepingCapacity: true)
        var isSorted = true
        for delivery in deliveries where delivery.copy == 0 {
            if let last = slots.last, last > delivery.slot { isSorted = false }
            slots.append(delivery.slot)
        }
        if isSorted {
            for slot in slots { isMember[Int(slot)] = true }
            return
        }
        deal()
        var previous: Int32 = -1
        for pile in firsts.indices.reversed() {
            var member = Int(firsts[pile])
            while slots[member] <= previous { member = Int(following[member]) }
            previous = slots[member]
            isMember[Int(previous)] = true
        }
    }

    /// Deals the originals onto piles, from the back.
    private mutating func deal() {
        firsts.removeAll(keepingCapacity: true)
        lasts.removeAll(keepingCapacity: true)
        lastSlots.removeAll(keepingCapacity: true)
        following.refill(with: -1, count: slots.count)
        for index in slots.indices.reversed() {
            let slot = slots[index]
            // Lasts fall from pile to pile: each is the greatest slot that starts such a length.
            let pile = partitionPoint(lastSlots.count) { lastSlots[$0] > slot }
            if pile == firsts.count {
                firsts.append(Int32(index))
                lasts.append(Int32(index))
                lastSlots.append(slot)
            } else {
                following[Int(lasts[pile])] = Int32(index)
                lasts[pile] = Int32(index)
                lastSlots[pile] = slot
            }
        }
    }
}
