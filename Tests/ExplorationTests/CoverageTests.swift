import Simulation
import Testing

@testable import Exploration

struct CoverageTests {
    private func coverage(_ scenario: Scenario, _ strategy: SearchStrategy) async throws -> Coverage
    {
        var explorer = Explorer(try scenario.model())
        explorer.strategy = strategy
        explorer.limits.executions = 3000
        explorer.tellsCoverage = true
        return try #require(await explorer.run().coverage)
    }

    private static let writers = Scenario.single(
        "writers", messages: 2, steps: "{load: a}, {change: -1}, {store: a}")

    /// Two writers: either stores before the other loads, or between its load and its store.
    @Test(arguments: [SearchStrategy.dpor, .random, .urw, .pct2, .delay, .preemption, .pos])
    func `all ordered pairs of conflicting steps are counted, and no others`(
        strategy: SearchStrategy
    ) async throws {
        let pairs = try await coverage(Self.writers, strategy).pairs
        #expect(
            pairs.map { "\($0.first) \($0.then)" } == [
                "h/load h/store", "h/store h/load", "h/store h/store",
            ])
    }

    @Test func `who never meets another has no pairs`() async throws {
        let apart = Scenario.single(
            "apart", messages: 2, keys: "fresh", steps: "{load: a}, {change: -1}, {store: a}")
        #expect(try await coverage(apart, .dpor).pairs.isEmpty)
    }

    @Test(arguments: [SearchStrategy.dpor, .dfs, .random])
    func `faults are counted by step and attempt`(strategy: SearchStrategy) async throws {
        let crash = Scenario.single(
            "crash", messages: 1, workers: "1", handler: "retry: [{inline: 1}]",
            steps: "{load: a}, {fail: 50%}, {store: a}", rest: "bounds: {crashes: 1, failures: 1}")
        let faults = try await coverage(crash, strategy).faults
        let words = faults.map {
            "\($0.action) \($0.site) \($0.attempt)\($0.isAgain ? " again" : "")"
        }
        #expect(words.contains("crash h/store 1"))
        #expect(words.contains("crash h/load 2"))
        #expect(words.contains("fail h/fail 1 again"))
        #expect(!words.contains("fail h/fail 2"), "one failure is all there is")
        let missed = faults.filter { !$0.wasTried }
        #expect(missed.isEmpty)
    }

    @Test func `a fault that a search never chose is told from one that struck`() async throws {
        var explorer = Explorer(
            try Scenario.single(
                "few", messages: 3, steps: "{load: a}, {store: a}",
                rest: "bounds: {crashes: 3, redeliveries: 1}"
            ).model())
        explorer.strategy = .random
        explorer.limits.executions = 1
        explorer.tellsCoverage = true
        let faults = try #require(await explorer.run().coverage).faults
        let missed = faults.filter { !$0.wasTried }
        #expect(!missed.isEmpty)
    }
}
