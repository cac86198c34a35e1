/// Which transactions reach each other: strongly connected components, numbered so that no edge leads from a
/// lower number to a higher one (Tarjan, Depth-First Search and Linear Graph Algorithms, 1972).
struct Components {
    /// Of each transaction.
    private(set) var numbers: [Int]
    private(set) var sizes: [Int] = []

    /// - Complexity: O(transactions + edges)
    init(_ graph: DependencyGraph) {
        let count = graph.count
        numbers = [Int](repeating: -1, count: count)
        var indices = [Int](repeating: -1, count: count)
        var lowest = [Int](repeating: 0, count: count)
        var stack: [Int] = []
        var path: [(node: Int, next: Int)] = []
        var index = 0
        func enter(_ node: Int) {
            indices[node] = index
            lowest[node] = index
            index += 1
            stack.append(node)
            path.append((node, graph.leaving(node).startIndex))
        }
        for root in 0..<count where indices[root] < 0 {
            enter(root)
            while let (node, next) = path.last {
                let leaving = graph.leaving(node)
                if next < leaving.endIndex {
                    path[path.count - 1].next = next + 1
                    let target = graph.edges[leaving[next]].to
                    if indices[target] < 0 {
                        enter(target)
                    } else if numbers[target] < 0 {
                        lowest[node] = min(lowest[node], indices[target])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.node {
                    lowest[parent] = min(lowest[parent], lowest[node])
                }
                if lowest[node] == indices[node] { close(node, &stack) }
            }
        }
    }

    private mutating func close(_ root: Int, _ stack: inout [Int]) {
        var size = 0
        while let node = stack.popLast() {
            numbers[node] = sizes.count
            size += 1
            if node == root { break }
        }
        sizes.append(size)
    }

    func areTogether(_ one: Int, _ other: Int) -> Bool { numbers[one] == numbers[other] }
}
