/// Events per time, exactly: `events` in every `seconds`, in lowest terms.
public struct Rate: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let events: UInt64
    /// At least 1.
    public let seconds: UInt64

    /// In lowest terms; nil where either is 0.
    public init?(events: UInt64, seconds: UInt64) {
        guard events > 0, seconds > 0 else { return nil }
        let divisor = greatestCommonDivisor(events, seconds)
        self.events = events / divisor
        self.seconds = seconds / divisor
    }

    /// When event number `index` is due, the first one (0) at once; rounded down to a nanosecond.
    /// So a pace never drifts, however many events there are.
    public func due(_ index: UInt64) -> Duration {
        let whole = UInt128(index) * UInt128(seconds)
        let (quotient, rest) = whole.quotientAndRemainder(dividingBy: UInt128(events))
        let nanoseconds = rest * 1_000_000_000 / UInt128(events)
        return .seconds(Int64(clamping: quotient)) + .nanoseconds(Int64(clamping: nanoseconds))
    }

    public static func < (left: Rate, right: Rate) -> Bool {
        UInt128(left.events) * UInt128(right.seconds)
            < UInt128(right.events) * UInt128(left.seconds)
    }

    /// A spelling that reads back as the same value: `500/s`, `1/90s`.
    public var description: String {
        seconds == 1 ? "\(events)/s" : "\(events)/\(seconds)s"
    }
}

private let units: [(name: String, perSecond: UInt64, seconds: UInt64)] = [
    ("us", 1_000_000, 1), ("ms", 1000, 1), ("s", 1, 1), ("m", 1, 60), ("h", 1, 3600),
]

extension ValueParser where Value == Rate {
    /// `500/s`, `10/ms`, `6000/m`, `0.5/s`, `1/h`, `3/10s`: more than 0, exact.
    public static var rate: ValueParser {
        ValueParser("rate", accepted: "write 500/s, 10/ms, 6000/m or 1/h, more than 0") { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let count = ExactDecimal(parts[0]) else { return .other }
            let number = parts[1].prefix { $0.isASCII && $0.isNumber }
            let name = parts[1].dropFirst(number.count)
            guard let unit = units.first(where: { $0.name == name }),
                let every = number.isEmpty ? 1 : UInt64(number)
            else { return .refused("has no known unit of time") }
            guard count.digits > 0, every > 0 else { return .refused("is not more than 0") }
            let (events, over) = count.digits.multipliedReportingOverflow(by: unit.perSecond)
            let (scale, overScale) = count.scale.multipliedReportingOverflow(by: unit.seconds)
            let (seconds, overSeconds) = scale.multipliedReportingOverflow(by: every)
            guard !over, !overScale, !overSeconds,
                let rate = Rate(events: events, seconds: seconds)
            else { return .refused("has more digits than can be kept exactly") }
            return .value(rate)
        }
    }
}
