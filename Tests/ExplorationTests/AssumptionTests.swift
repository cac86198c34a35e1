import Simulation
import Testing

@testable import Exploration

/// What can happen in a run is a choice of an exploration, or it is said that it is none.
@Suite struct AssumptionTests {
    private static func model(_ yaml: String, _ strategy: Strategy? = nil) throws -> Model {
        let text = "sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}\n" + yaml
        return try Model(
            try Topology(yaml: Array(text.utf8), file: "assumed.yaml"), strategy: strategy)
    }

    private static let work = "steps: [{load: a}, {think: 1s}, {change: -1}, {store: a}]"

    @Test(
        arguments: [
            (
                "handlers: {h: {from: q, workers: 2, steps: [{effect: e}, {think: 1s}]}}\n"
                    + "faults: [{cut: h, from: broker, at: 200ms, lasting: 5s}]",
                Invariant.exactlyOnceEffect
            ),
            (
                "services: {g: {steps: [{think: 1s}, {effect: e}]}}\n"
                    + "handlers: {h: {from: q, retry: [{inline: 1}], "
                    + "steps: [{call: {service: g, timeout: 500ms}}]}}", .exactlyOnceEffect
            ),
            (
                // A node that stands still for too long works on beside the next owner.
                "queues: {q: {partitions: 2}}\nstores: {a: {initial: 10}}\n"
                    + "handlers: {h: {from: q, nodes: 2, order: partition, assignment: eager, \(work)}}\n"
                    + "faults: [{pauseNode: h, at: 1s, lasting: 60s}]", .noLostUpdate
            ),
            (
                // The first effect is there when the store of its attempt takes too long.
                "stores: {a: {timeout: 1s}}\n"
                    + "handlers: {h: {from: q, retry: [{inline: 1}], steps: [{effect: e}, {load: a}]}}\n"
                    + "faults: [{cut: h, from: stores, at: 1ms, lasting: 5s}]", .exactlyOnceEffect
            ),
            (
                "stores: {a: {initial: 10}}\nhandlers: {h: {from: q, nodes: 2, \(work)}}\n"
                    + "faults: [{skew: h, ahead: 1m, at: 1ms}]\nstrategy: lock", .noLostUpdate
            ),
        ])
    func `what a topology's own faults and time-outs do is tried without being asked for`(
        yaml: String, broken: Invariant
    ) async throws {
        let model = try Self.model("\(yaml)\ninvariants: [\(broken)]")
        #expect(await Explorer(model).run().counterexample?.finding == .broken(broken))
    }

    @Test(
        arguments: [
            ("stores: {a: {timeout: 1s}}\nhandlers: {h: {from: q, \(work)}}", "times out"),
            (
                "stores: {a: {latency: 2s, timeout: 1s}}\nhandlers: {h: {from: q, \(work)}}\n"
                    + "bounds: {timeouts: 0}", "times out"
            ),
            (
                "queues: {q: {partitions: 2}}\nstores: {a: {}}\n"
                    + "handlers: {h: {from: q, nodes: 2, order: partition, assignment: eager, \(work)}}\n"
                    + "faults: [{pauseNode: h, at: 1s, lasting: 60s}]\nbounds: {evictions: 0, expiries: 0}",
                "keeps its partitions"
            ),
            ("stores: {a: {}}\nhandlers: {h: {from: q, \(work)}}\nstrategy: lock", "no lease ends"),
        ])
    func `what is no choice is said`(yaml: String, words: String) throws {
        let assumptions = try Self.model(yaml).assumptions
        #expect(assumptions.count == 1)
        #expect(assumptions.first?.contains(words) == true, "\(assumptions)")
        let plain = "stores: {a: {}}\nhandlers: {h: {from: q, \(Self.work)}}"
        #expect(try Self.model(plain).assumptions.isEmpty)
    }

    @Test
    func
        `what a source sends twice is a message of its own, and none where it sends nothing twice`()
        async throws
    {
        // A repeat meets the first, which is done, in a queue that has no redeliveries.
        func model(_ inbox: String, _ bounds: String) throws -> Model {
            let yaml = """
                sources: {s: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 1%, after: 1s}}}
                handlers: {h: {from: q, workers: 1, steps: [{effect: \(inbox)}]}}
                invariants: [exactlyOnceEffect, allHandledOrDead]
                \(bounds)
                """
            return try Model(Topology(yaml: Array(yaml.utf8), file: "twice.yaml"))
        }
        let twice = try model("e", "")
        #expect(twice.boundsInWords == "1 duplicate" && twice.messages == 1)
        #expect(twice.assumptions.isEmpty && twice.sourced.count == 1)
        let found = await Explorer(twice).run().counterexample
        #expect(found?.finding == .broken(.exactlyOnceEffect))
        #expect(found?.choices.map(\.action).contains(.duplicate) == true)
        #expect(await Explorer(try model("{name: e, once: k}", "")).run().end == .complete)
        let none = try model("e", "bounds: {duplicates: 0}")
        #expect(none.assumptions.count == 1 && none.deliveries == 1)
        #expect(await Explorer(none).run().end == .complete)
    }

    @Test func `two deliveries of one message have a chain each`()
        throws
    {
        let model = try Self.model(
            "handlers: {h: {from: q, workers: 2, steps: [{effect: e}]}}\nbounds: {redeliveries: 1}")
        #expect(Set(model.chains).count == 2)
        #expect(Set(model.deliveryChains).count == model.deliveries)
    }
}
