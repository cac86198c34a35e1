import Configuration

/// Which part of a record is meant: what joins inputs with outputs, names an entity, is added up.
///
/// Written as `key`, `key.id` (of a JSON key), `value`, `header.NAME`, `topic`, `partition`, `offset`,
/// `timestamp`, a plain path into the JSON value (`.order.id`), or any other jq expression on the JSON value.
public struct Selector: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case key, value, topic, partition, offset, timestamp
        case header([UInt8])
        case ofKey(FieldPath)
        case ofValue(FieldPath)
        /// On the value as JSON; null where there is none.
        case jq(JQExpression)
    }

    let part: Part
    /// As it was written.
    public let text: String

    init(_ part: Part, text: String) {
        self.part = part
        self.text = text
    }

    /// The record's key.
    public static let key = Selector(.key, text: "key")
    /// The record's value.
    public static let value = Selector(.value, text: "value")

    /// What takes no jq; nil for any other text.
    public init?(plain text: String) {
        switch text {
        case "key": self = .key
        case "value", ".": self = .value
        case "topic": self.init(.topic, text: text)
        case "partition": self.init(.partition, text: text)
        case "offset": self.init(.offset, text: text)
        case "timestamp": self.init(.timestamp, text: text)
        case _ where text.hasPrefix("header."):
            let name = Array(text.dropFirst("header.".count).utf8)
            if name.isEmpty { return nil }
            self.init(.header(name), text: text)
        case _ where text.hasPrefix("key."):
            guard let path = FieldPath(text.dropFirst("key".count)), !path.steps.isEmpty else {
                return nil
            }
            self.init(.ofKey(path), text: text)
        default:
            guard let path = FieldPath(text) else { return nil }
            self.init(.ofValue(path), text: text)
        }
    }

    static let accepted =
        "write key, value, header.NAME, a path such as .order.id, or a jq expression"
}

extension Element {
    /// A selector, its jq compiled once to see that it can be.
    func selector() -> Selector? {
        guard let text = value(as: ValueParser.name("selector")) else { return nil }
        if let plain = Selector(plain: text) { return plain }
        if text.allSatisfy({ $0.isLetter }), let near = Self.nearWord(text) {
            problem(
                "\"\(text)\" is no selector (did you mean `\(near)`?)", accepted: Selector.accepted)
            return nil
        }
        return jq(text).map { Selector(.jq($0), text: text) }
    }

    private static func nearWord(_ text: String) -> String? {
        let words = ["key", "value", "topic", "partition", "offset", "timestamp", "header"]
        let parser = ValueParser<String>.reference("selector", among: words)
        guard case .failure(let error) = parser.parse(text),
            let start = error.found.firstIndex(of: "`")
        else { return nil }
        return String(error.found[error.found.index(after: start)...].prefix { $0 != "`" })
    }
}
