/// A run made again from its choices, and what of them did not fit.
public struct Replay: Sendable {
    public let result: RunResult
    /// Choices that stood at a place with another kind or site, or fewer values; each took the default.
    public let misfits: [Choice]
    /// Choices that nothing asked for.
    public let unused: [Choice]

    /// Whether it is the run that was recorded, as far as its choices go.
    public var fits: Bool { misfits.isEmpty && unused.isEmpty }
}

extension Topology {
    /// Runs it once and keeps each choice other than the default, in the order in which they were made. The run
    /// is the one that the seed alone gives.
    public func recorded(
        _ strategy: Strategy? = nil, seed: String? = nil,
        observer: ((TraceEntry) -> Void)? = nil
    ) -> (result: RunResult, choices: ChoiceList) {
        let program = Program(self, strategy: strategy ?? self.strategy, seed: seed ?? self.seed)
        let (result, kept) = program.run(RecordedChoices(SeededChoices()), observer: observer)
        let list = ChoiceList(
            strategy: program.strategy, seed: program.seed, fingerprint: "\(result.fingerprint)",
            choices: kept.deviations)
        return (result, list)
    }

    /// Runs it once more as a list of choices says; whoever is not in it gets the default.
    public func replayed(
        _ list: ChoiceList, observer: ((TraceEntry) -> Void)? = nil
    ) -> Replay {
        let program = Program(self, strategy: list.strategy, seed: list.seed)
        let (result, choices) = program.run(ReplayedChoices(list.choices), observer: observer)
        return Replay(result: result, misfits: choices.misfits, unused: choices.unused)
    }
}
