import Foundation

/// Numbers as reports of simulations show them: four digits that count, the unit behind.
enum Figures {
    /// `12.34 ms` of nanoseconds.
    static func time(_ nanoseconds: Double) -> String {
        let (size, name) = unit(nanoseconds)
        return "\(number(nanoseconds / size)) \(name)"
    }

    /// `0.1235`, `12.35`, `12346`.
    static func number(_ value: Double) -> String {
        if value == 0 || !value.isFinite { return value.isFinite ? "0" : "\(value)" }
        let size = value.magnitude
        var digits = 3
        var limit = 10.0
        while size >= limit && digits > 0 {
            digits -= 1
            limit *= 10
        }
        if size < 1 {
            limit = 0.1
            while size < limit && digits < 12 {
                digits += 1
                limit /= 10
            }
            digits += 1
        }
        return String(format: "%.\(digits)f", value)
    }

    /// A number and half the width of its interval, both with the digits that the interval leaves: two of
    /// its own, six of the number's at most.
    static func interval(_ value: Double, _ half: Double) -> (value: String, half: String) {
        guard half > 0, half.isFinite, value.isFinite else { return (number(value), number(half)) }
        var digits = 1
        var limit = 1.0
        while half < limit && digits < 6 {
            digits += 1
            limit /= 10
        }
        if half >= 10 { digits = 0 }
        var whole = 10.0
        var most = 5
        while value.magnitude >= whole && most > 0 {
            most -= 1
            whole *= 10
        }
        digits = min(digits, most)
        let texts = [value, half].map { String(format: "%.\(digits)f", $0) }
        return (texts[0], texts[1])
    }

    /// The unit in which a time is written: how many nanoseconds, and its name.
    static func unit(_ nanoseconds: Double) -> (size: Double, name: String) {
        let units = [(1e9, "s"), (1e6, "ms"), (1e3, "us")]
        return units.first { nanoseconds.magnitude >= $0.0 } ?? (1, "ns")
    }

    /// A share as a sentence says it: `0.82%`, `5.3%`, `80.5%`, `100%`.
    static func rough(_ share: Double) -> String {
        let percent = share * 100
        if percent == 0 { return "0%" }
        if percent.magnitude < 1 {
            let text = String(format: "%.2g", percent)
            return (text.contains("e") ? number(percent) : text) + "%"
        }
        let text = String(format: percent.magnitude < 100 ? "%.1f" : "%.0f", percent)
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "%"
    }

    /// `12.35%` of a share.
    static func share(_ value: Double) -> String { "\(number(value * 100))%" }

    static func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? share(Double(part) / Double(whole)) : "0%"
    }
}
