/// A path to one value in a JSON document: `$.items[0]['unit price']`, the singular queries of
/// RFC 9535 (names and indices, no wildcards; a negative index counts from the end).
public struct JSONPath: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    public let text: String
    public let steps: [Step]

    /// nil where the text is no such path. In quotes a backslash takes the next character as it is.
    public init?(_ text: String) {
        var rest = Substring(text).unicodeScalars
        guard rest.popFirst() == "$" else { return nil }
        var steps: [Step] = []
        while let first = rest.popFirst() {
            let step: Step? =
                switch first {
                case ".": Self.name(&rest)
                case "[": Self.bracketed(&rest)
                default: nil
                }
            guard let step else { return nil }
            steps.append(step)
        }
        self.text = text
        self.steps = steps
    }

    typealias Scalars = Substring.UnicodeScalarView

    /// What stands behind a bracket, up to and with the one that closes it.
    static func bracketed(_ rest: inout Scalars) -> Step? {
        rest.first == "'" || rest.first == "\"" ? quotedName(&rest) : index(&rest)
    }

    /// What stands behind a dot.
    static func name(_ rest: inout Scalars) -> Step? {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        let isPlain = !name.isEmpty && !name.contains { "*'\"] ".unicodeScalars.contains($0) }
        return isPlain ? .member(String(name)) : nil
    }

    private static func quotedName(_ rest: inout Scalars) -> Step? {
        let quote = rest.popFirst()
        var name = String.UnicodeScalarView()
        while let scalar = rest.popFirst(), scalar != quote {
            guard let taken = scalar == "\\" ? rest.popFirst() : scalar else { return nil }
            name.append(taken)
        }
        return rest.popFirst() == "]" ? .member(String(name)) : nil
    }

    private static func index(_ rest: inout Scalars) -> Step? {
        let digits = rest.prefix { $0 != "]" }
        rest = rest.dropFirst(digits.count)
        guard rest.popFirst() == "]", let index = Int(String(digits)),
            String(index) == String(digits)
        else { return nil }
        return .element(index)
    }

    /// The value at this path; nil where there is none.
    public func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in steps {
            switch (step, value) {
            case (.member(let name), .object):
                guard let next = value[name] else { return nil }
                value = next
            case (.element(let index), .array(let elements)):
                let position = index < 0 ? elements.count + index : index
                guard elements.indices.contains(position) else { return nil }
                value = elements[position]
            default: return nil
            }
        }
        return value
    }
}
