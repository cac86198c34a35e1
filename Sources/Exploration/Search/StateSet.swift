#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// States that were seen, exactly: all of each is kept.
///
/// Most words of a state never change and most others are small numbers, and a search is as fast as its memory. A state is
/// kept as one byte of each word that ever differed from the first state's; words that were ever met with a number
/// that needs more are kept whole behind them. An open table holds (half of the digest, number) of each; a digest alone
/// never decides.
struct StateSet: ~Copyable {
    let words: Int
    /// The state that was put in first; empty before.
    let first: UnsafeMutablePointer<Int32>
    /// Words that ever differed from it, and for each word all bits where it never did.
    var live: [Int32] = []
    let fixed: UnsafeMutablePointer<Int32>
    /// Words that are kept whole, and for each live word all bits where one byte must be enough for it.
    var whole: [Int32] = []
    var mustFit: [Int32] = []
    /// Of a packed state, a multiple of 16.
    var bytes = 16
    /// How often the way to pack states has changed.
    private(set) var generation = 0
    /// The packed state at hand.
    var packed: UnsafeMutableRawPointer
    var states: UnsafeMutableRawPointer
    var capacity = 1 << 12
    var count = 0
    private var table: UnsafeMutablePointer<UInt64>
    private var mask = (1 << 14) - 1

    init(words: Int) {
        self.words = words
        first = .allocate(capacity: words)
        first.initialize(repeating: 0, count: words)
        fixed = .allocate(capacity: words)
        fixed.initialize(repeating: -1, count: words)
        packed = .allocate(byteCount: bytes, alignment: 16)
        states = Self.spread(capacity * bytes)
        table = Self.emptyTable(mask + 1)
    }

    deinit {
        first.deallocate()
        fixed.deallocate()
        packed.deallocate()
        states.deallocate()
        table.deallocate()
    }

    /// Memory that is read here and there: in large pages, where the system has them, each look costs less.
    private static func spread(_ bytes: Int) -> UnsafeMutableRawPointer {
        let page = 1 << 21
        guard bytes >= 2 * page else { return .allocate(byteCount: bytes, alignment: 16) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
        #if os(Linux)
            madvise(memory, bytes, MADV_HUGEPAGE)
        #endif
        return memory
    }

    private static func emptyTable(_ size: Int) -> UnsafeMutablePointer<UInt64> {
        let table = spread(size * 8).bindMemory(to: UInt64.self, capacity: size)
        table.initialize(repeating: 0, count: size)
        return table
    }

    static func packedSize(_ live: Int, _ whole: Int) -> Int {
        max(16, (live + 4 * whole + 15) & ~15)
    }

    /// Room for states that are put there by another hand.
    mutating func makeRoom(for count: Int, of bytes: Int) {
        (self.count, self.bytes) = (count, bytes)
        packed.deallocate()
        packed = .allocate(byteCount: bytes, alignment: 16)
        states.deallocate()
        while capacity < count { capacity *= 2 }
        states = Self.spread(capacity * bytes)
    }

    /// - Returns: the state's number, and whether it was not there before.
    /// - Complexity: O(words), amortized.
    mutating func insert(_ state: UnsafePointer<Int32>) -> (number: Int, isNew: Bool) {
        if !pack(state, into: packed) { widen(for: state) }
        return insert(packed: packed, Self.packedDigest(packed, bytes) >> 32)
    }

    /// - Returns: the number of a state; nil: it was not seen.
    func number(of state: UnsafePointer<Int32>) -> Int? {
        guard pack(state, into: packed) else { return nil }
        return number(ofPacked: packed, Self.packedDigest(packed, bytes) >> 32)
    }

    /// - Parameter half: the upper half of the digest.
    /// - Returns: the number of a packed state; nil: it was not seen.
    @inline(__always)
    func number(ofPacked packed: UnsafeRawPointer, _ half: UInt64) -> Int? {
        var place = Int(half) & mask
        while table[place] != 0 {
            let entry = table[place]
            if entry >> 32 == half {
                let number = Int(entry & 0xFFFF_FFFF) - 1
                if isEqual(packed, number) { return number }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    @inline(__always)
    mutating func insert(
        packed: UnsafeRawPointer, _ half: UInt64
    ) -> (number: Int, isNew: Bool) {
        var place = Int(half) & mask
        while table[place] != 0 {
            let entry = table[place]
            if entry >> 32 == half {
                let number = Int(entry & 0xFFFF_FFFF) - 1
                if isEqual(packed, number) { return (number, false) }
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

    /// - Returns: false where a state does not fit: a word differs from the first state's that never did before, or a
    ///   number needs more room than its place has.
    @inline(__always)
    func pack(_ state: UnsafePointer<Int32>, into packed: UnsafeMutableRawPointer) -> Bool {
        if count == 0 || isElsewhere(state) { return false }
        return packWords(state, into: packed)
    }

    @inline(__always)
    private func packWords(
        _ state: UnsafePointer<Int32>, into packed: UnsafeMutableRawPointer
    ) -> Bool {
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
        // What pads it is the same in all.
        while place < bytes {
            small[place] = 0
            place += 1
        }
        return misfit == 0
    }

    @inline(__always)
    private func isEqual(_ packed: UnsafeRawPointer, _ number: Int) -> Bool {
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
        if count == 0 { first.update(from: state, count: words) }
        generation += 1
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
        bytes = Self.packedSize(live.count, whole.count)
        packed.deallocate()
        packed = .allocate(byteCount: bytes, alignment: 16)
        states = Self.spread(capacity * bytes)
        let plain = UnsafeMutablePointer<Int32>.allocate(capacity: words)
        defer { plain.deallocate() }
        for number in 0..<count {
            plain.update(from: first, count: words)
            Self.unpack(earlier + number * earlierBytes, liveBefore, wholeBefore, to: plain)
            _ = packWords(plain, into: states + number * bytes)
        }
        earlier.deallocate()
        index()
        _ = packWords(state, into: packed)
    }

    /// Bytes while it grows to hold `more` states: the larger part is filled from the smaller one.
    func bytes(toHold more: Int) -> Int {
        let needs = count + more
        let states = needs > capacity ? 3 * capacity * bytes : capacity * bytes
        let table = needs * 2 > mask ? 3 * (mask + 1) * 8 : (mask + 1) * 8
        return states + table
    }

    private mutating func growStates() {
        let larger = Self.spread(capacity * 2 * bytes)
        larger.copyMemory(from: states, byteCount: count * bytes)
        states.deallocate()
        states = larger
        capacity *= 2
    }

    /// Twice as large: the digests' halves that it holds say where each entry belongs.
    private mutating func growTable() {
        let (earlier, size) = (table, mask + 1)
        mask = size * 2 - 1
        table = Self.emptyTable(mask + 1)
        for old in 0..<size where earlier[old] != 0 {
            var place = Int(earlier[old] >> 32) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = earlier[old]
        }
        earlier.deallocate()
    }

    /// Makes the table anew, of states that are packed in another way.
    mutating func index() {
        while count * 2 > mask { mask = mask * 2 + 1 }
        table.deallocate()
        table = Self.emptyTable(mask + 1)
        for number in 0..<count {
            let half = Self.packedDigest(states + number * bytes, bytes) >> 32
            var place = Int(half) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = half << 32 | UInt64(number + 1)
        }
    }

    /// A number over a packed state, 16 bytes at a time.
    @inline(__always)
    static func packedDigest(_ packed: UnsafeRawPointer, _ bytes: Int) -> UInt64 {
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
