import Configuration

/// Spellings of a plan's values: the same in files and in flags.

extension ValueParser where Value == ClosedRange<Int> {
    /// The records of a window: `5..50` or `20`, 1 to 1,000,000.
    public static var windowRecords: ValueParser { .integerRange(within: 1...1_000_000) }
}

extension ValueParser where Value == Int {
    /// The payload of a window: `1MiB`, 1 byte to 1 GiB.
    public static var windowBytes: ValueParser {
        ValueParser.size.refusing(accepted: "write 1MiB, within 1B..1GiB") {
            (1...1 << 30).contains($0) ? nil : "is not within 1B..1GiB"
        }
    }
}

/// How long a window waits for records.
public enum MaxWait: Hashable, Sendable {
    case never
    case after(Duration)

    public var duration: Duration? { if case .after(let wait) = self { wait } else { nil } }
}

extension ValueParser where Value == MaxWait {
    /// `1s`, or `none` where no clock ever closes a window.
    public static var maxWait: ValueParser {
        ValueParser(noun: "time to wait", accepted: "write 1s, 250ms or none") { text in
            if text == "none" { return .never }
            return try? .after(ValueParser<Duration>.duration.parse(text).get())
        }
    }
}

extension ValueParser where Value == DurationDistribution {
    /// A distribution of delays, none longer than 1,000 days.
    public static var delay: ValueParser {
        let distribution = ValueParser.durationDistribution
        return distribution.refusing(accepted: distribution.accepted + ", up to 24000h") {
            $0.longestGiven > DurationDistribution.longest ? "is longer than 1,000 days" : nil
        }
    }
}

extension DurationDistribution {
    /// The longest time that its spelling names.
    fileprivate var longestGiven: Int64 {
        switch self {
        case .constant(let us): us
        case .uniform(_, let high): high
        case .exponential(let mean), .lognormal(let mean, _): mean
        case .empirical(let values): values.max() ?? 0
        }
    }
}

extension ValueParser where Value == Order {
    /// `none`, `shuffle`, `perKey`, `displacement(3)`, `byDelay(exponential(20ms))`, or with a spacing
    /// `byDelay(exponential(20ms), 1ms)`.
    public static var order: ValueParser {
        ValueParser(
            noun: "order",
            accepted: "write none, shuffle, perKey, displacement(3) or byDelay(exponential(20ms))"
        ) { text in
            switch text {
            case "none": return Order.none
            case "shuffle": return .shuffle
            case "perKey": return .perKey
            default: break
            }
            guard text.last == ")", let open = text.firstIndex(of: "(") else { return nil }
            let inside = text[text.index(after: open)...].dropLast()
            switch text[..<open] {
            case "displacement":
                let places = ValueParser<Int>.displacement.parse(String(inside))
                return try? .displacement(places.get())
            case "byDelay": return byDelay(inside)
            default: return nil
            }
        }
    }

    private static func byDelay(_ text: Substring) -> Order? {
        if let delay = try? ValueParser<DurationDistribution>.delay.parse(String(text)).get() {
            return .byDelay(delay, spacing: nil)
        }
        guard let comma = text.lastIndex(of: ",") else { return nil }
        let parts = [text[..<comma], text[text.index(after: comma)...]].map { part in
            String(part.drop { $0 == " " })
        }
        guard let delay = try? ValueParser<DurationDistribution>.delay.parse(parts[0]).get(),
            let spacing = try? ValueParser<Int64>.microseconds.parse(parts[1]).get()
        else { return nil }
        return .byDelay(delay, spacing: .microseconds(spacing))
    }
}

extension ValueParser where Value == Int {
    /// How many places records may move.
    static var displacement: ValueParser { ValueParser.integer.within(0...1_000_000) }
}
