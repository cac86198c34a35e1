import Testing

@testable import Exploration

/// What was once called complete and was not.
struct SoundnessTests {
    private static let scenarios: [(Scenario, Finding)] = [
        (
            Scenario(
                "published by each attempt",
                """
                sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}
                stores: {a: {}}
                handlers:
                  h: {from: q, retry: [{inline: 1}], steps: [{publish: r}, {fail: 100%}]}
                  i: {from: r, workers: 3, steps: [{load: a}, {change: 1}, {store: a}]}
                invariants: [noLostUpdate]
                """), .broken(.noLostUpdate)
        ),
        (
            Scenario(
                "published in front of a conflict",
                """
                sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
                stores: {a: {}, b: {}}
                handlers:
                  h:
                    from: q
                    workers: 2
                    retry: [{inline: 1}]
                    steps: [{load: a}, {publish: r}, {change: 1}, {store: {in: a, as: versioned}}]
                  i: {from: r, workers: 1, steps: [{effect: e}]}
                invariants: [fifoPerKey, exactlyOnceEffect]
                """), .broken(.exactlyOnceEffect)
        ),
        (
            .single(
                "a lock outlives its holder", messages: 1,
                steps: "{acquire: l}, {load: a}, {change: 1}, {store: a}, {release: l}",
                rest: "bounds: {crashes: 1}\ninvariants: [allHandledOrDead]"), .deadlock
        ),
        (
            Scenario(
                "a service gives back what it took",
                """
                sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
                stores: {a: {}}
                services: {v: {steps: [{acquire: l}, {load: a}]}}
                handlers:
                  h:
                    from: q
                    workers: 2
                    steps: [{call: {service: v, timeout: 1s}}, {load: a}, {change: 1}, {store: a}]
                invariants: [noLostUpdate]
                """), .broken(.noLostUpdate)
        ),
        (
            Scenario(
                "a service that fails is a fault",
                """
                sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
                stores: {a: {}}
                services:
                  v: {steps: [{effect: e}, {load: a}, {change: 1}, {store: {in: a, as: versioned}}]}
                handlers:
                  h:
                    from: q
                    workers: 2
                    retry: {fault: [{inline: 1}], conflict: [deadLetter], timeout: [deadLetter]}
                    steps: [{call: {service: v, timeout: 1s}}]
                invariants: [exactlyOnceEffect]
                """), .broken(.exactlyOnceEffect)
        ),
        (
            .single(
                "a key that is written before its effect", messages: 1,
                steps: "{lookUp: k}, {note: k}, {effect: e}",
                rest: "bounds: {crashes: 1}\ninvariants: [allHandledOrDead]"),
            .broken(.allHandledOrDead)
        ),
        (
            .single(
                "an effect that takes its own attempt for a repeat", messages: 1,
                steps: "{note: k}, {effect: {name: e, once: k}}",
                rest: "invariants: [allHandledOrDead]"), .broken(.allHandledOrDead)
        ),
    ]

    @Test func `a repeat is done where somebody carried it out, or was given up`() async throws {
        let steps = [
            "{effect: {name: e, once: k}}", "{lookUp: k}, {effect: e}, {note: k}",
            "{lookUp: k}, {note: k}, {load: a}",
        ]
        for steps in steps {
            let scenario = Scenario.single(
                "whole", messages: 1, steps: steps,
                rest:
                    "bounds: {crashes: 1, redeliveries: 1}\ninvariants: [allHandledOrDead]")
            #expect(await Explorer(try scenario.model()).run().end == .complete, "\(steps)")
        }
        let early = Scenario.single(
            "early", messages: 1, steps: "{lookUp: k}, {note: k}, {effect: e}",
            rest: "bounds: {crashes: 1}\ninvariants: [allHandledOrDead]")
        let found = await Explorer(try early.model()).run().counterexample
        #expect(
            found?.timeline?.words.first
                == "message 0 was done as a repeat, and nobody has carried it out.")
    }

    @Test(arguments: scenarios)
    func `every search that sees everything finds it, and cuts nothing off`(
        scenario: Scenario, finding: Finding
    ) throws {
        let model = try scenario.model()
        let searches: [(String, (inout Search) -> Void)] = [
            ("dfs", { DepthFirst().run(model, &$0) }),
            ("ample", { DepthFirst(reduces: true).run(model, &$0) }),
            ("dpor", { SourceDPOR().run(model, &$0) }),
        ]
        for (name, run) in searches {
            var search = Search(SearchLimits())
            search.limits.executions = 100_000
            search.stopsAtFinding = false
            run(&search)
            #expect(search.findings.contains(finding), "\(name)")
            #expect(search.cut == 0 && !search.wasStopped, "\(name)")
        }
    }

    @Test(arguments: [SearchStrategy.delay, .preemption])
    func `a search that cut executions off was not stopped`(strategy: SearchStrategy) async throws {
        let scenario = Scenario.single(
            "long", messages: 1, steps: "{load: a}, {change: 1}, {store: a}, {load: a}",
            rest: "bounds: {steps: 2}\ninvariants: [noLostUpdate]")
        var explorer = Explorer(try scenario.model())
        explorer.strategy = strategy
        #expect(await explorer.run().end == .cut)
    }

    @Test func `what a state has no room for is refused, each by its place`() throws {
        let locks = (0..<17).map { "{acquire: l\($0)}" }.joined(separator: ", ")
        let stores = (0..<32).map { _ in "{effect: e}" }.joined(separator: ", ")
        let scenario = Scenario(
            "too much",
            """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}
            stores: {a: {}}
            handlers:
              h: {from: q, steps: [\(locks), \(stores), {load: a}, {change: -1}, {store: a}]}
            invariants: [exactlyOnceEffect]
            """)
        let error = #expect(throws: ExplorationError.self) { try scenario.model() }
        #expect(error?.problems.count == 2)
    }

    /// Messages that fail for ever, each in a circle of its own: no way through the states takes all of them round.
    private static let endless: [Scenario] = [
        .single(
            "two", messages: 2, workers: "2", handler: "retry: [{inline: forever}]",
            steps: "{think: 1ms}, {fail: 100%}"),
        .single(
            "three", messages: 3, workers: "3", handler: "retry: [{inline: forever}]",
            steps: "{think: 1ms}, {fail: 100%}"),
        .single(
            "two steps", messages: 2, keys: "fresh", workers: "2",
            handler: "retry: [{inline: forever}]", steps: "{think: 1ms}, {load: a}, {fail: 100%}"),
    ]

    @Test(arguments: endless, [SearchStrategy.auto, .dfs, .ample, .all])
    func `a livelock is found that no one way through the states shows, and can be made again`(
        scenario: Scenario, strategy: SearchStrategy
    ) async throws {
        var explorer = Explorer(try scenario.model())
        explorer.strategy = strategy
        explorer.threads = 1
        let result = await explorer.run()
        #expect(result.end == .found)
        let found = try #require(result.counterexample)
        #expect(found.finding == .livelock)
        let again = Execution(
            explorer.model, found.choices, keepsEntries: false, looksForCycles: true)
        #expect(again.finding == .livelock && again.choices == found.choices)
    }
}
