import Configuration

/// What a plan file says that changes no decision: where records go, how fast, and where the key of masks
/// is. It is no part of a resolved plan.
public struct Operations: Hashable, Sendable {
    /// From a topic, or from those that a pattern names, to another.
    public struct Route: Hashable, Sendable {
        public var from: String
        public var to: String

        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// Where the key of masks is read.
    public enum KeySource: Hashable, Sendable {
        case environment(String)
        case file(String)

        public static let standard = KeySource.environment("KERFUFFLE_MASK_KEY")
    }

    public var routes: [Route] = []
    /// How long recordings are kept, and how much of them; nil for what is not bounded.
    public struct Retention: Hashable, Sendable {
        public var age: Duration?
        public var bytes: Int?

        public init(age: Duration? = nil, bytes: Int? = nil) {
            self.age = age
            self.bytes = bytes
        }
    }

    public var maxRates: [MaxRate] = []
    public var retention: Retention?
    public var key: KeySource?

    public init() {}
}

/// The most that is sent in a time.
public enum MaxRate: Hashable, Sendable {
    case records(Rate)
    /// Keys, values and headers.
    case bytes(Rate)
}

extension ValueParser where Value == MaxRate {
    /// `500/s` records, or with a unit of size `1MiB/s`.
    public static var maxRate: ValueParser {
        ValueParser(
            noun: "rate", accepted: "write 500/s for records or 1MiB/s for bytes, more than 0"
        ) { text in
            if case .success(let rate) = ValueParser<Rate>.rate.parse(text) {
                return .records(rate)
            }
            guard let slash = text.firstIndex(of: "/"), text[..<slash].last?.isLetter == true,
                case .success(let bytes) = ValueParser<Int>.size.parse(String(text[..<slash])),
                case .success(let rate) = ValueParser<Rate>.rate.parse(
                    "\(bytes)" + text[slash...])
            else { return nil }
            return .bytes(rate)
        }
    }
}
