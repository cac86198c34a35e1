/// A node while it is read: asks it for values and notes problems at its place.
///
/// Every reading call returns nil where the value will not do, after it has noted why.
/// An element must not outlive the call of `YAML.read` that handed it out.
public struct Element {
    public let node: Node
    let problems: ProblemCollector

    public var place: Place { node.place }
    public var path: NodePath { node.path }

    /// Notes that this value will not do.
    ///
    /// - Parameters:
    ///   - found: what was found and why it will not do.
    ///   - accepted: what would do, as a clause: `write 5..50`.
    public func problem(_ found: String, accepted: String? = nil) {
        problems.add(found, accepted: accepted, at: node.place, path: node.path)
    }

    /// As above, of something within the value, such as a word of an expression.
    public func problem(_ found: String, accepted: String? = nil, at place: Place) {
        problems.add(found, accepted: accepted, at: place, path: node.path)
    }

    /// The value of a scalar (a distribution of durations may be a list, too).
    public func value<Value>(as parser: ValueParser<Value>) -> Value? {
        if case .sequence = node.content, let readList = parser.readList { return readList(self) }
        guard case .scalar(let text, _) = node.content else {
            problem("\(node.found) is no \(parser.noun)", accepted: parser.accepted)
            return nil
        }
        if node.isNull, !(text == "null" && parser.takesNull) {
            problem("has no value", accepted: parser.accepted)
            return nil
        }
        switch parser.parse(text) {
        case .success(let value): return value
        case .failure(let error):
            problem(error.found, accepted: error.accepted)
            return nil
        }
    }

    /// The elements of a list, without those for which `read` returns nil.
    public func sequence<Value>(_ read: (Element) -> Value?) -> [Value]? {
        guard case .sequence(let nodes) = node.content else {
            problem("\(node.found) is no list", accepted: "write [a, b] or a line - a for each")
            return nil
        }
        return nodes.compactMap { read(Element(node: $0, problems: problems)) }
    }

    /// The elements of a list, or the only one written without a list.
    public func oneOrMore<Value>(_ read: (Element) -> Value?) -> [Value]? {
        if case .sequence = node.content { return sequence(read) }
        return read(self).map { [$0] }
    }

    /// The values of a mapping with known keys; keys that `read` never asks for are reported.
    ///
    /// Ask for every key before any `guard`: a key not asked for counts as unknown.
    public func section<Value>(_ read: (Section) -> Value?) -> Value? {
        guard case .mapping(let entries) = node.content else {
            problem("\(node.found) is no mapping", accepted: "write lines of key: value")
            return nil
        }
        let section = Section(element: self, entries: entries)
        let value = read(section)
        section.reportKeys()
        return value
    }

    /// The entries of a mapping whose keys are names of the user's own, in the order of the file.
    public func entries<Value>(_ read: (_ key: Element, _ value: Element) -> Value?) -> [Value]? {
        guard case .mapping(let entries) = node.content else {
            problem("\(node.found) is no mapping", accepted: "write lines of name: value")
            return nil
        }
        return entries.compactMap { entry in
            read(
                Element(node: entry.key, problems: problems),
                Element(node: entry.value, problems: problems))
        }
    }
}
