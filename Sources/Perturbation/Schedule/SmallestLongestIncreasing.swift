/// The longest increasing subsequence of the originals' slots; of several the lexicographically
/// smallest.
///
/// Patience sorting from the back puts every slot onto the pile of the length of the longest increasing
/// subsequence that starts with it. A pile grows by rising slots, so the first of a pile that exceeds
/// the member chosen before is the smallest that fits; and every member of a pile has a successor in
/// the next.
///
/// - Complexity: O(n log n), O(n) where nothing moved.
enum SmallestLongestIncreasing {
    /// Sets the marks of the members to 1.
    ///
    /// - Parameters:
    ///   - isMember: by slot; all 0.
    ///   - slots: in output order, each once.
    static func mark(
        _ isMember: Scratch.Numbers, of slots: Scratch.Numbers, _ scratch: inout Scratch
    ) {
        var last: Int32 = -1
        var isRising = true
        for slot in slots {
            isRising = isRising && last < slot
            last = slot
        }
        if isRising {
            for slot in slots { isMember[Int(slot)] = 1 }
            return
        }
        var piles = Piles(room: isMember.count, &scratch)
        if isMember.count <= 64 { piles.dealFew(slots) } else { piles.deal(slots, &scratch) }
        var previous: Int32 = -1
        while piles.count > 0 {
            piles.count -= 1
            var member = piles.firsts[piles.count]
            while member <= previous { member = piles.following[Int(member)] }
            isMember[Int(member)] = 1
            previous = member
        }
    }

    /// The piles of patience sorting; the last pile holds the starts of the longest subsequences.
    private struct Piles {
        var count = 0
        /// The slot that each pile began with.
        let firsts: Scratch.Numbers
        /// For each slot the one that was put onto it.
        let following: Scratch.Numbers

        init(room: Int, _ scratch: inout Scratch) {
            firsts = scratch.take(room)
            following = scratch.take(room)
        }

        mutating func deal(_ slots: Scratch.Numbers, _ scratch: inout Scratch) {
            // The slots on top fall from pile to pile: each is the greatest that starts such a length.
            let tops = scratch.take(slots.count)
            for slot in slots.reversed() {
                let pile = partitionPoint(count) { tops[$0] > slot }
                if pile == count {
                    firsts[pile] = slot
                    count += 1
                } else {
                    following[Int(tops[pile])] = slot
                }
                tops[pile] = slot
            }
        }

        /// The same for slots below 64: the tops are a set of bits, and the pile that takes a slot is
        /// the one with the greatest smaller top.
        mutating func dealFew(_ slots: Scratch.Numbers) {
            var tops: UInt64 = 0
            for slot in slots.reversed() {
                let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: slot)
                let smaller = tops & (bit &- 1)
                if smaller == 0 {
                    firsts[count] = slot
                    count &+= 1
                    tops |= bit
                } else {
                    let top = 63 &- smaller.leadingZeroBitCount
                    following[top] = slot
                    tops ^= bit | 1 &<< UInt64(truncatingIfNeeded: top)
                }
            }
        }
    }
}
