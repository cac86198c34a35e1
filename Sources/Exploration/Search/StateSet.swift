/// States that were seen, exactly: every word of each is kept.
///
/// An open table of (half of the digest, number) and the states one behind the other; a digest alone never
/// decides.
struct StateSet: ~Copyable {
    private let words: Int
    private var states: UnsafeMutablePointer<Int32>
    private var capacity: Int
    private(set) var count = 0
    private var table: UnsafeMutablePointer<UInt64>
    private var mask: Int

    init(words: Int) {
        self.words = words
        capacity = 1 << 12
        states = .allocate(capacity: capacity * words)
        mask = (1 << 14) - 1
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
    }

    deinit {
        states.deallocate()
        table.deallocate()
    }

    /// - Returns: the state's number, and whether it was not there before.
    /// - Complexity: O(words), amortized.
    mutating func insert(_ state: UnsafePointer<Int32>) -> (number: Int, isNew: Bool) {
        let digest = Self.digest(state, words)
        let half = (digest >> 32) << 32
        var place = Int(truncatingIfNeeded: digest) & mask
        while table[place] != 0 {
            let entry = table[place]
            if (entry >> 32) << 32 == half {
                let number = Int(entry & 0xFFFF_FFFF) - 1
                if isEqual(number, state) { return (number, false) }
            }
            place = (place + 1) & mask
        }
        if count == capacity { growStates() }
        states.advanced(by: count * words).update(from: state, count: words)
        table[place] = half | UInt64(count + 1)
        count += 1
        if count * 2 > mask { growTable() }
        return (count - 1, true)
    }

    func state(_ number: Int) -> UnsafeMutablePointer<Int32> { states + number * words }

    @inline(__always)
    private func isEqual(_ number: Int, _ state: UnsafePointer<Int32>) -> Bool {
        let kept = states + number * words
        for word in 0..<words where kept[word] != state[word] { return false }
        return true
    }

    private mutating func growStates() {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2 * words)
        larger.moveInitialize(from: states, count: count * words)
        states.deallocate()
        states = larger
        capacity *= 2
    }

    private mutating func growTable() {
        let size = (mask + 1) * 4
        table.deallocate()
        table = .allocate(capacity: size)
        table.initialize(repeating: 0, count: size)
        mask = size - 1
        for number in 0..<count {
            let digest = Self.digest(states + number * words, words)
            var place = Int(truncatingIfNeeded: digest) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = (digest >> 32) << 32 | UInt64(number + 1)
        }
    }

    /// A number over all words: two at a time through a 64 x 64 bit product, folded.
    @inline(__always)
    static func digest(_ state: UnsafePointer<Int32>, _ words: Int) -> UInt64 {
        var digest: UInt64 = 0x9E37_79B9_7F4A_7C15
        var word = 0
        while word + 3 < words {
            let one = pair(state[word], state[word + 1])
            let other = pair(state[word + 2], state[word + 3])
            digest = fold(one ^ digest, other ^ 0xD6E8_FEB8_6659_FD93)
            word += 4
        }
        while word < words {
            digest = fold(
                pair(state[word], Int32(truncatingIfNeeded: word)) ^ digest, 0xA076_1D64_78BD_642F)
            word += 1
        }
        return fold(digest, 0xE703_7ED1_A0B4_28DB)
    }

    @inline(__always)
    private static func pair(_ low: Int32, _ high: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: low)) | UInt64(UInt32(bitPattern: high)) << 32
    }

    @inline(__always)
    private static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
