import Testing

@testable import Exploration

struct SamplingTests {
    private static let lost = Scenario.single(
        "lost update", messages: 2, steps: "{load: a}, {change: -1}, {store: a}",
        rest: "invariants: [noLostUpdate]")

    /// Pearson's statistic of how often each interleaving of two times three independent steps was drawn.
    private func chiSquare<Strategy: Scheduling>(_ strategy: Strategy) throws -> Double {
        let model = try Scenario.single(
            "", messages: 2, keys: "fresh",
            steps: "{load: a}, {load: b}, {change: 1}, {store: a}"
        ).model()
        let counts = Counts()
        var search = Search(SearchLimits())
        search.limits.executions = 8000
        var sampler = Sampler(model, strategy, stream: "urw", keepsOrders: false, first: 1)
        sampler.judge = { choices in
            counts.seen[choices.map(\.delivery), default: 0] += 1
            return nil
        }
        sampler.run(&search)
        // The first execution says how long deliveries are.
        let expected = 8000.0 / 20
        let drawn = counts.seen.values.map(Double.init)
        let missing = Double(20 - drawn.count) * expected
        return drawn.map { ($0 - expected) * ($0 - expected) / expected }.reduce(missing, +)
    }

    private final class Counts {
        var seen: [[UInt8]: Int] = [:]
    }

    @Test func `URW draws every interleaving as often, and a random choice does not`() throws {
        // 19 degrees of freedom: 43.8 is passed by one of a thousand.
        #expect(try chiSquare(UniformRandomWalk(deliveries: 2)) < 43.8)
        #expect(try chiSquare(RandomScheduling()) > 43.8)
    }

    @Test func `the same seed draws the same`() async throws {
        func choices(_ seed: String, _ strategy: SearchStrategy) async throws -> [Choice]? {
            let model = try Model(
                Self.lost.model().topology, seed: seed)
            var explorer = Explorer(model)
            explorer.strategy = strategy
            explorer.mostStatesToShorten = 1
            explorer.limits.executions = 5000
            return await explorer.run().counterexample?.choices
        }
        // Priorities that never change do not find what needs two orderings.
        for strategy in SearchStrategy.allCases where strategy != .pct1 {
            let once = try await choices("a", strategy)
            let twice = try await choices("a", strategy)
            #expect(once != nil && once == twice)
        }
    }

    @Test(
        arguments: [
            lost,
            // Found by those in the middle of the portfolio, or proven by one of the first.
            .single(
                "in the third round", messages: 3, workers: "3", handler: "retry: [{inline: 1}]",
                steps: "{load: a}, {change: -1}, {store: {in: a, as: versioned}}",
                rest: "bounds: {deadLetters: 0}"),
            .single(
                "nothing", messages: 3,
                steps: "{load: a}, {change: -1}, {store: {in: a, as: versioned}}",
                rest: "invariants: [noLostUpdate]"),
        ])
    func `two cores find what one finds, and count the same`(scenario: Scenario) async throws {
        var explorer = Explorer(try scenario.model())
        explorer.strategy = .all
        explorer.tellsCoverage = true
        explorer.threads = 1
        let one = await explorer.run()
        explorer.threads = 4
        let four = await explorer.run()
        #expect(one.counterexample?.choices == four.counterexample?.choices)
        #expect(one.strategy == four.strategy)
        #expect(one.counts == four.counts && one.classes == four.classes)
        #expect(one.executionsToFind == four.executionsToFind && one.coverage == four.coverage)
    }

    @Test func `classes that a random walk sees are those of the reduction`() async throws {
        let model = try Scenario.single(
            "", messages: 3, steps: "{load: a}, {change: 1}, {store: a}"
        ).model()
        var all = Explorer(model)
        all.strategy = .dpor
        var drawn = Explorer(model)
        drawn.strategy = .random
        drawn.limits.executions = 5000
        let seen = await drawn.run()
        let classes = await all.run().classes
        #expect(seen.classes == classes)
        #expect(seen.unseenMass == 0)
    }

    @Test func `bounds of delays and preemptions rise until nothing is cut`() throws {
        let model = try Scenario.single(
            "", messages: 2, steps: "{load: a}, {change: 1}, {store: a}"
        ).model()
        let naive = try Outcome.search { DepthFirst(keepsStates: false).run(model, &$0) }
        for cost in [BoundedSearch.Cost.delays, .preemptions] {
            var wasStopped = true
            let bounded = try Outcome.search {
                _ = BoundedSearch(cost: cost).run(model, &$0)
                wasStopped = $0.wasStopped
            }
            #expect(!wasStopped && bounded == naive)
        }
    }
}
