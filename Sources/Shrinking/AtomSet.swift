/// Which of a tree's nodes are there, a bit each: what answers are kept by.
struct AtomSet: Hashable, Sendable {
    private var words: [UInt64]

    init(room: Int) { words = [UInt64](repeating: 0, count: (room + 63) / 64) }

    func contains(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

    mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

    mutating func remove(_ index: Int) { words[index >> 6] &= ~(1 << UInt64(index & 63)) }

    func removing(_ indices: [Int]) -> AtomSet {
        var set = self
        for index in indices { set.remove(index) }
        return set
    }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Rising.
    var indices: [Int] {
        var indices: [Int] = []
        for (word, bits) in words.enumerated() {
            var rest = bits
            while rest != 0 {
                indices.append(word << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return indices
    }
}
