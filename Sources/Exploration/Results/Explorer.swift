import Checking
import Simulation

/// Explores a topology by a strategy: the way in.
public struct Explorer: Sendable {
    public let model: Model
    public var strategy = SearchStrategy.auto
    public var limits = SearchLimits()
    /// Where `auto` goes over from classes of interleavings to states.
    public var mostClasses = 50_000
    /// How many states `auto` looks at where the search over classes had to cut executions off.
    public var mostStatesBehindCut = 2_000_000
    /// How many states are looked at for a counterexample that is shorter.
    public var mostStatesToShorten = 1_000_000
    /// Whether sampling strategies tell classes apart.
    public var countsClasses = true
    /// How many cores `all` uses; nil: as many as there are.
    public var threads: Int?
    /// Whether what executions come by is written down.
    public var tellsCoverage = false
    /// What an earlier run of the same exploration has done, and where this one is written down; nil: nowhere.
    public var memory: ExplorationMemory?

    public init(_ model: Model) { self.model = model }

    /// Searches, and makes what was found as short as it can be made.
    ///
    /// - Complexity: that of the strategy, within the limits.
    public func run() async -> Exploration {
        if let memory {
            // What cannot be written down is not worth more time.
            var own = self
            own.limits.isOver = { [limits] in memory.error != nil || limits.isOver() }
            own.memory = memory
            return await own.searchedAndShortened()
        }
        return await searchedAndShortened()
    }

    private func searchedAndShortened() async -> Exploration {
        var result = searched()
        if let hit = result.hit { result.counterexample = await shortened(hit) }
        return result
    }

    /// What was found is as it was found.
    func searched() -> Exploration {
        switch strategy {
        case .auto: automatic()
        case .ample: states(limits, isKept: true)
        case .all: Portfolio(explorer: self, threads: threads).run()
        default: search(strategy, limits, phase: strategy.rawValue)
        }
    }

    /// Anomalies that are forbidden are told by histories, of which a state says nothing.
    private var needsHistories: Bool { !model.bounds.forbidden.isEmpty }

    /// - Throws: why the strategy that is asked for cannot find what is to be found.
    public func check() throws(ExplorationError) {
        guard !canUse(strategy) else { return }
        let others = SearchStrategy.allCases.filter { canUse($0) }.map(\.rawValue)
        throw ExplorationError([
            "--strategy \(strategy.rawValue): what is forbidden "
                + "(\(model.bounds.forbidden.map(\.rawValue).joined(separator: ", "))) is told by "
                + "histories, of which it keeps none; accepted are \(others.joined(separator: ", "))"
        ])
    }

    /// Whether a strategy can find all that is to be found.
    public func canUse(_ strategy: SearchStrategy) -> Bool {
        !needsHistories || ![.dfs, .ample, .delay, .preemption].contains(strategy)
    }

    private func automatic() -> Exploration {
        if needsHistories { return search(.dpor, limits, phase: "dpor") }
        var own = limits
        // Half of what there is, where that is little: states are looked at with the rest.
        own.executions = min(limits.executions == .max ? .max : limits.executions / 2, mostClasses)
        let classes = search(.dpor, own, phase: "dpor")
        if classes.end == .found || classes.end == .complete || limits.isOver() { return classes }
        own.executions = limits.executions
        if limits.executions < .max { own.executions -= classes.executions }
        if own.executions <= 0 { return classes }
        if classes.end == .stopped { return states(own, isKept: true) }
        // A way that has no end is one more edge between states.
        own.states = min(own.states, mostStatesBehindCut)
        let states = states(own, isKept: true)
        return states.end == .found || states.end == .complete ? states : classes
    }

    /// All states, in a reduced order where that is sound: what may go on for ever is looked for in the full one.
    ///
    /// - Parameter isKept: whether it is written down.
    func states(_ limits: SearchLimits, isKept: Bool) -> Exploration {
        let reduced = search(.ample, limits, phase: isKept ? "ample" : nil)
        guard reduced.hasCycles, reduced.end == .complete || reduced.end == .cut else {
            return reduced
        }
        return search(.dfs, limits, phase: isKept ? "dfs" : nil)
    }

    /// - Parameters:
    ///   - first: the number of the first execution, of those that draw.
    ///   - phase: what the memory calls it; nil: it is not written down.
    func search(
        _ strategy: SearchStrategy, _ limits: SearchLimits, from first: Int = 0,
        phase: String? = nil
    ) -> Exploration {
        let over = phase.map { "\($0) over" }
        if let memory, let over, let part = memory.part(over, 1) {
            return Exploration(part, strategy, model)
        }
        var search = Search(limits)
        if tellsCoverage { search.log = CoverageLog(model) }
        if let memory, let phase {
            search.start = memory.stand(phase)
            search.keep = { memory.store($0, phase) }
            search.store = StateStore(memory: memory, phase: phase)
        }
        var result = Exploration(strategy)
        carryOut(&search, &result, first, phase)
        result.counts = search.counts
        result.coverage = search.log?.coverage
        result.hasCycles = search.hasCycles
        result.isOutOfMemory = search.isOutOfMemory
        if let hit = search.hits.first {
            result.end = .found
            result.executionsToFind = search.executions
            result.hit = hit
        }
        if let memory, let phase, let over, result.end != .stopped {
            memory.store(result.part, over, 1)
            memory.removeStates(phase)
        }
        return result
    }

    private func carryOut(
        _ search: inout Search, _ result: inout Exploration, _ first: Int, _ phase: String?
    ) {
        var isComplete = false
        switch result.strategy {
        case .dpor, .auto, .all:
            SourceDPOR(judge: judge).run(model, &search)
            isComplete = !search.wasStopped
            result.classes = search.executions
        case .dfs, .ample:
            // With its states, or not at all.
            search.keep = nil
            DepthFirst(reduces: result.strategy == .ample).run(model, &search)
            isComplete = !search.wasStopped
        case .delay, .preemption:
            let cost: BoundedSearch.Cost = result.strategy == .delay ? .delays : .preemptions
            result.limit = BoundedSearch(cost: cost).run(model, &search)
            isComplete = !search.wasStopped
        default: draw(&search, &result, first, phase)
        }
        if isComplete { result.end = search.cut > 0 ? .cut : .complete }
    }

    private func draw(
        _ search: inout Search, _ result: inout Exploration, _ first: Int, _ phase: String?
    ) {
        search.keep = nil
        func sample(_ strategy: some Scheduling) {
            self.sample(strategy, &search, &result, first, phase)
        }
        let count = model.deliveries
        switch result.strategy {
        case .auto, .all, .dpor, .dfs, .ample, .delay, .preemption: break
        case .random: sample(RandomScheduling())
        case .urw: sample(UniformRandomWalk(deliveries: count))
        case .pct1: sample(priorities(1))
        case .pct2: sample(priorities(2))
        case .pct3: sample(priorities(3))
        case .pct4: sample(priorities(4))
        case .pctcp:
            sample(
                PriorityScheduling(
                    depth: 3, chains: model.deliveryChains, length: model.estimatedLength))
        case .pos: sample(PartialOrderSampling(deliveries: count))
        case .swarm: sample(SwarmScheduling())
        case .feedback: sample(FeedbackScheduling())
        }
    }

    private func priorities(_ depth: Int) -> PriorityScheduling {
        PriorityScheduling(
            depth: depth, chains: Array(0..<model.deliveries), length: model.estimatedLength)
    }

    private func sample(
        _ strategy: some Scheduling, _ search: inout Search, _ result: inout Exploration,
        _ first: Int, _ phase: String?
    ) {
        let keeps = countsClasses || result.strategy == .feedback
        var sampler = Sampler(
            model, strategy, stream: result.strategy.rawValue, keepsOrders: keeps, first: first)
        sampler.judge = judge
        if let memory, let phase {
            sampler.run(&search, memory, phase)
        } else {
            sampler.run(&search)
        }
        guard keeps else { return }
        result.classes = sampler.classes.count
        if result.strategy == .random || result.strategy == .urw, search.executions > 0 {
            let once = sampler.classes.values.count { $0 == 1 }
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
        let signature = signature(hit)
        if case .anomaly(let name) = hit.finding {
            return await shortenedAnomaly(hit, name, signature)
        }
        var limits = limits
        limits.executions = .max
        limits.states = mostStatesToShorten
        var search = Search(limits)
        if hit.finding == .livelock { return shortenedLivelock(hit, &search) }
        // Quickly first: that is what there is when time is over.
        let small = await shrunk(hit, signature)
        var shortest = BreadthFirst(wanted: hit.finding, mostSteps: small.choices.count)
        let (shorter, isWhole) = shortest.run(model, &search)
        guard let shorter else { return small }
        if keeps(signature, shorter.choices, hit) {
            return counterexample(shorter.choices, hit, signature, isShortest: isWhole)
        }
        // Another failure with the same finding is shorter.
        shortest.accepts = { keeps(signature, $0, hit) }
        search = Search(limits)
        let (same, isAll) = shortest.run(model, &search)
        guard let same else { return small }
        return counterexample(same.choices, hit, signature, isShortest: isAll)
    }

    /// What is to be kept of what was found; nil: its steps do not show it by themselves.
    private func signature(_ hit: Search.Hit) -> Signature? {
        guard let choices = Reducer(model, hit.finding).cut(hit.choices) else { return nil }
        return Signature(
            Counterexample(
                model, hit.finding, choices, first: choices, tried: [:], isShortest: false))
    }

    private func keeps(_ signature: Signature?, _ choices: [Choice], _ hit: Search.Hit) -> Bool {
        Reducer(model, hit.finding, keeping: signature).cut(choices) != nil
    }

    private func shortenedAnomaly(
        _ hit: Search.Hit, _ name: String, _ signature: Signature?
    ) async -> Counterexample {
        let small = await shrunk(hit, signature)
        var shortest = ShortestAnomaly(name: name, mostSteps: small.choices.count - 1)
        shortest.accepts = { keeps(signature, $0, hit) }
        shortest.mostOrders = min(shortest.mostOrders, mostStatesToShorten)
        let (shorter, isWhole) = shortest.run(model, limits)
        return counterexample(shorter ?? small.choices, hit, signature, isShortest: isWhole)
    }

    private func shortenedLivelock(_ hit: Search.Hit, _ search: inout Search) -> Counterexample {
        // A search that keeps states knows a way back as soon as it is one.
        DepthFirst().run(model, &search)
        let cycles = (search.hits + [hit]).filter { $0.finding == .livelock }
        let known = (cycles.min { $0.choices.count < $1.choices.count } ?? hit).choices
        var shortest = ShortestLivelock(mostSteps: known.count - 1)
        shortest.mostWork = min(shortest.mostWork, mostStatesToShorten)
        let (shorter, isWhole) = shortest.run(model, limits)
        return counterexample(shorter ?? known, hit, nil, isShortest: isWhole)
    }

    /// By delta debugging over messages and steps, in the order that reads best: another order may let more be left out.
    private func shrunk(_ hit: Search.Hit, _ signature: Signature?) async -> Counterexample {
        let reducer = Reducer(model, hit.finding, keeping: signature)
        var best = hit.choices
        var isSmaller = true
        while isSmaller && !limits.isOver() {
            let next = reducer.tidied(await reducer.shrink(best, limits))
            isSmaller = next.count < best.count
            best = next
        }
        return counterexample(best, hit, signature, isShortest: false)
    }

    private func counterexample(
        _ choices: [Choice], _ first: Search.Hit, _ signature: Signature?, isShortest: Bool
    ) -> Counterexample {
        let reducer = Reducer(model, first.finding, keeping: signature)
        let (minimal, tried) = reducer.minimised(reducer.tidied(choices), limits)
        return Counterexample(
            model, first.finding, minimal, first: first.choices, tried: tried,
            isShortest: isShortest)
    }
}
