/// A set of messages by their numbers, for runs of any length.
///
/// A source numbers its messages from 0 on, so that those are a bit each, and none where all up to them are in the
/// set; messages that handlers publish have numbers without an order, and are kept as they are.
struct MessageSet {
    /// Of one source: all below `base` are in the set, of the 64 from `base + 64 i` on those of `words[i]`.
    private struct Numbered {
        var base: Int64 = 0
        var words: [UInt64] = []

        mutating func insert(_ index: Int64) -> Bool {
            guard index >= base else { return false }
            let (word, bit) = (Int((index - base) >> 6), UInt64(1) << UInt64(index & 63))
            if word >= words.count {
                words += repeatElement(0, count: word - words.count + 1)
            }
            guard words[word] & bit == 0 else { return false }
            words[word] |= bit
            if words[0] == .max && words.count >= 64 { forgetFull() }
            return true
        }

        private mutating func forgetFull() {
            let full = words.firstIndex { $0 != .max } ?? words.count
            guard full * 2 > words.count else { return }
            words.removeFirst(full)
            base += Int64(full) << 6
        }
    }

    private static let published: Int64 = 1 << 62

    private var sources: [Numbered] = []
    private var others = Set<Int64>()

    /// How many words it takes.
    var size: Int { sources.reduce(others.count) { $0 + $1.words.count } }

    /// - Returns: whether it was not in the set.
    /// - Complexity: O(1), amortized.
    mutating func insert(_ number: Int64) -> Bool {
        guard number >= 0 && number < Self.published else { return others.insert(number).inserted }
        let source = Int(number >> 40)
        while sources.count <= source { sources.append(Numbered()) }
        return sources[source].insert(number & 0xFF_FFFF_FFFF)
    }
}
