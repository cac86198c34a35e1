/// Strategies on one topology, each with the same seeds.
public struct Comparison: Sendable {
    public struct Side: Sendable {
        public let strategy: Strategy
        /// One value of each seed, in the order of the seeds; nil where the run has no such figure.
        public let values: [Figure: [Double?]]
        /// Runs in which each of the topology's invariants was broken, and in which any was.
        public let brokenRuns: [Invariant: Proportion]
        public let anyBroken: Proportion
        /// The first seed that broke one, for `simulate`.
        public let brokenSeed: String?
        public let warmUp: WarmUp
        /// Runs that would have gone on for ever (``RunResult/standsStill``).
        public let standstills: Int
        /// Measured messages of all runs, and those of them that came to an end within their run.
        public let measured: Int
        public let ended: Int
        /// Over the fingerprints of all runs.
        public let fingerprint: Fingerprint
        /// What each handler came to, in the topology's order; none where there is but one.
        public internal(set) var handlers: [HandlerSide] = []

        public func estimate(_ figure: Figure) -> Estimate { Estimate(values[figure] ?? []) }
    }

    public let seeds: [String]
    /// In the order asked for; the first is what the others are compared with.
    public let sides: [Side]

    /// Runs every strategy with every seed, on all cores.
    ///
    /// - Parameters:
    ///   - seeds: their texts.
    ///   - progress: is told how many runs are done, from any thread.
    ///   - shouldStop: asked before each run; then the runs that are left out leave nil.
    /// - Complexity: O(strategies x seeds x events)
    public init?(
        _ topology: Topology, _ strategies: [Strategy], seeds: [String],
        progress: @escaping @Sendable (Int) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        let count = seeds.count
        let outcomes = Study.all(strategies.count * count, nil, progress, shouldStop) { index in
            RunOutcome(topology.run(strategies[index / count], seed: seeds[index % count]))
        }
        guard let outcomes else { return nil }
        self.init(strategies, seeds, topology.invariants, outcomes[...])
    }

    /// The same of a topology with handlers in Swift.
    public init?(
        _ coded: CodedTopology, _ strategies: [Strategy], seeds: [String],
        progress: @escaping @Sendable (Int) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        let count = seeds.count
        let outcomes = Study.all(strategies.count * count, nil, progress, shouldStop) { index in
            RunOutcome(coded.run(strategies[index / count], seed: seeds[index % count]))
        }
        guard let outcomes else { return nil }
        self.init(strategies, seeds, coded.topology.invariants, outcomes[...])
    }

    init(seeds: [String], sides: [Side]) {
        self.seeds = seeds
        self.sides = sides
    }

    /// - Parameter outcomes: of the first strategy with each seed, then of the second.
    init(
        _ strategies: [Strategy], _ seeds: [String], _ invariants: [Invariant],
        _ outcomes: ArraySlice<RunOutcome>
    ) {
        self.seeds = seeds
        sides = strategies.enumerated().map { index, strategy in
            let own = outcomes.dropFirst(index * seeds.count).prefix(seeds.count)
            return Side(strategy, Array(own), invariants, seeds)
        }
    }

    /// How every other strategy differs from the first in a figure, corrected for their number.
    public func differences(_ figure: Figure) -> [PairedDifference] {
        differences { $0.values[figure] }
    }

    /// The same of one handler, by its place in the topology.
    public func differences(_ figure: Figure, handler: Int) -> [PairedDifference] {
        differences { $0.handlers[handler].values[figure] }
    }

    private func differences(_ values: (Side) -> [Double?]?) -> [PairedDifference] {
        guard let first = sides.first, let base = values(first) else { return [] }
        var differences = sides.dropFirst().map { PairedDifference(base, values($0) ?? []) }
        PairedDifference.correct(&differences)
        return differences
    }
}

/// What is kept of a run.
struct RunOutcome: Sendable {
    let values: [Double?]
    let broken: [Invariant]
    let fingerprint: UInt64
    let cut: WarmUpCut
    let warmUpMessages: Int
    let standsStill: Bool
    let measured: Int
    let ended: Int
    /// Of each handler, where there are several: its ``Figure/ofHandlers``.
    let handlers: [(name: String, values: [Double?])]

    init(_ result: RunResult) {
        values = Figure.allCases.map { $0.value(result) }
        broken = result.broken.map(\.invariant)
        fingerprint = result.fingerprint.value
        cut = result.cut
        warmUpMessages = result.warmUp.messages
        standsStill = result.standsStill
        measured = result.measured.messages
        ended = result.sojourn.count
        handlers =
            result.handlers.count < 2
            ? []
            : result.handlers.map { handler in
                (handler.name, Figure.ofHandlers.map { $0.value(handler) })
            }
    }
}

extension Comparison.Side {
    fileprivate init(
        _ strategy: Strategy, _ outcomes: [RunOutcome], _ invariants: [Invariant], _ seeds: [String]
    ) {
        self.strategy = strategy
        var values: [Figure: [Double?]] = [:]
        for (index, figure) in Figure.allCases.enumerated() {
            values[figure] = outcomes.map { $0.values[index] }
        }
        self.values = values
        var shares: [Invariant: Proportion] = [:]
        for invariant in invariants {
            let hits = outcomes.count { $0.broken.contains(invariant) }
            shares[invariant] = Proportion(hits: hits, of: outcomes.count)
        }
        brokenRuns = shares
        anyBroken = Proportion(
            hits: outcomes.count { !$0.broken.isEmpty }, of: outcomes.count)
        brokenSeed = zip(outcomes, seeds).first { !$0.0.broken.isEmpty }?.1
        warmUp = WarmUp(outcomes)
        standstills = outcomes.count(where: \.standsStill)
        measured = outcomes.reduce(0) { $0 + $1.measured }
        ended = outcomes.reduce(0) { $0 + $1.ended }
        var fingerprint = Fingerprint()
        for outcome in outcomes { fingerprint.mix(outcome.fingerprint) }
        self.fingerprint = fingerprint
        handlers = HandlerSide.all(outcomes)
    }
}
