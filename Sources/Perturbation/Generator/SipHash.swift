/// SipHash-2-4: 64 bits of a short text under a key of 128 bits.
///
/// Source: Aumasson, Bernstein, "SipHash: a fast short-input PRF" (Indocrypt 2012); the tests hold the
/// vectors of its reference implementation.
enum SipHash {
    static func hash(_ bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) -> UInt64 {
        var state = State(key)
        let whole = bytes.count & ~7
        var position = 0
        while position < whole {
            state.absorb(word(bytes, position, 8))
            position += 8
        }
        let last = word(bytes, position, bytes.count - whole) | UInt64(bytes.count & 0xFF) << 56
        state.absorb(last)
        return state.finish()
    }

    /// Up to eight bytes as a little-endian number.
    private static func word(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int
    ) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(bytes[start + index]) << UInt64(8 * index) }
        return word
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        init(_ key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736F_6D65_7073_6575
            v1 = key.1 ^ 0x646F_7261_6E64_6F6D
            v2 = key.0 ^ 0x6C79_6765_6E65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xFF
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        private func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 {
            word << by | word >> (64 - by)
        }
    }
}
