/// Cycles of a dependency graph by Adya's names.
struct Cycles {
    private let history: History
    private let objects: [VersionOrder]
    private let graph: DependencyGraph
    /// Without antidependencies, and its components: what may close a cycle of G1c or G-single.
    private let flow: DependencyGraph
    private let flowParts: Components
    private let writes: DependencyGraph
    /// Where each transaction stands in the version order of each object that it wrote.
    private var places: [Place: (object: Int, index: Int)] = [:]
    /// For searches: which edge led to a transaction, and in which search.
    private var arrivals: [Int]
    private var rounds: [Int]
    private var round = 0
    private(set) var found: [Anomaly] = []

    private struct Place: Hashable {
        let transaction: Int
        let object: Int
    }

    /// - Complexity: O(n log n) for histories without cycles; for each antidependency on a cycle a search
    ///   among what lies between its two ends.
    init(_ history: History, _ objects: [VersionOrder]) {
        self.history = history
        self.objects = objects
        graph = DependencyGraph(history, objects)
        flow = graph.keeping { $0.kind != .rw }
        flowParts = Components(flow)
        writes = graph.keeping { $0.kind == .ww }
        arrivals = [Int](repeating: -1, count: graph.count)
        rounds = arrivals
        for (number, object) in objects.enumerated() {
            for (index, write) in object.installed.enumerated() {
                let event = history.events[write]
                let place = Place(transaction: event.transaction, object: event.object)
                places[place] = (number, index)
            }
        }
        findFlow()
        findAntidependencies()
    }

    /// G0 and G1c: one for each set of transactions that reach each other, a cycle of writes first.
    private mutating func findFlow() {
        let writeParts = Components(writes)
        closeAll(in: writes, writeParts, .g0) { _ in true }
        closeAll(in: flow, flowParts, .g1c) { edge in
            // What writes alone explain has its name already.
            edge.kind == .wr || !writeParts.areTogether(edge.from, edge.to)
        }
    }

    private mutating func closeAll(
        in graph: DependencyGraph, _ parts: Components, _ kind: Anomaly.Kind,
        where isWanted: (Dependency) -> Bool
    ) {
        var closed = [Bool](repeating: false, count: parts.sizes.count)
        for edge in graph.edges where parts.areTogether(edge.from, edge.to) && isWanted(edge) {
            let part = parts.numbers[edge.from]
            if closed[part] { continue }
            closed[part] = true
            guard let path = path(from: edge.to, to: edge.from, in: graph, parts) else { continue }
            found.append(Anomaly(kind, edges: [edge] + path, in: history))
        }
    }

    /// Every antidependency that lies on a cycle: G-single where writes and reads alone close it, G2-item
    /// where it takes another antidependency.
    private mutating func findAntidependencies() {
        let parts = Components(graph)
        for edge in graph.edges where edge.kind == .rw && parts.areTogether(edge.from, edge.to) {
            if let chain = overwriting(edge) {
                found.append(Anomaly(.lostUpdate, edges: [edge] + chain, in: history))
            } else if let path = path(from: edge.to, to: edge.from, in: flow, flowParts) {
                found.append(Anomaly(.gSingle, edges: [edge] + path, in: history))
            } else if let path = path(from: edge.to, to: edge.from, in: graph, parts) {
                found.append(Anomaly(.g2Item, edges: [edge] + path, in: history))
            }
        }
    }

    /// The chain of versions from what the reader of an antidependency had not seen to what it wrote over it,
    /// if it computed that from what it had read or something older; nil: it did not.
    private func overwriting(_ edge: Dependency) -> [Dependency]? {
        guard let last = places[Place(transaction: edge.from, object: edge.object)],
            let first = places[Place(transaction: edge.to, object: edge.object)],
            first.index < last.index
        else { return nil }
        let installed = objects[last.object].installed
        let basis =
            history.events[installed[last.index]].basis ?? history.events[edge.first].version
        guard basis < history.events[edge.second].version else { return nil }
        return (first.index..<last.index).map { index in
            let (one, other) = (installed[index], installed[index + 1])
            return Dependency(
                kind: .ww, from: history.events[one].transaction,
                to: history.events[other].transaction, object: edge.object, first: one,
                second: other)
        }
    }

    /// A shortest way from one transaction to another; nil: there is none.
    private mutating func path(
        from start: Int, to goal: Int, in graph: DependencyGraph, _ parts: Components
    ) -> [Dependency]? {
        // No edge leads to a component of a higher number.
        let least = parts.numbers[goal]
        guard parts.numbers[start] >= least else { return nil }
        round += 1
        rounds[start] = round
        var queue = [start]
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            for index in graph.leaving(node) {
                let target = graph.edges[index].to
                guard rounds[target] != round, parts.numbers[target] >= least else { continue }
                rounds[target] = round
                arrivals[target] = index
                if target == goal { return way(from: start, to: goal, in: graph) }
                queue.append(target)
            }
        }
        return nil
    }

    private func way(from start: Int, to goal: Int, in graph: DependencyGraph) -> [Dependency] {
        var edges: [Dependency] = []
        var node = goal
        while node != start {
            let edge = graph.edges[arrivals[node]]
            edges.append(edge)
            node = edge.from
        }
        return edges.reversed()
    }
}
