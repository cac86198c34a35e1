extension Node {
    /// The document without what is at a path: `handlers.audit`, `faults[1]`.
    ///
    /// - Throws: where the path leads nowhere.
    public func removing(_ path: String) throws(ValueError) -> Node {
        guard let steps = Setting.steps(path) else {
            throw ValueError(found: "\(quoted(path)) is no path", accepted: "write faults[0]")
        }
        return try removing(steps[...], path)
    }

    private func removing(
        _ steps: ArraySlice<Setting.Step>, _ path: String
    ) throws(ValueError) -> Node {
        let rest = steps.dropFirst()
        switch (content, steps.first) {
        case (.mapping(var entries), .key(let name)):
            guard let index = entries.firstIndex(where: { $0.name == name }) else { break }
            let old = entries[index]
            if rest.isEmpty {
                entries.remove(at: index)
            } else {
                let value = try old.value.removing(rest, path)
                entries[index] = Entry(key: old.key, value: value, name: name)
            }
            return Node(content: .mapping(entries), place: place, path: self.path)
        case (.sequence(var nodes), .index(let index)):
            guard nodes.indices.contains(index) else { break }
            if rest.isEmpty {
                nodes.remove(at: index)
            } else {
                nodes[index] = try nodes[index].removing(rest, path)
            }
            return Node(content: .sequence(nodes), place: place, path: self.path)
        default: break
        }
        throw ValueError(found: "there is no \(path)", accepted: "write a path that is there")
    }
}
