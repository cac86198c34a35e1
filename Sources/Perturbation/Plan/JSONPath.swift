/// A path to one value in a JSON document: `$.items[0]['unit price']`, the singular queries of
/// RFC 9535 (names and indices, no wildcards; a negative index counts from the end).
public struct JSONPath: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    public let text: String
    public let steps: [Step]

    /// nil where the text is no such path.
    public init?(_ text: String) {
        guard text.hasPrefix("$") else { return nil }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while let first = rest.first {
            rest = rest.dropFirst()
            if first == "." {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty, !name.contains(where: { "*'\"] ".contains($0) }) else {
                    return nil
                }
                steps.append(.member(String(name)))
                rest = rest.dropFirst(name.count)
            } else if first == "[", let quote = rest.first, quote == "'" || quote == "\"" {
                let name = rest.dropFirst().prefix { $0 != quote }
                rest = rest.dropFirst(name.count + 1)
                guard rest.hasPrefix("\(quote)]") else { return nil }
                rest = rest.dropFirst(2)
                steps.append(.member(String(name)))
            } else if first == "[" {
                let digits = rest.prefix { $0 != "]" }
                guard let index = Int(digits), rest.dropFirst(digits.count).first == "]" else {
                    return nil
                }
                rest = rest.dropFirst(digits.count + 1)
                steps.append(.element(index))
            } else {
                return nil
            }
        }
        self.text = text
        self.steps = steps
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
