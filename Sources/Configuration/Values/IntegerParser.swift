extension ValueParser where Value == Int {
    /// A whole number in decimal digits, with a minus sign where it is below 0.
    public static var integer: ValueParser {
        ValueParser("whole number", accepted: "write 5, 0 or -5") { text in
            guard isInteger(text) else { return .other }
            return Int(text).map { .value($0) } ?? .refused("does not fit into 64 bits")
        }
    }
}

/// Digits, with or without a minus sign.
func isInteger(_ text: some StringProtocol) -> Bool {
    let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty
        && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}
