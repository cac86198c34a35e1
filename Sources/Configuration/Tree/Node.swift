/// One value of a YAML document, with the place of its first character and its path.
public struct Node: Sendable {
    public enum Content: Sendable {
        /// `quoted` tells `"2"`, `'2'` and block texts from a plain `2`.
        case scalar(String, quoted: Bool)
        case sequence([Node])
        /// In the order of the file; no key twice.
        case mapping([Entry])
    }

    public struct Entry: Sendable {
        /// A scalar at the key's own place, with the path of the value.
        public let key: Node
        public let value: Node
        public let name: String
    }

    public let content: Content
    public let place: Place
    public let path: NodePath

    /// Nothing stands there, or a plain `~` or `null`.
    public var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The node in a few words, as a problem says it: `"5..50"`, `a list`, `a mapping`, `nothing`.
    var found: String {
        switch content {
        case .scalar("", quoted: false): "nothing"
        case .scalar(let text, _): quoted(text)
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
