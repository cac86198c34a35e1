import Foundation

/// Numbers as reports of simulations show them: four digits that count, the unit behind.
enum Figures {
    /// `12.34 ms` of nanoseconds.
    static func time(_ nanoseconds: Double) -> String {
        let units: [(Double, String)] = [(1e9, "s"), (1e6, "ms"), (1e3, "us")]
        for (size, name) in units where nanoseconds.magnitude >= size {
            return "\(number(nanoseconds / size)) \(name)"
        }
        return "\(number(nanoseconds)) ns"
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

    /// `12.35%` of a share.
    static func share(_ value: Double) -> String { "\(number(value * 100))%" }

    static func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? share(Double(part) / Double(whole)) : "0%"
    }
}
