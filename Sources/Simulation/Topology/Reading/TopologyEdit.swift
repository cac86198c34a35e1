import Configuration

/// One change of a topology's file.
public enum TopologyEdit: Hashable, Sendable, CustomStringConvertible {
    /// A value in place of what stands at a path: `handlers.reserve.workers`, `1`.
    case set(String, String)
    /// What stands at a path is taken away, with all below it.
    case remove(String)

    public var path: String {
        switch self {
        case .set(let path, _), .remove(let path): path
        }
    }

    public var description: String {
        switch self {
        case .set(let path, let text): "\(path)=\(text)"
        case .remove(let path): "without \(path)"
        }
    }
}

extension TopologyDocument {
    /// The same file with changes, one behind the other; its text is made anew and has no comments.
    ///
    /// - Throws: the first path that leads nowhere or value that will not do, or every problem of what comes out.
    public func edited(_ edits: [TopologyEdit]) throws -> TopologyDocument {
        if edits.isEmpty { return self }
        var root = root
        for edit in edits {
            switch edit {
            case .set(let path, let text): root = try root.setting(try Setting(path, text))
            case .remove(let path): root = try root.removing(path)
            }
        }
        return try TopologyDocument(yaml: Array(root.yaml.utf8), file: file)
    }
}
