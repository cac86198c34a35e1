/// A rolling number of 64 bits over all that a run chose and did, in order. Two runs with one fingerprint
/// did the same; one draw, effect or instant apart gives another one.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// The digits of the golden ratio, so that an empty run has a number too.
    public private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    public init() {}

    /// Takes one more number in: rotate, exclusive or, multiply by an odd constant (the multiplier of
    /// Knuth's MMIX generator), all of which can be undone, so that no two equal histories of one length
    /// meet by losing bits.
    @inline(__always)
    mutating func mix(_ number: UInt64) {
        value = (value << 23 | value >> 41) ^ number
        value = value &* 0x5851_F42D_4C95_7F2D
    }

    @inline(__always)
    mutating func mix(_ number: Int64) { mix(UInt64(bitPattern: number)) }

    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
