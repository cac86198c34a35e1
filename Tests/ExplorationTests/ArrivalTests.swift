import Simulation
import Testing

@testable import Exploration

/// Sources and handlers fill a queue in some order, which is not that of the messages' numbers.
@Suite struct ArrivalTests {
    private static func model(_ yaml: String) throws -> Model {
        try Model(Topology(yaml: Array(yaml.utf8), file: "arrivals.yaml"))
    }

    /// Whatever comes again may do so before the source goes on.
    @Test(
        arguments: [
            (
                "retry: [{requeue: 1}, deadLetter]", "{fail: 50%}", "",
                Finding.broken(.exactlyOnceEffect)
            ),
            ("", "", "bounds: {redeliveries: 1}", .broken(.exactlyOnceEffect)),
            ("", "", "bounds: {crashes: 1}", .broken(.exactlyOnceEffect)),
        ])
    func `what comes again may come before the source's next message`(
        handler: String, last: String, rest: String, finding: Finding
    ) async throws {
        // Of two that come together the second takes what is left in front of the repeat.
        func model(_ arrivals: String) throws -> Model {
            let steps = [
                "{load: a}", "{check: {atLeast: 1}}", "{effect: e}", "{change: -1}", "{store: a}",
                last,
            ]
            .filter { !$0.isEmpty }.joined(separator: ", ")
            return try Self.model(
                """
                sources: {s: {to: q, arrivals: \(arrivals), keys: one, messages: 2}}
                stores: {a: {initial: 2}}
                handlers: {h: {from: q, workers: 1, steps: [\(steps)]\(handler.isEmpty ? "" : ", \(handler)")}}
                invariants: [exactlyOnceEffect]
                \(rest)
                """)
        }
        let apart = try await Explorer(model("poisson, rate: 1/s")).run()
        #expect(apart.counterexample?.finding == finding)
        #expect(try model("together").arrivesInSteps.contains(true) == false)
    }

    @Test func `a log has messages in the order in which they came`() async throws {
        // Whose position is committed with its effect does not come again, whatever the other source has sent by then.
        let model = try Self.model(
            """
            sources:
              s: {to: q, arrivals: together, keys: one, messages: 1}
              t: {to: q, arrivals: together, keys: one, messages: 1}
            queues: {q: {partitions: 1}}
            handlers: {h: {from: q, workers: 1, order: partition, commit: withEffect, steps: [{effect: e}]}}
            bounds: {crashes: 1}
            invariants: [exactlyOnceEffect, allHandledOrDead]
            """)
        #expect(await Explorer(model).run().end == .complete)
    }

    @Test(
        arguments: [
            """
            sources:
              a: {to: q, arrivals: together, keys: one, messages: 1}
              b: {to: q, arrivals: together, keys: one, messages: 1}
            handlers: {h: {from: q, workers: 1, steps: [{effect: e}]}}
            invariants: [fifoPerKey]
            """,
            """
            sources:
              a: {to: p, arrivals: together, keys: one, messages: 1}
              b: {to: r, arrivals: together, keys: one, messages: 1}
            handlers:
              g: {from: p, workers: 1, steps: [{publish: q}]}
              i: {from: r, workers: 1, steps: [{publish: q}]}
              h: {from: q, workers: 1, steps: [{effect: e}]}
            invariants: [fifoPerKey]
            """,
        ])
    func `who came first is who is to be done first`(yaml: String) async throws {
        #expect(try await Explorer(Self.model(yaml)).run().end == .complete)
        let two = yaml.replacing("workers: 1, steps: [{effect", with: "workers: 2, steps: [{effect")
        let found = try await Explorer(Self.model(two)).run().counterexample
        #expect(found?.finding == .broken(.fifoPerKey))
    }

    @Test func `what is delivered again to nodes that are dealt out to comes to another one`()
        async throws
    {
        let model = try Self.model(
            """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}
            queues: {q: {visibility: 30s}}
            stores: {a: {initial: 5}}
            handlers:
              h: {from: q, nodes: 2, workers: 1, prefetch: 1, steps: [{load: a}, {think: 40s}, {change: -1}, {store: a}]}
            invariants: [noLostUpdate]
            """)
        #expect(model.assumptions.count == 1)
        #expect(await Explorer(model).run().counterexample?.finding == .broken(.noLostUpdate))
    }
}
