/// A decimal number without rounding: whole multiples of 10^-18, up to 1.7 x 10^20.
public struct ExactNumber: Hashable, Sendable, Comparable, CustomStringConvertible {
    private var units: Int128
    private static let places = 18
    private static let one: Int128 = 1_000_000_000_000_000_000

    public static let zero = ExactNumber(units: 0)

    private init(units: Int128) { self.units = units }

    /// A number as JSON writes it; nil for anything else, and for what does not fit.
    init?(_ text: some Collection<UInt8>) {
        if !text.isEmpty, text.count <= Self.places {
            var short: Int64 = 0
            let isPlain = text.allSatisfy { byte in
                short = short &* 10 &+ Int64(byte &- 0x30)
                return (0x30...0x39).contains(byte)
            }
            if isPlain {
                self.init(units: Int128(short) * Self.one)
                return
            }
        }
        var (digits, exponent, isNegative) = (Int128(0), 0, false)
        var (isFraction, hasDigits) = (false, false)
        var rest = Array(text)[...]
        if rest.first == UInt8(ascii: "-") {
            isNegative = true
            rest = rest.dropFirst()
        }
        while let byte = rest.first {
            if (0x30...0x39).contains(byte) {
                let (tens, isOver) = digits.multipliedReportingOverflow(by: 10)
                guard !isOver else { return nil }
                digits = tens + Int128(byte - 0x30)
                if isFraction { exponent -= 1 }
                hasDigits = true
            } else if byte == UInt8(ascii: "."), !isFraction, hasDigits {
                isFraction = true
            } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
                var written = String(decoding: rest.dropFirst(), as: UTF8.self)
                if written.hasPrefix("+") { written.removeFirst() }
                guard let power = Int(written), abs(power) < 100 else { return nil }
                exponent += power
                break
            } else {
                return nil
            }
            rest = rest.dropFirst()
        }
        guard hasDigits else { return nil }
        self.init(units: 0)
        var shift = exponent + Self.places
        while shift < 0 {
            guard digits % 10 == 0 else { return nil }
            digits /= 10
            shift += 1
        }
        while shift > 0, digits != 0 {
            let (more, isOver) = digits.multipliedReportingOverflow(by: 10)
            guard !isOver else { return nil }
            digits = more
            shift -= 1
        }
        units = isNegative ? -digits : digits
    }

    /// nil where it does not fit.
    func adding(_ other: ExactNumber) -> ExactNumber? {
        let (sum, isOver) = units.addingReportingOverflow(other.units)
        return isOver ? nil : ExactNumber(units: sum)
    }

    public static func < (left: Self, right: Self) -> Bool { left.units < right.units }

    public var description: String {
        var digits = String(units.magnitude)
        digits = String(repeating: "0", count: max(0, Self.places + 1 - digits.count)) + digits
        let whole = digits.dropLast(Self.places)
        var fraction = digits.suffix(Self.places)
        while fraction.last == "0" { fraction.removeLast() }
        return (units < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
