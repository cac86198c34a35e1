/// What a failing input consists of: atoms that can each be left out, in the order of the input, with coarser
/// pieces above them.
///
/// A node without an atom is a group (a window). What is left out takes all below it along: a record its lines and
/// its values. Levels are counted from the roots; shrinking goes through them from coarse to fine.
///
/// An atom need not be something that is there or not: where leaving it out means "this field has its plainest
/// value", values shrink in the same way.
///
/// Source of the levels: Misherghi and Su, *HDD: Hierarchical Delta Debugging* (ICSE 2006).
public struct AtomTree<Atom: Sendable>: Sendable {
    public struct Node: Sendable {
        /// nil: a group, which is there as long as anything below it is.
        public let atom: Atom?
        public let parent: Int?
        /// 0 for a root.
        public let level: Int
    }

    public private(set) var nodes: [Node] = []
    public private(set) var levels = 0
    /// How many nodes have an atom.
    public private(set) var atomCount = 0

    public init() {}

    /// Atoms of one level.
    public init(_ atoms: some Sequence<Atom>) {
        for atom in atoms { add(atom) }
    }

    /// - Parameter parent: a node that was added before.
    /// - Returns: the node's number.
    @discardableResult
    public mutating func add(_ atom: Atom?, under parent: Int? = nil) -> Int {
        precondition(
            parent.map(nodes.indices.contains) ?? true, "a parent is added before its children")
        let level = parent.map { nodes[$0].level + 1 } ?? 0
        nodes.append(Node(atom: atom, parent: parent, level: level))
        levels = max(levels, level + 1)
        if atom != nil { atomCount += 1 }
        return nodes.count - 1
    }

    /// All nodes that have an atom.
    var everything: AtomSet {
        var set = AtomSet(room: nodes.count)
        for (index, node) in nodes.enumerated() where node.atom != nil { set.insert(index) }
        return set
    }

    /// For each node itself and all below it, those that have an atom.
    ///
    /// - Complexity: O(nodes x levels)
    var members: [[Int]] {
        var members = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() where node.atom != nil {
            var above: Int? = index
            while let node = above {
                members[node].append(index)
                above = nodes[node].parent
            }
        }
        return members
    }

    /// The atoms of a set, in the order in which they were added.
    func atoms(of set: AtomSet) -> [Atom] { set.indices.compactMap { nodes[$0].atom } }
}
