import Testing

@testable import Exploration

/// How often PCT finds a bug of a known depth, against what its authors prove: 1/(n k^(d-1)) for n deliveries and k
/// steps.
struct PriorityTests {
    /// Two handlers that must take turns, one more of these than the depth: each turn but the first asks that as many were
    /// taken in front of it, so that the other one has to be left in time, and the last one sells what is not there.
    private static func turns(depth: Int, publishing: Bool = false) -> Scenario {
        var steps = ["", ""]
        for turn in 0...depth {
            var own: [String] = []
            if turn > 0 { own += ["{load: a}", "{check: {atLeast: \(turn)}}"] }
            own +=
                turn == depth
                ? ["{change: -1}", "{store: {in: d, as: delta}}"]
                : ["{change: 1}", "{store: {in: a, as: delta}}", "{load: z}", "{load: z}"]
            steps[turn % 2] += (steps[turn % 2].isEmpty ? "" : ", ") + own.joined(separator: ", ")
        }
        var (sources, handlers) = ("sources:\n", "handlers:\n")
        for (number, steps) in steps.enumerated() {
            let queue = publishing ? "p\(number)" : "q\(number)"
            sources += "  s\(number): {to: \(queue), arrivals: together, keys: one, messages: 1}\n"
            if publishing {
                handlers += "  g\(number): {from: p\(number), steps: [{publish: q\(number)}]}\n"
            }
            handlers += "  h\(number): {from: q\(number), steps: [\(steps)]}\n"
        }
        return Scenario(
            "depth \(depth)",
            sources + "stores: {a: {}, d: {}, z: {}}\n" + handlers + "invariants: [noOversell]\n")
    }

    private func sightings(
        _ model: Model, _ depth: Int, _ chains: [Int]
    ) -> (count: Int, steps: Int) {
        var search = Search(SearchLimits())
        search.stopsAtFinding = false
        search.limits.executions = 2000
        var sampler = Sampler(
            model,
            PriorityScheduling(depth: depth, chains: chains, length: model.estimatedLength),
            stream: "depth", keepsOrders: false)
        sampler.run(&search)
        return (search.sightings, search.longest)
    }

    private func check(_ model: Model, _ depth: Int, _ chains: [Int]) {
        let (found, steps) = sightings(model, depth, chains)
        var bound = 1 / Double(Set(chains).count)
        for _ in 1..<depth { bound /= Double(steps) }
        // Less three standard deviations of 2,000 runs, and seen at all.
        let least = bound - 3 * (bound * (1 - bound) / 2000).squareRoot()
        #expect(found > 0 && Double(found) / 2000 >= least, "\(found) of 2000, bound \(bound)")
        // One ordering less is not enough.
        if depth > 1 { #expect(sightings(model, depth - 1, chains).count == 0) }
    }

    @Test(arguments: 1...4)
    func `PCT finds a bug of depth d at least as often as its bound says`(depth: Int) throws {
        let model = try Self.turns(depth: depth).model()
        check(model, depth, Array(0..<model.deliveries))
    }

    @Test(arguments: 1...4)
    func `by chains of messages it does so for as many chains as there are messages of sources`(
        depth: Int
    ) throws {
        let model = try Self.turns(depth: depth, publishing: true).model()
        #expect(Set(model.deliveryChains).count == 2 && model.deliveries == 4)
        check(model, depth, model.deliveryChains)
    }
}
