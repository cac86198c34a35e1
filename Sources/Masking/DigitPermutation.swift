import Digests

/// Replaces the digits of a text by others under a key, so that different numbers of equal length stay
/// different: a permutation of the numbers of each length. All other bytes stay.
///
/// A first digit of 0 stays 0 and another stays another, so that a JSON number stays one. A number that
/// fits an integer of 32 or 64 bits, signed or not, goes to one that fits; the sign in front of the first
/// digit tells how far a signed one reaches.
///
/// Source: a Feistel network over a x b places with HMAC-SHA-256 as its round function, ten rounds, as
/// FF1 of NIST SP 800-38G has them; a result outside the class of numbers is taken once more (cycle
/// walking). Who has the key can turn it back.
struct DigitPermutation: Sendable {
    private let code: HMACSHA256
    private static let rounds: UInt32 = 10
    /// Digits that are permuted together: what fits 128 bits.
    private static let most = 36

    init(_ code: HMACSHA256) { self.code = code }

    func append(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var places: [Int] = []
        places.reserveCapacity(text.count)
        let start = output.count
        for (index, byte) in text.enumerated() {
            output.append(byte)
            if (0x30...0x39).contains(byte) { places.append(start + index) }
        }
        var taken = 0
        // Longer ones in pieces, each depending on what stands in front of it.
        var tweak = HMACSHA256.Code()
        while taken < places.count {
            let piece = places[taken..<min(places.count, taken + Self.most)]
            let value = piece.reduce(UInt128(0)) { $0 * 10 + UInt128(output[$1] - 0x30) }
            let before = places[taken] - 1
            let domain = Self.domain(
                of: value, piece.count, isFirst: taken == 0,
                isNegative: before >= start && output[before] == UInt8(ascii: "-"))
            let size = domain.upper - domain.lower + 1
            var rest =
                domain.lower + permuted(value - domain.lower, of: size, piece.count, tweak)
            if taken + piece.count < places.count { tweak = self.tweak(tweak, value) }
            for place in piece.reversed() {
                output[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            taken += piece.count
        }
    }

    /// The numbers among which this one is exchanged.
    private static func domain(
        of value: UInt128, _ count: Int, isFirst: Bool, isNegative: Bool
    ) -> (lower: UInt128, upper: UInt128) {
        let first = power(count - 1)
        guard isFirst else { return (0, first * 10 - 1) }
        if value < first { return (0, first - 1) }
        var lower = first
        for limit in limits(count, isNegative: isNegative) {
            if value <= limit { return (lower, limit) }
            lower = limit + 1
        }
        return (lower, first * 10 - 1)
    }

    /// How far the integers of 32 and 64 bits reach that have so many digits, the signed ones first.
    private static func limits(_ count: Int, isNegative: Bool) -> [UInt128] {
        switch (count, isNegative) {
        case (10, false): [UInt128(Int32.max), UInt128(UInt32.max)]
        case (10, true): [UInt128(Int32.min.magnitude)]
        case (19, false): [UInt128(Int64.max)]
        case (19, true): [UInt128(Int64.min.magnitude)]
        case (20, false): [UInt128(UInt64.max)]
        default: []
        }
    }

    private static func power(_ exponent: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    private func tweak(_ tweak: HMACSHA256.Code, _ value: UInt128) -> HMACSHA256.Code {
        var message = Message()
        message.tweak = tweak
        message.half = value.littleEndian
        message.round = UInt32.max
        return withUnsafeBytes(of: &message) { code.code(of: $0) }
    }

    /// What a round digests: no padding, all little-endian.
    private struct Message {
        var tweak = HMACSHA256.Code()
        var half: UInt128 = 0
        var size: UInt128 = 0
        var mark = SIMD8<UInt8>(0x64, 0x69, 0x67, 0x69, 0x74, 0x73, 0x2F, 0x31)
        var count: UInt32 = 0
        var round: UInt32 = 0
    }

    private func permuted(
        _ value: UInt128, of size: UInt128, _ count: Int, _ tweak: HMACSHA256.Code
    ) -> UInt128 {
        if size < 2 { return value }
        let left = Self.root(size)
        let right = (size + left - 1) / left
        var message = Message()
        message.tweak = tweak
        message.size = size.littleEndian
        message.count = UInt32(count).littleEndian
        var result = value
        repeat {
            var (high, low) = result.quotientAndRemainder(dividingBy: right)
            for round in 0..<Self.rounds {
                message.round = round.littleEndian
                message.half = (round & 1 == 0 ? low : high).littleEndian
                let code = withUnsafeBytes(of: &message) { self.code.code(of: $0) }
                let drawn = Self.number(code)
                if round & 1 == 0 {
                    high = (high + drawn % left) % left
                } else {
                    low = (low + drawn % right) % right
                }
            }
            result = high * right + low
        } while result >= size
        return result
    }

    /// The first 16 bytes, little-endian.
    private static func number(_ code: HMACSHA256.Code) -> UInt128 {
        var number: UInt128 = 0
        for index in (0..<16).reversed() { number = number << 8 | UInt128(code[index]) }
        return number
    }

    /// The largest whole number whose square is no larger, and 2 at least.
    private static func root(_ size: UInt128) -> UInt128 {
        var root = max(2, UInt128(Double(size).squareRoot()))
        while root * root > size, root > 2 { root -= 1 }
        while (root + 1) * (root + 1) <= size { root += 1 }
        return root
    }
}
