@testable import Checking

/// Adya's definitions, read off one by one, and every simple cycle tried: slow, and plainly right.
struct NaiveSearch {
    let history: History
    private(set) var edges: [Dependency] = []
    private(set) var cycles: [[Dependency]] = []

    init(_ history: History) {
        self.history = history
        let events = history.events
        for (first, one) in events.enumerated() {
            for (second, other) in events.enumerated()
            where one.transaction != other.transaction && one.object == other.object {
                for kind in Dependency.Kind.allCases where isConflict(kind, first, second) {
                    edges.append(
                        Dependency(
                            kind: kind, from: one.transaction, to: other.transaction,
                            object: one.object, first: first, second: second))
                }
            }
        }
        for start in history.transactions.indices { extend([], from: start, at: start) }
    }

    private func isCommitted(_ event: Int) -> Bool {
        history.transactions[history.events[event].transaction].outcome == .committed
    }

    /// Whether the event left its transaction's last version of the object behind.
    func isInstalled(_ event: Int) -> Bool {
        let row = history.events[event]
        guard row.kind == .write, isCommitted(event) else { return false }
        return !history.events.contains {
            $0.kind == .write && $0.object == row.object && $0.transaction == row.transaction
                && $0.version > row.version
        }
    }

    /// Whether the second event installed the first version behind this one.
    private func isNext(_ second: Int, behind version: Int64) -> Bool {
        let row = history.events[second]
        guard isInstalled(second), row.version > version else { return false }
        return !history.events.indices.contains {
            isInstalled($0) && history.events[$0].object == row.object
                && history.events[$0].version > version
                && history.events[$0].version < row.version
        }
    }

    private func isConflict(_ kind: Dependency.Kind, _ first: Int, _ second: Int) -> Bool {
        let (one, other) = (history.events[first], history.events[second])
        switch kind {
        case .ww: return isInstalled(first) && isNext(second, behind: one.version)
        case .wr:
            return isInstalled(first) && other.kind == .read && isCommitted(second)
                && other.version == one.version
        case .rw:
            let isInOrder =
                one.version == 0
                || history.events.indices.contains {
                    isInstalled($0) && history.events[$0].object == one.object
                        && history.events[$0].version == one.version
                }
            return one.kind == .read && isCommitted(first) && isInOrder
                && isNext(second, behind: one.version)
        }
    }

    /// Cycles are found once for each transaction on them, beginning with the least.
    private mutating func extend(_ path: [Dependency], from start: Int, at node: Int) {
        for edge in edges where edge.from == node {
            if edge.to == start {
                cycles.append(path + [edge])
            } else if edge.to > start && !path.contains(where: { $0.to == edge.to }) {
                extend(path + [edge], from: start, at: edge.to)
            }
        }
    }

    func count(_ kind: Dependency.Kind, _ cycle: [Dependency]) -> Int {
        cycle.count { $0.kind == kind }
    }

    var hasG0: Bool { cycles.contains { count(.ww, $0) == $0.count } }
    var hasG1c: Bool { cycles.contains { count(.rw, $0) == 0 && count(.wr, $0) > 0 } }
    /// Antidependencies on a cycle in which they are the only one.
    var single: Set<Dependency> {
        Set(cycles.filter { count(.rw, $0) == 1 }.flatMap { $0.filter { $0.kind == .rw } })
    }
    /// Antidependencies on a cycle, and on none in which they are the only one.
    var item: Set<Dependency> {
        Set(cycles.flatMap { $0.filter { $0.kind == .rw } }).subtracting(single)
    }
    /// Those of `single` whose reader wrote over what it had not seen, from something older.
    var lost: Set<Dependency> {
        single.filter { edge in
            let unseen = history.events[edge.second].version
            return history.events.indices.contains { index in
                let row = history.events[index]
                return isInstalled(index) && row.transaction == edge.from
                    && row.object == edge.object && row.version > unseen
                    && (row.basis ?? history.events[edge.first].version) < unseen
            }
        }
    }
}
