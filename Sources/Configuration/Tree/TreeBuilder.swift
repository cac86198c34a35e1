/// Builds the tree of a document from its events; what can be read past is a problem and no end.
///
/// A file is read up to 64 levels deep. Aliases are written out at their place, together up to
/// 100,000 nodes, so that a small file cannot ask for a large tree ("billion laughs").
struct TreeBuilder: ~Copyable {
    static let deepest = 64
    static let mostExpandedNodes = 100_000

    private var events: EventStream
    private let problems: ProblemCollector
    /// None while the anchor's own value is being read.
    private var anchors: [String: Node?] = [:]
    private var expandedNodes = 0

    init(_ events: consuming EventStream, problems: ProblemCollector) {
        self.events = events
        self.problems = problems
    }

    /// The root of the only document; nil where there is none.
    mutating func document() throws(SyntaxFault) -> Node? {
        _ = try events.next()
        guard case .documentStart = try events.next().kind else { return nil }
        let root = try node(try events.next(), path: .root, depth: 1)
        _ = try events.next()
        let after = try events.next()
        if case .documentStart = after.kind {
            problems.add(
                "a second document begins here", accepted: "put one document in a file",
                at: after.place)
        }
        return root
    }

    private mutating func node(
        _ event: EventStream.Event, path: NodePath, depth: Int
    ) throws(SyntaxFault) -> Node {
        try checkDepth(depth, at: event.place)
        if let tag = event.tag, tag != "!" {
            problems.add(
                "the tag \(quoted(tag)) means nothing here", accepted: "leave it out",
                at: event.place, path: path)
        }
        if let anchor = event.anchor { anchors[anchor] = .some(nil) }
        let content: Node.Content
        switch event.kind {
        case .alias(let name): return try alias(name, event.place, path: path, depth: depth)
        case .scalar(let text, let quoted): content = .scalar(text, quoted: quoted)
        case .sequenceStart: content = .sequence(try elements(path: path, depth: depth + 1))
        case .mappingStart: content = .mapping(try entries(path: path, depth: depth + 1))
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw SyntaxFault(place: event.place, found: "the text ends where a value is due")
        }
        let node = Node(content: content, place: event.place, path: path)
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func elements(path: NodePath, depth: Int) throws(SyntaxFault) -> [Node] {
        var elements: [Node] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return elements }
            elements.append(try node(event, path: .index(path, elements.count), depth: depth))
        }
    }

    private mutating func entries(path: NodePath, depth: Int) throws(SyntaxFault) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var places: [String: Place] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            let key = try node(event, path: path, depth: depth)
            guard case .scalar(let name, let isQuoted) = key.content else {
                problems.add(
                    "\(key.found) cannot be a key", accepted: "write a name", at: key.place,
                    path: path)
                _ = try node(try events.next(), path: path, depth: depth)
                continue
            }
            let valuePath = NodePath.key(path, name)
            let value = try node(try events.next(), path: valuePath, depth: depth)
            if name == "<<", !isQuoted {
                problems.add(
                    "merge keys are not supported",
                    accepted: "write the keys out, or give a whole value a name with & and *",
                    at: key.place, path: path)
            } else if let first = places[name] {
                problems.add(
                    "given twice, first at \(first)", accepted: "keep one of them",
                    at: key.place, path: valuePath)
            } else {
                places[name] = key.place
                let placed = Node(content: key.content, place: key.place, path: valuePath)
                entries.append(Node.Entry(key: placed, value: value, name: name))
            }
        }
    }

    private mutating func alias(
        _ name: String, _ place: Place, path: NodePath, depth: Int
    ) throws(SyntaxFault) -> Node {
        switch anchors[name] {
        case .some(.some(let node)):
            return try expand(node, path: path, depth: depth, alias: place)
        case .some(.none):
            throw SyntaxFault(place: place, found: "*\(name) stands inside of its own value")
        case .none:
            let near = nearestName(to: name, among: anchors.keys.sorted())
            throw SyntaxFault(
                place: place, found: "no value above has the name &\(name)",
                accepted: near.map { "did you mean `*\($0)`?" })
        }
    }

    private mutating func expand(
        _ node: Node, path: NodePath, depth: Int, alias: Place
    ) throws(SyntaxFault) -> Node {
        try checkDepth(depth, at: alias)
        expandedNodes += 1
        guard expandedNodes <= TreeBuilder.mostExpandedNodes else {
            throw SyntaxFault(
                place: alias,
                found: "aliases stand for more than \(TreeBuilder.mostExpandedNodes) values")
        }
        let content: Node.Content
        switch node.content {
        case .scalar: content = node.content
        case .sequence(let elements):
            var copies: [Node] = []
            for element in elements {
                let copyPath = NodePath.index(path, copies.count)
                copies.append(
                    try expand(element, path: copyPath, depth: depth + 1, alias: alias))
            }
            content = .sequence(copies)
        case .mapping(let entries):
            var copies: [Node.Entry] = []
            for entry in entries {
                let copyPath = NodePath.key(path, entry.name)
                let key = Node(content: entry.key.content, place: entry.key.place, path: copyPath)
                let value = try expand(
                    entry.value, path: copyPath, depth: depth + 1, alias: alias)
                copies.append(Node.Entry(key: key, value: value, name: entry.name))
            }
            content = .mapping(copies)
        }
        return Node(content: content, place: node.place, path: path)
    }

    private func checkDepth(_ depth: Int, at place: Place) throws(SyntaxFault) {
        guard depth <= TreeBuilder.deepest else {
            throw SyntaxFault(
                place: place, found: "values nested more than \(TreeBuilder.deepest) levels deep")
        }
    }
}
