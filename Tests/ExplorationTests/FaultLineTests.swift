import Checking
import Simulation
import Testing

@testable import Exploration

/// A timeline has a line for each fault of a counterexample.
struct FaultLineTests {
    private static let one = "sources: {s: {to: q, arrivals: together, keys: one, messages: 1}}"
    private static let two = "sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}"
    private static let group =
        "nodes: 2, workers: 1, order: partition, commit: after, group: {revoked: continued}"

    private static let cases: [(Action, String, String)] = [
        (
            .rebalance, "partition 0 to h node 2",
            """
            \(one)
            queues: {q: {partitions: 1}}
            handlers: {h: {from: q, assignment: cooperative, \(group), steps: [{effect: e}, {effect: f}]}}
            bounds: {rebalances: 1}
            invariants: [exactlyOnceEffect]
            """
        ),
        (
            .evict, "h node 1 taken for dead",
            """
            \(one)
            queues: {q: {partitions: 1}}
            handlers: {h: {from: q, assignment: eager, \(group), steps: [{effect: e}, {effect: f}]}}
            bounds: {evictions: 1, rebalances: 0}
            invariants: [exactlyOnceEffect]
            """
        ),
        (
            .forget, "forgotten by k",
            """
            \(one)
            inboxes: {k: {window: 1m}}
            handlers: {h: {from: q, steps: [{effect: {name: e, once: k}}]}}
            bounds: {redeliveries: 1, expiries: 1}
            invariants: [exactlyOnceEffect]
            """
        ),
        (
            .duplicate, "message 0 sent once more",
            """
            sources: {s: {to: q, keys: one, arrivals: together, messages: 1, duplicates: {probability: 1%, after: 1s}}}
            handlers: {h: {from: q, steps: [{effect: e}]}}
            invariants: [exactlyOnceEffect]
            """
        ),
        (
            .duplicate, "message 0 sent once more",
            """
            \(one)
            queues: {q: {perturb: {rules: [{duplicate: 1%}]}}}
            handlers: {h: {from: q, steps: [{effect: e}]}}
            invariants: [exactlyOnceEffect]
            """
        ),
        (
            .corrupt, "message 0 spoilt",
            """
            \(one)
            queues: {q: {perturb: {rules: [{corrupt: {flip: 1%}}]}}}
            handlers: {h: {from: q, retry: [deadLetter], steps: [{effect: e}, {fail: 0%}]}}
            bounds: {deadLetters: 0}
            """
        ),
        (
            .drop, "message 1 dropped",
            """
            \(two)
            queues: {q: {perturb: {rules: [{drop: 1%, where: {offset: 1}}]}}}
            handlers: {h: {from: q, steps: [{effect: e}]}}
            invariants: [allHandledOrDead]
            """
        ),
        (
            .loseRequest, "call, the request is lost",
            """
            \(one)
            services: {g: {steps: [{effect: e}]}}
            handlers: {h: {from: q, retry: [deadLetter], steps: [{call: {service: g, timeout: 1s, lostRequests: 1%}}]}}
            bounds: {deadLetters: 0}
            """
        ),
    ]

    @Test(arguments: cases)
    func `each fault is in the timeline`(
        action: Action, label: String, yaml: String
    ) async throws {
        let model = try Model(Topology(yaml: Array(yaml.utf8), file: "fault.yaml"))
        let found = try #require(await Explorer(model).run().counterexample)
        #expect(found.choices.map(\.action).contains(action))
        let labels = try #require(found.timeline).steps.map(\.label)
        #expect(labels.contains(label), "\(labels)")
    }

    @Test(arguments: ["lost-update", "oversell", "two-nodes", "timer-race", "round-robin"])
    func `a lost update has its name`(name: String) async throws {
        let found = await Explorer(try LibraryTests.model(name)).run().counterexample
        #expect(found?.names.contains("lost update") == true, "\(found?.names ?? [])")
    }
}
