/// The longest increasing subsequence of the originals' slots; of several the lexicographically
/// smallest.
///
/// Patience sorting from the back puts every original into the pile of the length of the longest
/// increasing subsequence that starts with it. A pile is filled from right to left with rising slots,
/// so the first of a pile that exceeds the member chosen before is the smallest that fits; and every
/// member of a pile has a successor in the next.
///
/// - Complexity: O(n log n), with memory that stays from call to call.
struct SmallestLongestIncreasing {
    private struct Pile {
        var first: Int32
        var last: Int32
    }

    private var piles: [Pile] = []
    /// For each delivery the one that was put into the same pile after it; -1 for the last.
    private var following: [Int32] = []

    mutating func forEachMember(of deliveries: [Delivery], _ body: (_ slot: Int32) -> Void) {
        piles.removeAll(keepingCapacity: true)
        following.removeAll(keepingCapacity: true)
        following.append(contentsOf: repeatElement(-1, count: deliveries.count))
        var index = deliveries.count - 1
        while index >= 0 {
            let delivery = deliveries[index]
            if delivery.copy == 0 {
                // Lasts fall from pile to pile: each is the greatest slot that starts such a length.
                let pile = partitionPoint(piles.count) {
                    deliveries[Int(piles[$0].last)].slot > delivery.slot
                }
                if pile == piles.count {
                    piles.append(Pile(first: Int32(index), last: Int32(index)))
                } else {
                    following[Int(piles[pile].last)] = Int32(index)
                    piles[pile].last = Int32(index)
                }
            }
            index -= 1
        }
        var previous: Int32 = -1
        for pile in piles.reversed() {
            var member = pile.first
            while deliveries[Int(member)].slot <= previous { member = following[Int(member)] }
            previous = deliveries[Int(member)].slot
            body(previous)
        }
    }
}
