import Configuration
import Records

/// A sequence of 32-bit words at one position of a stream; endless, and a value: a copy starts anew.
///
/// The first word is word p mod 4 of the Philox4x32-10 block of the counter (low half of g, high half of
/// g, 0, copy), where p is the position and g = floor(p / 4), so that loops which take one word at each
/// of many positions compute a fourth of the blocks (``Hits``). The following words are those of the
/// blocks b = 1, 2, … of the counters (low half of p, high half of p, b, copy).
public struct Draws: Sendable {
    private let key: (UInt32, UInt32)
    private let position: UInt64
    private let copy: UInt32
    private var block: UInt32 = 1
    private var used: UInt8 = 3
    private var words: Philox.Block

    @inline(__always)
    init(key: UInt64, position: Offset, copy: Int32) {
        self.key = key.halves
        self.position = UInt64(bitPattern: position)
        self.copy = UInt32(bitPattern: copy)
        let group = (self.position >> 2).halves
        let first = FirstWords(Philox.block((group.0, group.1, 0, self.copy), key: self.key))
        words = (0, 0, 0, first.word(at: self.position))
    }

    /// The next word, uniform over all 32-bit numbers.
    @inline(__always)
    public mutating func next() -> UInt32 {
        if used == 4 { refill() }
        defer { used &+= 1 }
        switch used {
        case 0: return words.0
        case 1: return words.1
        case 2: return words.2
        default: return words.3
        }
    }

    @inline(never)
    private mutating func refill() {
        let (low, high) = position.halves
        words = Philox.block((low, high, block, copy), key: key)
        block &+= 1
        used = 0
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

    /// True with exactly the given probability; 0 and 1 draw nothing.
    @inline(__always)
    mutating func hits(_ probability: Ratio) -> Bool {
        hits(probability.numerator, in: probability.denominator)
    }
}

/// Hits at many positions of one stream, quickest where they follow each other.
///
/// The same as ``Draws/hits(_:)`` on ``DrawStream/draws(at:copy:)``.
struct Hits {
    private let key: UInt64
    private let numerator: UInt64
    private let denominator: UInt64
    /// The positions over 4 that `words` are of; none at first.
    private var group = UInt64.max
    private var words = FirstWords((0, 0, 0, 0))

    init(_ stream: DrawStream, _ probability: Ratio) {
        key = stream.key
        numerator = UInt64(probability.numerator)
        denominator = UInt64(probability.denominator)
    }

    @inline(__always)
    mutating func hit(at position: Offset) -> Bool {
        if numerator == 0 || numerator >= denominator { return numerator > 0 }
        let bits = UInt64(bitPattern: position)
        if bits >> 2 != group {
            group = bits >> 2
            let (low, high) = group.halves
            words = FirstWords(Philox.block((low, high, 0, 0), key: key.halves))
        }
        let product = UInt64(words.word(at: bits)) &* denominator
        if product & 0xFFFF_FFFF < denominator {
            return Self.hitSlowly(key, numerator, denominator, position)
        }
        return product >> 32 < numerator
    }

    /// Where the first word may be one to draw again.
    @inline(never)
    private static func hitSlowly(
        _ key: UInt64, _ numerator: UInt64, _ denominator: UInt64, _ position: Offset
    ) -> Bool {
        var draws = Draws(key: key, position: position, copy: 0)
        return draws.below64(denominator) < numerator
    }
}

/// The four words of a block, one for each position mod 4, taken without a branch.
private struct FirstWords {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    init(_ block: Philox.Block) {
        low = UInt64(block.0) | UInt64(block.1) << 32
        high = UInt64(block.2) | UInt64(block.3) << 32
    }

    @inline(__always)
    func word(at position: UInt64) -> UInt32 {
        let pair = position & 2 == 0 ? low : high
        return UInt32(truncatingIfNeeded: pair >> ((position & 1) << 5))
    }
}

extension UInt64 {
    @inline(__always)
    fileprivate var halves: (UInt32, UInt32) {
        (UInt32(truncatingIfNeeded: self), UInt32(truncatingIfNeeded: self >> 32))
    }
}
