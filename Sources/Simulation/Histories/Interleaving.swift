import Checking

/// How an invariant was broken: the attempts that took part, as a timeline.
///
/// A run keeps no history unless asked to, so it is run once more under the same choices, and of what happens then
/// only what was going on around the break is kept.
public struct Interleaving: Sendable {
    public let timeline: Timeline

    /// - Parameters:
    ///   - violation: of a run of this topology, strategy and seed.
    ///   - deviations: the choices of that run; nil: those of the seed.
    /// - Returns: nil where only the end of the run shows the break.
    /// - Complexity: that of the run.
    public init?(
        _ violation: Violation, _ topology: Topology, _ strategy: Strategy, seed: String,
        deviations: [Choice]? = nil
    ) {
        guard let place = violation.place else { return nil }
        var quiet = topology
        quiet.invariants = []
        let program = Program(quiet, strategy: strategy, seed: seed)
        var slice = Slice(violation, place)
        if let deviations {
            _ = program.run(ReplayedChoices(deviations)) { slice.see($0) }
        } else {
            _ = program.run(SeededChoices()) { slice.see($0) }
        }
        let attempts = slice.attempts()
        guard !attempts.isEmpty else { return nil }
        var builder = TimelineBuilder(violation, place, SiteNames(program))
        builder.add(attempts, slice.transport)
        timeline = builder.finished(seed: seed, strategy, leftOut: slice.leftOut)
    }
}
