import Simulation

/// What another way to keep conflicts apart does to a counterexample: tried, not supposed.
public struct Prevention: Sendable {
    public let strategy: Strategy
    /// Whether a store's fencing was put on besides: leases whose tokens are looked at by loads.
    public let fences: Bool
    /// Under the choices of the counterexample, as far as they can be made, and on to the end: what was found.
    public let underSameChoices: Finding?
    /// Of an exploration of its own: whether all was seen and nothing found; nil: it was not brought to its end.
    public let isProven: Bool?

    /// Tries every other strategy.
    ///
    /// - Parameter executions: how many each exploration may take; one that is not through by then says nothing.
    public static func all(
        _ found: Counterexample, _ model: Model, executions: Int = 20_000
    ) -> [Prevention] {
        Strategy.allCases.filter { $0 != model.strategy }.compactMap {
            attempt($0, fences: false, found, model, executions)
        }
            + (model.strategy == .lock
                ? [attempt(.lock, fences: true, found, model, executions)].compactMap { $0 } : [])
    }

    private static func attempt(
        _ strategy: Strategy, fences: Bool, _ found: Counterexample, _ model: Model,
        _ executions: Int
    ) -> Prevention? {
        var topology = model.topology
        if fences { topology.settings.lock.fencing = .load }
        guard let other = try? Model(topology, strategy: strategy, seed: model.seed) else {
            return nil
        }
        // What the strategy leaves as it was says nothing of it.
        if !fences && other.isSame(as: model) { return nil }
        let same = Execution(
            other, found.choices, completes: true, skips: true, keepsEntries: false)
        var explorer = Explorer(other)
        explorer.limits.executions = executions
        explorer.limits.states = executions * 10
        explorer.mostStatesToShorten = 1
        let whole = explorer.searched()
        let isProven: Bool? =
            switch whole.end {
            case .complete: true
            case .found: false
            case .cut, .stopped: nil
            }
        return Prevention(
            strategy: strategy, fences: fences, underSameChoices: same.finding, isProven: isProven)
    }
}
