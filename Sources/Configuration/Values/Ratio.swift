/// An exact fraction in lowest terms, 0 or more: a probability, a share, a coefficient.
public struct Ratio: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let numerator: UInt32
    /// At least 1.
    public let denominator: UInt32

    public static let zero = Ratio(reduced: 0, 1)
    public static let one = Ratio(reduced: 1, 1)

    /// In lowest terms; nil where the denominator is 0 or a term does not fit.
    public init?(_ numerator: some BinaryInteger, _ denominator: some BinaryInteger) {
        guard let above = UInt128(exactly: numerator), let below = UInt128(exactly: denominator),
            below > 0
        else { return nil }
        let divisor = greatestCommonDivisor(above, below)
        guard let numerator = UInt32(exactly: above / divisor),
            let denominator = UInt32(exactly: below / divisor)
        else { return nil }
        self.init(reduced: numerator, denominator)
    }

    private init(reduced numerator: UInt32, _ denominator: UInt32) {
        self.numerator = numerator
        self.denominator = denominator
    }

    public static func < (left: Ratio, right: Ratio) -> Bool {
        UInt64(left.numerator) * UInt64(right.denominator)
            < UInt64(right.numerator) * UInt64(left.denominator)
    }

    /// A spelling that reads back as the same value: `0.02` where that is exact, else `1/3`.
    public var description: String {
        var places = 0
        var scaled = UInt64(numerator)
        while places < 9, scaled % UInt64(denominator) != 0 {
            scaled *= 10
            places += 1
        }
        guard scaled % UInt64(denominator) == 0 else { return "\(numerator)/\(denominator)" }
        let digits = String(scaled / UInt64(denominator))
        guard places > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}

extension ValueParser where Value == Ratio {
    /// `2%`, `0.5%`, `0.02`, `1/50`, `0`, `1`: exact, from 0 to 1.
    public static var probability: ValueParser {
        ValueParser("probability", accepted: "write 2%, 0.02 or 1/50, from 0 to 1") { text in
            switch ratio(of: text) {
            case .value(let ratio) where ratio > .one: .refused("is more than 1")
            case let outcome: outcome
            }
        }
    }

    /// `0.5`, `3/4`, `2`, `150%`: exact, 0 or more.
    public static var ratio: ValueParser {
        ValueParser("ratio", accepted: "write 0.5, 3/4 or 50%, 0 or more", ratio(of:))
    }

    private static func ratio(of text: String) -> Outcome {
        let terms: (UInt128, UInt128)
        let slash = text.split(separator: "/", omittingEmptySubsequences: false)
        if slash.count == 2 {
            guard let above = ExactDecimal(slash[0]), let below = ExactDecimal(slash[1]),
                above.places == 0, below.places == 0
            else { return .other }
            guard below.digits > 0 else { return .refused("divides by 0") }
            terms = (UInt128(above.digits), UInt128(below.digits))
        } else {
            let isPercent = text.hasSuffix("%")
            guard let number = ExactDecimal(isPercent ? text.dropLast() : text[...]) else {
                return .other
            }
            terms = (UInt128(number.digits), UInt128(number.scale) * (isPercent ? 100 : 1))
        }
        guard let ratio = Ratio(terms.0, terms.1) else {
            return .refused("has more digits than can be kept exactly (terms below 2^32)")
        }
        return .value(ratio)
    }
}
