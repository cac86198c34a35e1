/// A decimal as it is written, exactly: digits / 10^places. No sign, no exponent.
struct ExactDecimal: Equatable {
    let digits: UInt64
    /// At most 18.
    let places: Int

    var scale: UInt64 { powersOfTen[places] }

    /// `12`, `0.5`, `1.50`; nil for anything else, for digits beyond 64 bits and for
    /// more than 18 places.
    init?(_ text: some StringProtocol) {
        var digits: UInt64 = 0
        var places = 0
        var count = 0
        var isFraction = false
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                count += 1
                if isFraction { places += 1 }
                let (tens, isOver) = digits.multipliedReportingOverflow(by: 10)
                let (sum, isOverToo) = tens.addingReportingOverflow(UInt64(byte) - 48)
                guard !isOver, !isOverToo, places <= 18 else { return nil }
                digits = sum
            case UInt8(ascii: ".") where !isFraction && count > 0: isFraction = true
            default: return nil
            }
            last = byte
        }
        guard count > 0, last != UInt8(ascii: ".") else { return nil }
        while places > 0, digits % 10 == 0 {
            digits /= 10
            places -= 1
        }
        self.digits = digits
        self.places = places
    }

    /// This many times `unit`, where that is whole and fits.
    func times(_ unit: UInt64) -> UInt64? {
        let product = UInt128(digits) * UInt128(unit)
        guard product % UInt128(scale) == 0 else { return nil }
        return UInt64(exactly: product / UInt128(scale))
    }
}

private let powersOfTen: [UInt64] = (0..<19).reduce(into: [1]) { powers, _ in
    powers.append(powers[powers.count - 1] &* 10)
}

/// Greatest common divisor; that of 0 and n is n.
func greatestCommonDivisor<Number: FixedWidthInteger & UnsignedInteger>(
    _ left: Number, _ right: Number
) -> Number {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}
