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

        public static func == (left: Member, right: Member) -> Bool {
            isSame(left.name, right.name) && left.value == right.value
        }
    }

    /// Texts and numbers are equal where their bytes are: not where Unicode calls them equivalent, and
    /// not 1.0 and 1 (``JSONNumber`` compares values).
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)), (.string(let a), .string(let b)): isSame(a, b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// The first member of that name; nil where there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { isSame($0.name, name) }?.value
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

/// Byte by byte; `==` of strings takes equivalent spellings of a character for equal.
func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
}

/// Bytes that are no JSON: what was found, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    public var message: String
    public var position: Int

    public var description: String { "\(message) at byte \(position)" }
}
