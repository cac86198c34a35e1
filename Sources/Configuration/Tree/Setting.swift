/// A value that is put into a document in place of what stands there:
/// `handlers.reserve.workers=4`, `handlers.reserve.steps[1].think=20ms`, `faults.every=5s`.
///
/// A name where a list stands means the only entry of the list that has this key.
public struct Setting: Sendable {
    /// As it was written.
    public let path: String
    /// As it was written: a scalar, or a list or mapping of YAML's flow style.
    public let text: String
    let steps: [Step]
    let value: Node.Content

    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// - Throws: what is wrong with the path or the value.
    public init(_ path: String, _ text: String) throws(ValueError) {
        self.path = path
        self.text = text
        guard let steps = Self.steps(path) else {
            throw ValueError(
                found: "\(quoted(path)) is no path",
                accepted: "write handlers.reserve.workers, or handlers.reserve.steps[0].think")
        }
        self.steps = steps
        do {
            value = try YAML.tree(Array(text.utf8), file: path).content
        } catch {
            throw ValueError(
                found: "\(quoted(text)) is no value", accepted: "write 4, 50/s, 20ms or [a, b]")
        }
    }

    /// The name that the path begins with.
    public var first: String {
        guard case .key(let name)? = steps.first else { return "" }
        return name
    }

    /// The name behind it; nil where there is none.
    public var second: String? {
        guard steps.count > 1, case .key(let name) = steps[1] else { return nil }
        return name
    }

    /// `a.b[1]["c.d"]`; nil for what is no path.
    static func steps(_ path: String) -> [Step]? {
        var steps: [Step] = []
        var rest = path[...]
        while !rest.isEmpty {
            if rest.first == "[" {
                guard !steps.isEmpty, let end = rest.firstIndex(of: "]") else { return nil }
                let inside = rest[rest.index(after: rest.startIndex)..<end]
                if let index = Int(inside), index >= 0 {
                    steps.append(.index(index))
                } else if inside.count > 2, inside.first == "\"", inside.last == "\"" {
                    steps.append(.key(String(inside.dropFirst().dropLast())))
                } else {
                    return nil
                }
                rest = rest[rest.index(after: end)...]
            } else {
                if !steps.isEmpty {
                    guard rest.first == "." else { return nil }
                    rest = rest.dropFirst()
                }
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { return nil }
                steps.append(.key(String(name)))
                rest = rest[name.endIndex...]
            }
        }
        return steps.isEmpty ? nil : steps
    }
}

extension Node {
    /// The document with a value put in, a key that is not there yet being added.
    ///
    /// - Throws: where the path leads nowhere, and what is there.
    public func setting(_ setting: Setting) throws(ValueError) -> Node {
        try replaced(setting.steps[...], setting)
    }

    private func replaced(
        _ steps: ArraySlice<Setting.Step>, _ setting: Setting
    ) throws(ValueError) -> Node {
        guard let step = steps.first else {
            return Self.value(setting.value, place, path)
        }
        let rest = steps.dropFirst()
        switch (content, step) {
        case (.mapping(let entries), .key(let name)):
            return try with(name, rest, in: entries, setting)
        case (.scalar(_, quoted: _), .key(let name)) where isNull:
            return try with(name, rest, in: [], setting)
        case (.sequence(let nodes), .index(let index)):
            guard nodes.indices.contains(index) else {
                throw ValueError(
                    found: "\(path) has no [\(index)]", accepted: Self.indices(path, nodes.count))
            }
            return try with(index, rest, in: nodes, setting)
        case (.sequence(let nodes), .key(let name)):
            return try with(try only(name, in: nodes), steps, in: nodes, setting)
        case (.mapping(let entries), .index(let index)):
            throw ValueError(
                found: "\(path) is no list and has no [\(index)]",
                accepted: "known are \(listed(entries.map(\.name)))")
        case (.scalar, _):
            throw ValueError(
                found: "\(path) is \(found) and has nothing below it", accepted: "write \(path)")
        }
    }

    /// What was written elsewhere, with the paths that it has here.
    private static func value(_ content: Content, _ place: Place, _ path: NodePath) -> Node {
        let own: Content
        switch content {
        case .scalar: own = content
        case .sequence(let nodes):
            own = .sequence(
                nodes.enumerated().map { value($1.content, place, .index(path, $0)) })
        case .mapping(let entries):
            own = .mapping(
                entries.map { entry in
                    let path = NodePath.key(path, entry.name)
                    return Entry(
                        key: value(entry.key.content, place, path),
                        value: value(entry.value.content, place, path), name: entry.name)
                })
        }
        return Node(content: own, place: place, path: path)
    }

    private func with(
        _ name: String, _ rest: ArraySlice<Setting.Step>, in entries: [Entry], _ setting: Setting
    ) throws(ValueError) -> Node {
        var entries = entries
        let path = NodePath.key(path, name)
        if let index = entries.firstIndex(where: { $0.name == name }) {
            let old = entries[index]
            let value = try old.value.replaced(rest, setting)
            entries[index] = Entry(key: old.key, value: value, name: name)
        } else {
            let key = Node(content: .scalar(name, quoted: false), place: place, path: path)
            let empty = Node(content: .mapping([]), place: place, path: path)
            if case .index? = rest.first {
                throw ValueError(found: "\(path) is not there", accepted: "write \(path)=[a, b]")
            }
            let value = try empty.replaced(rest, setting)
            entries.append(Entry(key: key, value: value, name: name))
        }
        return Node(content: .mapping(entries), place: place, path: self.path)
    }

    private func with(
        _ index: Int, _ rest: ArraySlice<Setting.Step>, in nodes: [Node], _ setting: Setting
    ) throws(ValueError) -> Node {
        var nodes = nodes
        nodes[index] = try nodes[index].replaced(rest, setting)
        return Node(content: .sequence(nodes), place: place, path: path)
    }

    /// The only entry of a list that has a key.
    private func only(_ name: String, in nodes: [Node]) throws(ValueError) -> Int {
        let having = nodes.indices.filter { nodes[$0].names.contains(name) }
        if having.count == 1 { return having[0] }
        if having.isEmpty {
            var names: [String] = []
            for known in nodes.flatMap(\.names) where !names.contains(known) {
                names.append(known)
            }
            let near = nearestName(to: name, among: names).map { "did you mean `\($0)`?" }
            throw ValueError(
                found: "no entry of \(path) has the key `\(name)`",
                accepted: near
                    ?? (names.isEmpty
                        ? Self.indices(path, nodes.count) : "known are \(listed(names))"))
        }
        throw ValueError(
            found: "several entries of \(path) have the key `\(name)`",
            accepted: "write " + having.map { "\(path)[\($0)].\(name)" }.joined(separator: " or "))
    }

    private var names: [String] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.map(\.name)
    }

    private static func indices(_ path: NodePath, _ count: Int) -> String {
        switch count {
        case 0: "it is empty"
        case 1: "write \(path)[0], its only entry"
        default: "write \(path)[0] to \(path)[\(count - 1)]"
        }
    }
}
