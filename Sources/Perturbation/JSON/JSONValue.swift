/// A JSON value (RFC 8259) with its objects in order. Numbers keep their text, so that none is rounded.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The first member of that name; nil where there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The value as compact JSON.
    public var text: String {
        var writer = TextBuffer()
        writer.append(self)
        return writer.string
    }
}

/// Bytes that are no JSON: what was found, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    public var message: String
    public var position: Int

    public var description: String { "\(message) at byte \(position)" }
}
