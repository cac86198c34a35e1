/// States that were seen, exactly: all of each is kept.
///
/// Most words of a state never change and most others are small numbers, and a search is as fast as its memory. A state is
/// kept as one byte of each word that ever differed from the first state's; words that were ever met with a number
/// that needs more are kept whole behind them. An open table holds (half of the digest, number) of each; a digest alone
/// never decides.
struct StateSet: ~Copyable {
    private let words: Int
    /// The state that was put in first; empty before.
    private let first: UnsafeMutablePointer<Int32>
    /// Words that ever differed from it, and for each word all bits where it never did.
    private var live: [Int32] = []
    private let fixed: UnsafeMutablePointer<Int32>
    /// Words that are kept whole, and for each live word all bits where one byte must be enough for it.
    private var whole: [Int32] = []
    private var mustFit: [Int32] = []
    /// Of a packed state, a multiple of 16.
    private var bytes = 16
    /// The packed state at hand.
    private var packed: UnsafeMutableRawPointer
    private var states: UnsafeMutableRawPointer
    private var capacity = 1 << 12
    private(set) var count = 0
    private var table: UnsafeMutablePointer<UInt64>
    private var mask = (1 << 14) - 1

    init(words: Int) {
        self.words = words
        first = .allocate(capacity: words)
        first.initialize(repeating: 0, count: words)
        fixed = .allocate(capacity: words)
        fixed.initialize(repeating: -1, count: words)
        packed = Self.zeroed(bytes)
        states = .allocate(byteCount: capacity * bytes, alignment: 16)
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
    }

    deinit {
        first.deallocate()
        fixed.deallocate()
        packed.deallocate()
        states.deallocate()
        table.deallocate()
    }

    /// Zeroed: what pads a packed state is the same in all.
    private static func zeroed(_ bytes: Int) -> UnsafeMutableRawPointer {
        let new = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        new.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return new
    }

    /// - Returns: the state's number, and whether it was not there before.
    /// - Complexity: O(words), amortized.
    mutating func insert(_ state: UnsafePointer<Int32>) -> (number: Int, isNew: Bool) {
        if count == 0 { first.update(from: state, count: words) }
        if isElsewhere(state) || !pack(state) { widen(for: state) }
        let half = Self.digest(packed, bytes) >> 32
        var place = Int(half) & mask
        while table[place] != 0 {
            let entry = table[place]
            if entry >> 32 == half {
                let number = Int(entry & 0xFFFF_FFFF) - 1
                if isEqual(number) { return (number, false) }
            }
            place = (place + 1) & mask
        }
        if count == capacity { growStates() }
        (states + count * bytes).copyMemory(from: packed, byteCount: bytes)
        table[place] = half << 32 | UInt64(count + 1)
        count += 1
        if count * 2 > mask { growTable() }
        return (count - 1, true)
    }

    /// Writes a state that was seen.
    func copy(_ number: Int, to state: UnsafeMutablePointer<Int32>) {
        state.update(from: first, count: words)
        Self.unpack(states + number * bytes, live, whole, to: state)
    }

    private static func unpack(
        _ packed: UnsafeRawPointer, _ live: [Int32], _ whole: [Int32],
        to state: UnsafeMutablePointer<Int32>
    ) {
        let small = packed.assumingMemoryBound(to: Int8.self)
        for (place, word) in live.enumerated() { state[Int(word)] = Int32(small[place]) }
        for (index, word) in whole.enumerated() {
            state[Int(word)] = packed.loadUnaligned(
                fromByteOffset: live.count + 4 * index, as: Int32.self)
        }
    }

    /// Whether a word differs from the first state's that never did before.
    @inline(__always)
    private func isElsewhere(_ state: UnsafePointer<Int32>) -> Bool {
        var difference: Int32 = 0
        for word in 0..<words { difference |= (state[word] ^ first[word]) & fixed[word] }
        return difference != 0
    }

    /// - Returns: false where a number does not fit its place.
    @inline(__always)
    private func pack(_ state: UnsafePointer<Int32>) -> Bool {
        let small = packed.assumingMemoryBound(to: Int8.self)
        var misfit: Int32 = 0
        live.withUnsafeBufferPointer { live in
            mustFit.withUnsafeBufferPointer { mustFit in
                for place in 0..<live.count {
                    let value = state[Int(live[place])]
                    let byte = Int8(truncatingIfNeeded: value)
                    small[place] = byte
                    misfit |= (value ^ Int32(byte)) & mustFit[place]
                }
            }
        }
        var place = live.count
        for word in whole {
            packed.storeBytes(of: state[Int(word)], toByteOffset: place, as: Int32.self)
            place += 4
        }
        return misfit == 0
    }

    @inline(__always)
    private func isEqual(_ number: Int) -> Bool {
        let kept = states + number * bytes
        var place = 0
        while place < bytes {
            if kept.load(fromByteOffset: place, as: UInt64.self)
                != packed.load(fromByteOffset: place, as: UInt64.self)
            {
                return false
            }
            place += 8
        }
        return true
    }

    /// Takes in the words of the state that differ for the first time, and keeps whole those that one byte is not
    /// enough for, in all states.
    ///
    /// - Complexity: O(states x words), at most twice for each word.
    private mutating func widen(for state: UnsafePointer<Int32>) {
        let (liveBefore, wholeBefore, earlier, earlierBytes) = (live, whole, states, bytes)
        for word in 0..<words where fixed[word] != 0 && state[word] != first[word] {
            fixed[word] = 0
            live.append(Int32(word))
            mustFit.append(-1)
        }
        for (place, word) in live.enumerated() where mustFit[place] != 0 {
            let (one, other) = (state[Int(word)], first[Int(word)])
            let fits =
                Int32(Int8(truncatingIfNeeded: one)) == one
                && Int32(Int8(truncatingIfNeeded: other)) == other
            if fits { continue }
            mustFit[place] = 0
            whole.append(word)
        }
        bytes = (live.count + 4 * whole.count + 15) & ~15
        packed.deallocate()
        packed = Self.zeroed(bytes)
        states = .allocate(byteCount: capacity * bytes, alignment: 16)
        let plain = UnsafeMutablePointer<Int32>.allocate(capacity: words)
        defer { plain.deallocate() }
        for number in 0..<count {
            plain.update(from: first, count: words)
            Self.unpack(earlier + number * earlierBytes, liveBefore, wholeBefore, to: plain)
            _ = pack(plain)
            (states + number * bytes).copyMemory(from: packed, byteCount: bytes)
        }
        earlier.deallocate()
        index()
        _ = pack(state)
    }

    private mutating func growStates() {
        let larger = UnsafeMutableRawPointer.allocate(
            byteCount: capacity * 2 * bytes, alignment: 16)
        larger.copyMemory(from: states, byteCount: count * bytes)
        states.deallocate()
        states = larger
        capacity *= 2
    }

    /// Twice as large: the digests' halves that it holds say where each entry belongs.
    private mutating func growTable() {
        let (earlier, size) = (table, mask + 1)
        mask = size * 2 - 1
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
        for old in 0..<size where earlier[old] != 0 {
            var place = Int(earlier[old] >> 32) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = earlier[old]
        }
        earlier.deallocate()
    }

    /// Makes the table anew, of states that are packed in another way.
    private mutating func index() {
        table.update(repeating: 0, count: mask + 1)
        for number in 0..<count {
            let half = Self.digest(states + number * bytes, bytes) >> 32
            var place = Int(half) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = half << 32 | UInt64(number + 1)
        }
    }

    /// A number over a packed state, 16 bytes at a time.
    @inline(__always)
    private static func digest(_ packed: UnsafeRawPointer, _ bytes: Int) -> UInt64 {
        var digest: UInt64 = 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place < bytes {
            let one = packed.load(fromByteOffset: place, as: UInt64.self)
            let other = packed.load(fromByteOffset: place + 8, as: UInt64.self)
            digest = fold(one ^ digest, other ^ 0xD6E8_FEB8_6659_FD93)
            place += 16
        }
        return fold(digest, 0xE703_7ED1_A0B4_28DB)
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
