import Simulation

/// The smallest topology, as far as single changes go, that still shows what was found, with no more steps: fewer
/// consumers, messages and keys, lower numbers.
public struct Reduction: Sendable {
    /// What was changed in the topology's file, in order; none: it is as small as it was.
    public private(set) var edits: [TopologyEdit] = []
    public private(set) var model: Model
    public private(set) var counterexample: Counterexample
    /// Of the execution and of the topology.
    public private(set) var certificate: Certificate

    /// Whether the one that was found goes wrong with one delivery after the other, too.
    private let breaksInTurn: Bool
    private let limits: SearchLimits
    private let signature: Signature
    private let rebuild: @Sendable ([TopologyEdit]) -> Topology?
    private var tried: [Certificate.Dimension: (all: Int, undecided: Int)] = [:]

    /// States, or orders of steps, that one change is tried with.
    private static let mostStates = 50_000
    private static let mostOrders = 5000
    /// Orders of steps that all changes together are tried with: each is an execution made again.
    private var ordersLeft = 60_000

    /// A change is kept where some execution with no more steps has the signature of the one that was found.
    ///
    /// - Parameter rebuild: the topology with changes; nil where there is none, as nothing reads a queue, say.
    /// - Complexity: a search of limited size for each change.
    public init(
        _ found: Counterexample, _ model: Model, _ limits: SearchLimits = SearchLimits(),
        rebuild: @escaping @Sendable ([TopologyEdit]) -> Topology?
    ) {
        (self.model, self.limits, self.rebuild) = (model, limits, rebuild)
        counterexample = found
        signature = Signature(found)
        breaksInTurn = Self.inTurn(model) != nil
        certificate = Certificate(rows: [])
        while reduceOnce() {}
        certificate = certified(from: TopologyRemovals(model), found)
    }

    /// What is found with one delivery after the other, and nothing out of the usual.
    private static func inTurn(_ model: Model) -> Finding? {
        let execution = Execution(
            model, [], completes: true, keepsEntries: !model.bounds.forbidden.isEmpty)
        return execution.finding ?? execution.findingOfAll(model)
    }

    /// - Returns: whether anything could be taken away.
    private mutating func reduceOnce() -> Bool {
        tried = [:]
        for dimension in TopologyRemovals.dimensions {
            for change in TopologyRemovals(model).all(dimension) {
                switch attempt(change) {
                case .gone: tried[dimension, default: (0, 0)].all += 1
                case .undecided:
                    tried[dimension, default: (0, 0)].all += 1
                    tried[dimension, default: (0, 0)].undecided += 1
                case .none: break
                case .shows(let other, let smaller):
                    edits += change
                    (model, counterexample) = (other, smaller)
                    return true
                }
            }
        }
        return false
    }

    private enum Attempt {
        case shows(Model, Counterexample)
        /// No execution with as few steps has it.
        case gone
        case undecided
        /// The change makes no topology, or the same.
        case none
    }

    private mutating func attempt(_ change: [TopologyEdit]) -> Attempt {
        guard let topology = rebuild(edits + change), topology != model.topology,
            let other = try? Model(topology, strategy: model.strategy, seed: model.seed)
        else { return .none }
        if limits.isOver() { return .undecided }
        // What goes wrong without anything out of the usual is another mistake.
        guard breaksInTurn || Self.inTurn(other) == nil else { return .gone }
        let (choices, isWhole) = search(other)
        if let choices, let smaller = kept(choices, other, isShortest: isWhole) {
            return .shows(other, smaller)
        }
        if isWhole { return .gone }
        // As it was found, as far as the steps can be taken there.
        let same = model.translate(counterexample.choices, to: other)
        if let choices = Reducer(other, counterexample.finding, keeping: signature).cut(same),
            choices.count <= counterexample.choices.count,
            let smaller = kept(choices, other, isShortest: false)
        {
            return .shows(other, smaller)
        }
        return .undecided
    }

    /// A shortest execution with no more steps than now, and whether all such were looked at.
    private mutating func search(_ other: Model) -> (choices: [Choice]?, isWhole: Bool) {
        let most = counterexample.choices.count
        let (reducer, limits) = (self, limits)
        let accepts: ([Choice]) -> Bool = { reducer.kept($0, other, isShortest: false) != nil }
        switch counterexample.finding {
        case .anomaly(let name):
            var spent = 0
            defer { ordersLeft -= spent }
            return ShortestAnomaly(
                name: name, mostSteps: most, mostOrders: min(Self.mostOrders, ordersLeft),
                accepts: accepts
            ).run(other, limits, &spent)
        case .livelock:
            return ShortestLivelock(mostSteps: most, mostWork: Self.mostStates * 4).run(
                other, limits)
        default:
            var own = limits
            own.executions = .max
            own.states = Self.mostStates
            var search = Search(own)
            let (hit, isWhole) = BreadthFirst(
                wanted: counterexample.finding, mostSteps: most, accepts: accepts
            ).run(other, &search)
            return (hit?.choices, isWhole)
        }
    }

    /// nil where it is another failure.
    private func kept(_ choices: [Choice], _ other: Model, isShortest: Bool) -> Counterexample? {
        let reducer = Reducer(other, counterexample.finding, keeping: signature)
        guard reducer.cut(choices) != nil else { return nil }
        let (minimal, tried) = reducer.minimised(reducer.tidied(choices), limits)
        let smaller = Counterexample(
            other, counterexample.finding, minimal, first: choices, tried: tried,
            isShortest: isShortest)
        return smaller
    }

    private func certified(
        from first: TopologyRemovals, _ found: Counterexample
    ) -> Certificate {
        let now = TopologyRemovals(model)
        let before = found.certificate?.rows ?? []
        var rows = (counterexample.certificate?.rows ?? []).map { row in
            var row = row
            row.before = before.first { $0.dimension == row.dimension }?.before ?? row.before
            return row
        }
        for dimension in TopologyRemovals.dimensions {
            let (all, undecided) = tried[dimension] ?? (0, 0)
            rows.append(
                Certificate.Row(
                    dimension: dimension, before: first.count(dimension) ?? 0,
                    after: now.count(dimension) ?? 0, tried: all, undecided: undecided))
        }
        return Certificate(rows: rows)
    }
}
