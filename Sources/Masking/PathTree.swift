import Perturbation

/// Paths to values, put together so that one pass over a document follows all of them.
///
/// A node stands for a place that the paths so far lead to. A document's value is at a set of nodes: those
/// of paths that lead there. A node that searches at any depth stays in the set of every value below.
struct PathTree: Sendable {
    struct Node: Sendable {
        var members: [(name: [UInt8], node: Int32)] = []
        var elements: [(index: Int, node: Int32)] = []
        /// Where every child leads; -1 for nowhere.
        var any: Int32 = -1
        /// The node that searches all depths from here; -1 where no path does.
        var deep: Int32 = -1
        var isDeep = false
        /// The first of the paths that end here; -1 for none.
        var rule: Int32 = -1
    }

    private(set) var nodes = [Node()]
    let forms: [MaskPlan.Form]

    /// - Parameter fields: in their order, which decides where several lead to one value.
    init(_ fields: [MaskPlan.FieldMask]) {
        forms = fields.map(\.form)
        for (index, field) in fields.enumerated() {
            var node: Int32 = 0
            for step in field.path.steps {
                if step.isDeep { node = deep(below: node) }
                node = child(of: node, step.target)
            }
            if nodes[Int(node)].rule < 0 { nodes[Int(node)].rule = Int32(index) }
        }
    }

    private mutating func make(_ node: Node = Node()) -> Int32 {
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func deep(below node: Int32) -> Int32 {
        if nodes[Int(node)].deep >= 0 { return nodes[Int(node)].deep }
        let new = make(Node(isDeep: true))
        nodes[Int(node)].deep = new
        return new
    }

    private mutating func child(of node: Int32, _ target: MaskPath.Step.Target) -> Int32 {
        let parent = nodes[Int(node)]
        switch target {
        case .any:
            if parent.any >= 0 { return parent.any }
            let new = make()
            nodes[Int(node)].any = new
            return new
        case .element(let index):
            if let known = parent.elements.first(where: { $0.index == index }) {
                return known.node
            }
            let new = make()
            nodes[Int(node)].elements.append((index, new))
            return new
        case .member(let text):
            let name = Array(text.utf8)
            if let known = parent.members.first(where: { $0.name == name }) { return known.node }
            let new = make()
            nodes[Int(node)].members.append((name, new))
            return new
        }
    }
}

/// The sets of nodes of a document's open values, one behind the other.
struct PathSets {
    private let tree: PathTree
    private(set) var nodes: [Int32] = []

    init(_ tree: PathTree) { self.tree = tree }

    var count: Int { nodes.count }

    mutating func begin() {
        nodes.removeAll(keepingCapacity: true)
        add(0, from: 0)
    }

    mutating func cut(to count: Int) { nodes.removeSubrange(count...) }

    /// The rule for a value whose set begins at `start`; -1 where there is none.
    func rule(from start: Int) -> Int32 {
        var rule: Int32 = -1
        for node in nodes[start...] {
            let own = tree.nodes[Int(node)].rule
            if own >= 0 && (rule < 0 || own < rule) { rule = own }
        }
        return rule
    }

    /// Appends the set of a member of the value whose set is `range`.
    @inline(__always)
    mutating func enter(_ name: UnsafeRawBufferPointer, of range: Range<Int>) {
        enter(of: range) { node in
            node.members.first { $0.name.count == name.count && name.elementsEqual($0.name) }?.node
        }
    }

    /// Appends the set of an element of the value whose set is `range`.
    @inline(__always)
    mutating func enter(_ index: Int, of range: Range<Int>) {
        enter(of: range) { node in node.elements.first { $0.index == index }?.node }
    }

    @inline(__always)
    private mutating func enter(of range: Range<Int>, _ named: (PathTree.Node) -> Int32?) {
        let start = nodes.count
        for place in range {
            let number = nodes[place]
            let node = tree.nodes[Int(number)]
            if let next = named(node) { add(next, from: start) }
            if node.any >= 0 { add(node.any, from: start) }
            if node.isDeep { add(number, from: start) }
        }
    }

    private mutating func add(_ node: Int32, from start: Int) {
        if nodes[start...].contains(node) { return }
        nodes.append(node)
        let deep = tree.nodes[Int(node)].deep
        if deep >= 0 { add(deep, from: start) }
    }
}
