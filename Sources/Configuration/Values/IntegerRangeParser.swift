extension ValueParser where Value == ClosedRange<Int> {
    /// `5..50`, both ends included, or `20` for `20..20`.
    public static var integerRange: ValueParser {
        ValueParser("range", accepted: "write 5..50 or 20") { text in
            guard let ends = rangeEnds(text) else { return .other }
            guard isInteger(ends.low), isInteger(ends.high) else { return .other }
            guard let low = Int(ends.low), let high = Int(ends.high) else {
                return .refused("does not fit into 64 bits")
            }
            guard low <= high else { return .refused("ends before it begins") }
            return .value(low...high)
        }
    }

    /// A range that lies within another.
    public static func integerRange(within limits: ClosedRange<Int>) -> ValueParser {
        let spelling = "\(limits.lowerBound)..\(limits.upperBound)"
        return ValueParser("range", accepted: "write 5..50 or 20, within \(spelling)") { text in
            switch integerRange.outcome(text) {
            case .value(let range)
            where !limits.contains(range.lowerBound)
                || !limits.contains(range.upperBound):
                .refused("is not within \(spelling)")
            case let outcome: outcome
            }
        }
    }
}

/// The two ends of `a..b`; a text without `..` is both. Nil where there are several `..`.
func rangeEnds(_ text: some StringProtocol) -> (low: String, high: String)? {
    let ends = String(text).split(separator: "..", omittingEmptySubsequences: false)
    switch ends.count {
    case 1: return (String(text), String(text))
    case 2: return (String(ends[0]), String(ends[1]))
    default: return nil
    }
}
