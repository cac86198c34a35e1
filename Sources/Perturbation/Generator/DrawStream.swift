import Digests
import Records

/// A named source of draws: one purpose (the length of windows, the drops of one rule, …) in one
/// partition under one seed. `docs/determinism.md` defines every byte of it.
///
/// The key is the first eight bytes of the SHA-256 of the fields `kerfuffle-1`, seed, purpose, topic
/// and partition (decimal), each as a netstring (`<length>:<bytes>,`).
public struct DrawStream: Hashable, Sendable {
    let key: UInt64

    public init(seed: String, purpose: String, source: TopicPartition) {
        key = Self.digest(of: [seed, purpose, source.topic, String(source.partition)]).word
    }

    /// The SHA-256 of `kerfuffle-1` and the fields, each as a netstring.
    static func digest(of fields: [String]) -> Digest {
        var text: [UInt8] = []
        for field in ["kerfuffle-1"] + fields {
            text += Array("\(field.utf8.count):".utf8) + Array(field.utf8)
            text.append(UInt8(ascii: ","))
        }
        return SHA256.digest(of: text)
    }

    /// The draws that belong to `position`: the offset of a record or the start of a window, and where
    /// a record is delivered more than once, the number of the copy.
    @inline(__always)
    public func draws(at position: Offset, copy: Int32 = 0) -> Draws {
        Draws(key: key, position: position, copy: copy)
    }
}

/// A sequence of 32-bit words at one position of a stream; endless, and a value: a copy starts anew.
///
/// Block `b` of it is Philox4x32-10 of the counter (low half of the position, high half, b, copy).
public struct Draws: Sendable {
    private let key: (UInt32, UInt32)
    private let position: (UInt32, UInt32)
    private let copy: UInt32
    private var block: UInt32 = 0
    private var used: UInt8 = 4
    private var words: Philox.Block = (0, 0, 0, 0)

    @inline(__always)
    init(key: UInt64, position: Offset, copy: Int32) {
        self.key = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
        let bits = UInt64(bitPattern: position)
        self.position = (UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32))
        self.copy = UInt32(bitPattern: copy)
    }

    /// The next word, uniform over all 32-bit numbers.
    @inline(__always)
    public mutating func next() -> UInt32 {
        if used == 4 {
            words = Philox.block((position.0, position.1, block, copy), key: key)
            block &+= 1
            used = 0
        }
        defer { used &+= 1 }
        switch used {
        case 0: return words.0
        case 1: return words.1
        case 2: return words.2
        default: return words.3
        }
    }

    /// Two words as one number, the first being the low half.
    @inline(__always)
    public mutating func next64() -> UInt64 {
        let low = UInt64(next())
        return low | UInt64(next()) << 32
    }

    /// A number below `bound`, every one equally likely.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval" (2019): the high half of
    /// word x bound, words whose low half falls under `2^32 mod bound` being drawn again.
    @inline(__always)
    public mutating func below(_ bound: UInt32) -> UInt32 {
        precondition(bound > 0, "a bound is at least 1")
        var product = UInt64(next()) &* UInt64(bound)
        var low = UInt32(truncatingIfNeeded: product)
        if low < bound {
            let refused = (0 &- bound) % bound
            while low < refused {
                product = UInt64(next()) &* UInt64(bound)
                low = UInt32(truncatingIfNeeded: product)
            }
        }
        return UInt32(truncatingIfNeeded: product >> 32)
    }

    /// A number below `bound`, for bounds of more than 32 bits: one word where it fits, else two.
    @inline(__always)
    public mutating func below64(_ bound: UInt64) -> UInt64 {
        if bound <= UInt64(UInt32.max) { return UInt64(below(UInt32(bound))) }
        var product = next64().multipliedFullWidth(by: bound)
        if product.low < bound {
            let refused = (0 &- bound) % bound
            while product.low < refused { product = next64().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// True with exactly the given probability; 0 and 1 draw nothing.
    @inline(__always)
    public mutating func hits(_ numerator: UInt32, in denominator: UInt32) -> Bool {
        if numerator == 0 { return false }
        if numerator >= denominator { return true }
        return below(denominator) < numerator
    }
}
