/// The way from the root of a document to a node, printed as `rules[1].drop`; the root is empty.
public indirect enum NodePath: Hashable, Sendable, CustomStringConvertible {
    case root
    case key(NodePath, String)
    case index(NodePath, Int)

    public var description: String {
        switch self {
        case .root: ""
        case .index(let parent, let index): "\(parent)[\(index)]"
        case .key(let parent, let key) where !NodePath.isPlain(key): "\(parent)[\(quoted(key))]"
        case .key(.root, let key): key
        case .key(let parent, let key): "\(parent).\(key)"
        }
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: byte >= 0x80
                }
            }
    }
}
