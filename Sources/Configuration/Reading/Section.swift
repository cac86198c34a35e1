/// A mapping while it is read: remembers which keys were asked for, so that others are reported.
public final class Section {
    /// The mapping itself, for problems of the whole.
    public let element: Element
    private var entries: [Node.Entry]
    /// In the order of asking, which is the order that messages list them in.
    private var known: [String] = []
    private var acceptsRest = false
    /// Keys of which one had to be there, and none was.
    private var missing: [[String]] = []

    init(element: Element, entries: [Node.Entry]) {
        self.element = element
        self.entries = entries
    }

    /// The keys that are there, in the order of the file.
    public var keys: [String] { entries.map(\.name) }

    /// The value of a key, if the key is there.
    public subscript(key: String) -> Element? {
        if !known.contains(key) { known.append(key) }
        return entries.first { $0.name == key }
            .map { Element(node: $0.value, problems: element.problems) }
    }

    /// Takes keys of another mapping that this one does not have, to be read as if they stood here.
    public func complete(with defaults: Node) {
        guard case .mapping(let others) = defaults.content else { return }
        let own = entries
        entries += others.filter { other in !own.contains { $0.name == other.name } }
    }

    /// Notes a problem of the whole mapping.
    public func problem(_ found: String, accepted: String? = nil) {
        element.problem(found, accepted: accepted)
    }

    /// The value of a key that may be absent; also nil where it will not do.
    public func optional<Value>(_ key: String, _ read: (Element) -> Value?) -> Value? {
        self[key].flatMap(read)
    }

    public func optional<Value>(_ key: String, as parser: ValueParser<Value>) -> Value? {
        self[key]?.value(as: parser)
    }

    /// The value of a key, or `default` where it is absent or will not do (which is noted).
    public func optional<Value>(
        _ key: String, as parser: ValueParser<Value>, default: Value
    ) -> Value {
        optional(key, as: parser) ?? `default`
    }

    /// The value of a key that must be there.
    ///
    /// - Parameter accepted: what to write, should it be missing: `write the topic to read`.
    public func required<Value>(
        _ key: String, accepted: String? = nil, _ read: (Element) -> Value?
    ) -> Value? {
        guard let value = self[key] else {
            element.problems.add(
                "is missing", accepted: accepted, at: element.place,
                path: .key(element.path, key))
            return nil
        }
        return read(value)
    }

    public func required<Value>(_ key: String, as parser: ValueParser<Value>) -> Value? {
        required(key, accepted: parser.accepted) { $0.value(as: parser) }
    }

    /// The elements of a list under a key, without those for which `read` returns nil; empty where
    /// the key is absent.
    public func sequence<Value>(_ key: String, _ read: (Element) -> Value?) -> [Value] {
        self[key]?.sequence(read) ?? []
    }

    public func sequence<Value>(_ key: String, as parser: ValueParser<Value>) -> [Value] {
        sequence(key) { $0.value(as: parser) }
    }

    /// The values of a mapping under a key; nil where the key is absent.
    @discardableResult
    public func section<Value>(_ key: String, _ read: (Section) -> Value?) -> Value? {
        self[key]?.section(read)
    }

    /// The only one of these keys that is there; none or several is a problem.
    public func oneOf(_ keys: [String]) -> (key: String, value: Element)? {
        let given = keys.compactMap { key in self[key].map { (key: key, value: $0) } }
        switch given.count {
        case 1: return given[0]
        case 0:
            missing.append(keys)
        default:
            given[1].value.problem(
                "\(listed(given.map(\.key))) exclude each other", accepted: "keep one of them")
        }
        return nil
    }

    /// Keys that nobody asks for are no problem.
    public func acceptRest() { acceptsRest = true }

    /// What can be said only once everything was asked for.
    func reportKeys() {
        let unknown = acceptsRest ? [] : entries.filter { !known.contains($0.name) }
        for keys in missing {
            // A misspelt one is reported as such, and that is enough.
            let isMisspelt = unknown.contains { nearestName(to: $0.name, among: keys) != nil }
            if isMisspelt { continue }
            problem("none of \(listed(keys)) is here", accepted: "write one of them")
        }
        for entry in unknown {
            let near = nearestName(to: entry.name, among: known)
            Element(node: entry.key, problems: element.problems).problem(
                "unknown key",
                accepted: near.map { "did you mean `\($0)`?" }
                    ?? (known.isEmpty ? nil : "known are \(listed(known))"))
        }
    }
}

/// `a`, `b` and `c`.
func listed(_ names: [String]) -> String {
    let marked = names.map { "`\($0)`" }
    guard let last = marked.last, marked.count > 1 else { return marked.joined() }
    return marked.dropLast().joined(separator: ", ") + " and " + last
}
