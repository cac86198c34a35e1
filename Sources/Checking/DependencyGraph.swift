/// Adya's direct serialization graph: committed transactions, and an edge for each direct conflict.
struct DependencyGraph {
    let count: Int
    let edges: [Dependency]
    /// The edges that leave a transaction: `order[starts[t] ..< starts[t + 1]]`.
    private let starts: [Int]
    private let order: [Int]

    /// - Complexity: O(n log n) in the events.
    init(_ history: History, _ objects: [VersionOrder]) {
        var edges: [Dependency] = []
        for object in objects { Self.add(object, history, to: &edges) }
        self.init(count: history.transactions.count, edges: edges)
    }

    private init(count: Int, edges: [Dependency]) {
        var starts = [Int](repeating: 0, count: count + 1)
        for edge in edges { starts[edge.from + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts
        var order = [Int](repeating: 0, count: edges.count)
        for (index, edge) in edges.enumerated() {
            order[next[edge.from]] = index
            next[edge.from] += 1
        }
        (self.count, self.edges, self.starts, self.order) = (count, edges, starts, order)
    }

    /// Only some of the edges.
    func keeping(_ isKept: (Dependency) -> Bool) -> DependencyGraph {
        DependencyGraph(count: count, edges: edges.filter(isKept))
    }

    func leaving(_ transaction: Int) -> ArraySlice<Int> {
        order[starts[transaction]..<starts[transaction + 1]]
    }

    private static func add(
        _ object: VersionOrder, _ history: History, to edges: inout [Dependency]
    ) {
        func connect(_ kind: Dependency.Kind, _ first: Int, _ second: Int) {
            let (one, other) = (history.events[first], history.events[second])
            guard one.transaction != other.transaction else { return }
            edges.append(
                Dependency(
                    kind: kind, from: one.transaction, to: other.transaction, object: one.object,
                    first: first, second: second))
        }
        for (first, second) in zip(object.installed, object.installed.dropFirst()) {
            connect(.ww, first, second)
        }
        for read in object.reads where history.isCommitted(history.events[read].transaction) {
            let version = history.events[read].version
            let next = object.next(after: version, in: history)
            let write = next > 0 ? object.installed[next - 1] : nil
            let isInstalled = write.map { history.events[$0].version == version } ?? false
            if isInstalled, let write { connect(.wr, write, read) }
            // A version that no committed transaction left behind has no place in the order.
            guard isInstalled || version == 0, next < object.installed.count else { continue }
            connect(.rw, read, object.installed[next])
        }
    }
}
