import Checking
import Simulation

/// Explores a topology by a strategy: the way in.
public struct Explorer: Sendable {
    public let model: Model
    public var strategy = SearchStrategy.auto
    public var limits = SearchLimits()
    /// Where `auto` goes over from classes of interleavings to states.
    public var mostClasses = 50_000
    /// How many states are looked at for a counterexample that is shorter.
    public var mostStatesToShorten = 1_000_000
    /// Whether sampling strategies tell classes apart.
    public var countsClasses = true
    /// How many cores `all` uses; nil: as many as there are.
    public var threads: Int?

    public init(_ model: Model) { self.model = model }

    /// Searches, and makes what was found as short as it can be made.
    ///
    /// - Complexity: that of the strategy, within the limits.
    public func run() async -> Exploration {
        var result = searched()
        if let hit = result.hit { result.counterexample = await shortened(hit) }
        return result
    }

    /// What was found is as it was found.
    func searched() -> Exploration {
        switch strategy {
        case .auto: automatic()
        case .all: Portfolio(explorer: self, threads: threads).run()
        default: search(strategy, limits)
        }
    }

    /// Anomalies that are forbidden are told by histories, of which a state says nothing.
    private var needsHistories: Bool { !model.bounds.forbidden.isEmpty }

    /// Whether a strategy can find all that is to be found.
    public func canUse(_ strategy: SearchStrategy) -> Bool {
        !needsHistories || strategy != .dfs && strategy != .delay && strategy != .preemption
    }

    private func automatic() -> Exploration {
        if needsHistories { return search(.dpor, limits) }
        var first = limits
        first.executions = min(limits.executions, mostClasses)
        let classes = search(.dpor, first)
        guard classes.end == .stopped, !limits.isOver() else { return classes }
        return search(.dfs, limits)
    }

    /// - Parameter first: the number of the first execution, of those that draw.
    func search(
        _ strategy: SearchStrategy, _ limits: SearchLimits, from first: Int = 0
    ) -> Exploration {
        var search = Search(limits)
        var result = Exploration(strategy)
        var isComplete = false
        switch strategy {
        case .dpor, .auto, .all:
            SourceDPOR(judge: judge).run(model, &search)
            isComplete = !search.wasStopped
            result.classes = search.executions
        case .dfs:
            DepthFirst().run(model, &search)
            isComplete = !search.wasStopped
        case .delay, .preemption:
            let (limit, all) = BoundedSearch(cost: strategy == .delay ? .delays : .preemptions)
                .run(model, &search)
            result.limit = limit
            isComplete = all
        case .random: sample(RandomScheduling(), &search, &result, first)
        case .urw: sample(UniformRandomWalk(deliveries: model.deliveries), &search, &result, first)
        case .pct1: sample(priorities(1), &search, &result, first)
        case .pct2: sample(priorities(2), &search, &result, first)
        case .pct3: sample(priorities(3), &search, &result, first)
        case .pct4: sample(priorities(4), &search, &result, first)
        case .pctcp:
            let chained = PriorityScheduling(
                depth: 3, chains: model.chains, length: model.estimatedLength)
            sample(chained, &search, &result, first)
        case .pos:
            sample(PartialOrderSampling(deliveries: model.deliveries), &search, &result, first)
        case .swarm: sample(SwarmScheduling(), &search, &result, first)
        case .feedback: sample(FeedbackScheduling(), &search, &result, first)
        }
        (result.executions, result.steps, result.states) =
            (search.executions, search.steps, search.states)
        (result.cut, result.redundant, result.longest) =
            (search.cut, search.redundant, search.longest)
        if let hit = search.hits.first {
            result.end = .found
            result.executionsToFind = search.executions
            result.hit = hit
        } else if isComplete {
            result.end = search.cut > 0 ? .cut : .complete
        }
        return result
    }

    private func priorities(_ depth: Int) -> PriorityScheduling {
        PriorityScheduling(
            depth: depth, chains: Array(0..<model.deliveries), length: model.estimatedLength)
    }

    private func sample<Strategy: Scheduling>(
        _ strategy: Strategy, _ search: inout Search, _ result: inout Exploration,
        _ first: Int
    ) {
        let keeps = countsClasses || result.strategy == .feedback
        var sampler = Sampler(
            model, strategy, stream: result.strategy.rawValue, keepsOrders: keeps, first: first)
        sampler.judge = judge
        sampler.run(&search)
        guard keeps else { return }
        result.classes = sampler.classes.count
        if result.strategy == .random || result.strategy == .urw, search.executions > 0 {
            let once = sampler.classes.values.filter { $0 == 1 }.count
            result.unseenMass = Double(once) / Double(search.executions)
        }
    }

    /// Looks for forbidden anomalies in an execution's history; nil where none is forbidden.
    private var judge: (([Choice]) -> Finding?)? {
        guard needsHistories else { return nil }
        let (model, forbidden) = (model, model.bounds.forbidden)
        return { choices in
            let found = Execution(model, choices).history.anomalies()
            return found.first { forbidden.contains($0.kind) }.map { .anomaly($0.kind.rawValue) }
        }
    }

    // MARK: Shorter

    private func shortened(_ hit: Search.Hit) async -> Counterexample {
        if case .anomaly = hit.finding { return await shrunk(hit) }
        var limits = limits
        limits.executions = .max
        limits.states = mostStatesToShorten
        var search = Search(limits)
        if hit.finding == .livelock {
            // A search that keeps states knows a way back as soon as it is one.
            DepthFirst().run(model, &search)
            let cycles = (search.hits + [hit]).filter { $0.finding == .livelock }
            let shortest = cycles.min { $0.choices.count < $1.choices.count } ?? hit
            return counterexample(shortest, first: hit, isShortest: false)
        }
        let (shorter, _) = BreadthFirst(wanted: hit.finding).run(model, &search)
        guard let shorter else { return await shrunk(hit) }
        return counterexample(shorter, first: hit, isShortest: true)
    }

    /// By delta debugging over messages and steps.
    private func shrunk(_ hit: Search.Hit) async -> Counterexample {
        let smaller = await Reducer(model, hit.finding).shrink(hit.choices, limits)
        return counterexample(
            Search.Hit(finding: hit.finding, choices: smaller), first: hit, isShortest: false)
    }

    private func counterexample(
        _ hit: Search.Hit, first: Search.Hit, isShortest: Bool
    ) -> Counterexample {
        let tidied = Reducer(model, hit.finding).tidied(hit.choices)
        return Counterexample(
            model, hit.finding, tidied, stepsAtFirst: first.choices.count, isShortest: isShortest)
    }
}
