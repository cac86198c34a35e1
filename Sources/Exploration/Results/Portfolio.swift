import Dispatch
import Synchronization

/// All strategies side by side, in rounds of which each has four times the room of the one before, until one finds
/// something or has seen everything.
///
/// Without a limit of time the result does not depend on the number of cores, counts included: of a round the first in the
/// order of the portfolio counts, who stands in front of it is waited for, and what those behind it have done by then is
/// no part of the result.
struct Portfolio {
    let explorer: Explorer
    var threads: Int?

    private static let firstExecutions = 500

    private var strategies: [SearchStrategy] {
        SearchStrategy.portfolio.filter { explorer.canUse($0) }
    }

    /// Where these have to cut executions off nobody will see everything.
    private static func decides(_ strategy: SearchStrategy) -> Bool {
        [.dpor, .ample, .dfs].contains(strategy)
    }

    func run() -> Exploration {
        var room = Self.firstExecutions
        var done = 0
        var number = 1
        var total = Exploration(.all)
        while true {
            let results = round(number, room, from: done, spent: total.executions)
            let first = results.firstIndex { $0?.end == .found || $0?.end == .complete }
            let known = results[...(first ?? results.count - 1)].compactMap { $0 }
            for result in known {
                total.counts.add(result.counts)
                if let coverage = result.coverage {
                    total.coverage?.formUnion(coverage)
                    total.coverage = total.coverage ?? coverage
                }
            }
            let cut = known.filter { $0.end == .cut && Self.decides($0.strategy) }
            let over =
                first.flatMap { results[$0] }
                ?? (cut.count == strategies.filter(Self.decides).count ? cut.first : nil)
            if var over {
                over.executionsToFind = over.executionsToFind.map { _ in total.executions }
                over.counts.executions = total.executions
                over.counts.steps = total.steps
                over.coverage = total.coverage
                return over
            }
            if explorer.limits.isOver() || total.executions >= explorer.limits.executions {
                return total
            }
            done += room
            room *= 4
            number += 1
        }
    }

    /// - Parameter spent: executions; what is left of them is dealt out evenly.
    private func round(
        _ number: Int, _ room: Int, from done: Int, spent: Int
    ) -> [Exploration?] {
        let strategies = strategies
        let results = Mutex([Exploration?](repeating: nil, count: strategies.count))
        let next = Atomic(0)
        let best = Atomic(Int.max)
        let limits = explorer.limits
        let left = limits.executions - spent
        DispatchQueue.concurrentPerform(
            iterations: min(strategies.count, threads ?? strategies.count)
        ) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < strategies.count else { return }
                var own = limits
                let (share, rest) = left.quotientAndRemainder(dividingBy: strategies.count)
                own.executions = min(room, index < rest ? share + 1 : share)
                if own.executions == 0 { continue }
                // States in the measure of executions, as a limit of these is one of all work.
                own.states = min(limits.states, own.executions * 40)
                own.isOver = {
                    best.load(ordering: .relaxed) < index || limits.isOver()
                }
                guard !own.isOver() else { continue }
                let result = part(strategies[index], number, own, from: done)
                if result.end == .found || result.end == .complete {
                    _ = best.min(index, ordering: .relaxed)
                }
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0 }
    }

    /// One strategy's part of a round, or what is known of it.
    private func part(
        _ strategy: SearchStrategy, _ number: Int, _ limits: SearchLimits, from done: Int
    ) -> Exploration {
        let phase = "all \(strategy.rawValue)"
        if let known = explorer.memory?.part(phase, number) {
            return Exploration(known, strategy, explorer.model)
        }
        let result =
            strategy == .ample
            ? explorer.states(limits, isKept: false)
            : explorer.search(strategy, limits, from: done)
        // What was stopped from outside is no part of a round.
        if result.end != .stopped || !limits.isOver() {
            explorer.memory?.store(result.part, phase, number)
        }
        return result
    }
}
