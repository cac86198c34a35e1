/// Times as text: `2026-11-29T21:55:00.125Z`, with a space for the T, with an offset or without (UTC then).
///
/// Source: RFC 3339, section 5.6.
enum TimeText {
    /// Milliseconds since 1970; nil: it is none. What is finer is cut off.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = Substring(text)
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2),
            take(&rest, "-"), let day = number(&rest, 2), take(&rest, "T") || take(&rest, " "),
            let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2),
            take(&rest, ":"), let second = number(&rest, 2), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction: Int64 = 0
        if take(&rest, ".") {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty else { return nil }
            fraction = Int64((digits + "000").prefix(3)) ?? 0
            rest = rest.dropFirst(digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let days = daysSince1970(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        return seconds * 1000 + fraction
    }

    /// In minutes.
    private static func offset(_ text: Substring) -> Int64? {
        if text.isEmpty || text == "Z" || text == "z" { return 0 }
        var rest = text.dropFirst()
        guard text.first == "+" || text.first == "-", let hours = number(&rest, 2) else {
            return nil
        }
        _ = take(&rest, ":")
        guard let minutes = number(&rest, 2), rest.isEmpty else { return nil }
        return (text.first == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func number(_ rest: inout Substring, _ digits: Int) -> Int64? {
        let found = rest.prefix(digits)
        guard found.count == digits, found.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        rest = rest.dropFirst(digits)
        return Int64(found)
    }

    private static func take(_ rest: inout Substring, _ letter: Character) -> Bool {
        guard rest.first == letter else { return false }
        rest = rest.dropFirst()
        return true
    }
}
