/// The value of a JSON number, exactly: 1.50, 15e-1 and 1.5 are equal, and no digit is rounded away.
struct JSONNumber: Hashable {
    private let isNegative: Bool
    /// Without zeros in front or behind; empty for 0.
    private let digits: [UInt8]
    /// The number is 0.digits times 10 to this power.
    private let power: Int

    /// - Parameter text: a number as JSON spells it; nil where it is none or its exponent has more than
    ///   18 characters.
    init?(_ text: String) {
        var digits: [UInt8] = []
        var power = 0
        var isFraction = false
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "0") where digits.isEmpty:
                if isFraction { power -= 1 }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(byte)
                if !isFraction { power += 1 }
            default: return nil
            }
        }
        if !rest.isEmpty {
            let exponent = rest.dropFirst()
            guard exponent.count <= 18, let number = Int(String(exponent) ?? "") else { return nil }
            power += number
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.isNegative = isNegative && !digits.isEmpty
        self.digits = digits
        self.power = digits.isEmpty ? 0 : power
    }
}
