import Dispatch
import Synchronization

/// All strategies side by side, in rounds of which each has four times the room of the one before, until one finds
/// something or has seen everything.
///
/// Without a limit of time the result does not depend on the number of cores: of a round the first in the order of the
/// portfolio counts, and who stands in front of it is waited for.
struct Portfolio {
    let explorer: Explorer
    var threads: Int?

    private static let firstExecutions = 500

    func run() -> Exploration {
        var room = Self.firstExecutions
        var done = 0
        var total = Exploration(.all)
        while true {
            let results = round(room, from: done)
            for result in results.compactMap({ $0 }) {
                total.executions += result.executions
                total.steps += result.steps
                total.states = max(total.states, result.states)
                total.longest = max(total.longest, result.longest)
            }
            let over =
                results.compactMap { $0 }.first { $0.end == .found }
                ?? results.compactMap { $0 }.first { $0.end == .complete || $0.end == .cut }
            if var over {
                over.executionsToFind = over.executionsToFind.map { _ in total.executions }
                (over.executions, over.steps) = (total.executions, total.steps)
                return over
            }
            if explorer.limits.isOver() || total.executions >= explorer.limits.executions {
                return total
            }
            done += room
            room *= 4
        }
    }

    private func round(_ room: Int, from done: Int) -> [Exploration?] {
        let strategies = SearchStrategy.portfolio.filter { explorer.canUse($0) }
        let results = Mutex([Exploration?](repeating: nil, count: strategies.count))
        let next = Atomic(0)
        let best = Atomic(Int.max)
        let limits = explorer.limits
        DispatchQueue.concurrentPerform(
            iterations: min(strategies.count, threads ?? strategies.count)
        ) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < strategies.count else { return }
                var own = limits
                own.executions = min(limits.executions, room)
                own.states = min(limits.states, room * 40)
                own.isOver = {
                    best.load(ordering: .relaxed) < index || limits.isOver()
                }
                guard !own.isOver() else { continue }
                let result = explorer.search(strategies[index], own, from: done)
                if result.end != .stopped {
                    _ = best.min(index, ordering: .relaxed)
                }
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0 }
    }
}
