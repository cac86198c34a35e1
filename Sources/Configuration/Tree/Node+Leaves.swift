extension Node {
    /// What stands at the end of each path, spelled as in the file: `handlers.reserve.workers`, `2`.
    public var leaves: [String: String] {
        var leaves: [String: String] = [:]
        collect(into: &leaves)
        return leaves
    }

    private func collect(into leaves: inout [String: String]) {
        switch content {
        case .scalar(let text, _): leaves["\(path)"] = isNull ? "" : text
        case .sequence(let nodes) where nodes.isEmpty: leaves["\(path)"] = "[]"
        case .mapping(let entries) where entries.isEmpty: leaves["\(path)"] = "{}"
        case .sequence(let nodes): for node in nodes { node.collect(into: &leaves) }
        case .mapping(let entries): for entry in entries { entry.value.collect(into: &leaves) }
        }
    }
}
