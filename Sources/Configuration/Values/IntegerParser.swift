extension ValueParser where Value == Int {
    /// A whole number in decimal digits, with a minus sign where it is below 0.
    public static var integer: ValueParser {
        ValueParser("whole number", accepted: "write 5, 0 or -5") { text in
            guard isInteger(text) else { return .other }
            return Int(text).map { .value($0) } ?? .refused("does not fit into 64 bits")
        }
    }

    /// A whole number of a range.
    public static func integer(_ range: ClosedRange<Int>) -> ValueParser {
        integer.within(range, integerLimits(range))
    }
}

/// Also where an end is open.
private func integerLimits(_ range: ClosedRange<Int>) -> String {
    "\(range.lowerBound).." + (range.upperBound == .max ? "" : "\(range.upperBound)")
}

func isInteger(_ text: some StringProtocol) -> Bool {
    let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty
        && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}
