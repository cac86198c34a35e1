private let units: [(name: String, nanoseconds: UInt64)] = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1000), ("ns", 1),
]

extension ValueParser where Value == Duration {
    /// `250ms`, `2s`, `1.5s`, `1m30s`, `1h`, `100us`, `10ns`, `0`: 0 or more, exact to the
    /// nanosecond, up to 292 years. Larger units stand first, each at most once.
    public static var duration: ValueParser {
        ValueParser("duration", accepted: "write 250ms, 2s, 1m30s, 1h, 100us or 0") { text in
            if text == "0" { return .value(.zero) }
            var total: UInt64 = 0
            var rest = text[...]
            var next = units.startIndex
            while !rest.isEmpty {
                let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
                let letters = rest.dropFirst(number.count).prefix { $0.isLetter }
                rest = rest.dropFirst(number.count + letters.count)
                let name = letters == "µs" || letters == "μs" ? "us" : String(letters)
                guard let count = ExactDecimal(number) else { return .other }
                if name.isEmpty { return .refused("has no unit") }
                guard let unit = units.firstIndex(where: { $0.name == name }) else {
                    return .refused("has the unknown unit \(quoted(letters))")
                }
                guard unit >= next else { return .refused("has its units out of order") }
                next = unit + 1
                guard let part = count.times(units[unit].nanoseconds) else {
                    return .refused("is no whole number of nanoseconds, or longer than 292 years")
                }
                let (sum, isOver) = total.addingReportingOverflow(part)
                guard !isOver, sum <= UInt64(Int64.max) else {
                    return .refused("is longer than 292 years")
                }
                total = sum
            }
            guard next > units.startIndex else { return .other }
            return .value(.nanoseconds(Int64(total)))
        }
    }
}

extension Duration {
    /// The shortest exact spelling in one unit where it is whole (`90s`, `1500us`), else several;
    /// reads back as the same value. Negative durations have a minus sign and do not read back.
    public var spelled: String {
        let (seconds, attoseconds) = components
        let nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(attoseconds) / 1_000_000_000
        if nanoseconds == 0 { return "0" }
        let sign = nanoseconds < 0 ? "-" : ""
        var rest = nanoseconds.magnitude
        var text = sign
        for unit in units where rest >= UInt128(unit.nanoseconds) {
            text += "\(rest / UInt128(unit.nanoseconds))\(unit.name)"
            rest %= UInt128(unit.nanoseconds)
        }
        return text
    }
}

extension ValueParser where Value == Int64 {
    /// A duration of whole microseconds, as their number.
    public static var microseconds: ValueParser {
        ValueParser("duration", accepted: ValueParser<Duration>.duration.accepted) { text in
            switch ValueParser<Duration>.duration.outcome(text) {
            case .value(let duration):
                duration.wholeMicroseconds.map { .value($0) }
                    ?? .refused("is finer than a microsecond")
            case .refused(let why): .refused(why)
            case .other: .other
            }
        }
    }
}

extension Duration {
    /// Nil where the duration is no whole number of microseconds, or too long for one.
    public var wholeMicroseconds: Int64? {
        let (seconds, attoseconds) = components
        guard attoseconds % 1_000_000_000_000 == 0 else { return nil }
        let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return isOver ? nil : whole + attoseconds / 1_000_000_000_000
    }
}
