import Testing

@testable import Simulation

/// Row Q11 of the oracles: equalities of whole numbers that hold in every run.
@Suite struct IdentityTests {
    private static let topologies = [
        "sources: {a: {to: q, rate: 90/s}}\nhandlers: {h: {from: q, workers: 2, steps: [think: exponential(20ms)]}}",
        """
        sources: {a: {to: q, rate: 90/s, keys: "zipf(9, 1)", poison: 3%}}
        stores: {s: {}}
        strategy: optimistic
        handlers:
          h:
            from: q
            workers: unlimited
            steps: [load: s, think: exponential(20ms), fail: 10%, change: 1, store: s]
            retry: [{inline: 2, cooldown: 5ms}, {schedule: [50ms, 90ms]}, {requeue: 2}, discard]
        """,
        """
        sources: {a: {to: q, rate: 90/s, keys: uniform(30)}}
        queues: {q: {partitions: 5, capacity: 9}}
        handlers: {h: {from: q, nodes: 3, order: partition, steps: [think: exponential(30ms)]}}
        """,
        """
        sources: {a: {to: q, rate: 20/s, duplicates: {probability: 30%, after: 40ms}}}
        queues: {q: {visibility: 30ms, maxDeliveries: 4, lateAcks: taken}}
        handlers: {h: {from: q, workers: 3, order: key, steps: [think: exponential(20ms)]}}
        """,
        """
        sources: {a: {to: q, rate: 60/s, keys: uniform(4)}}
        stores: {s: {latency: 1ms}}
        strategy: lock
        strategies: {lock: {ttl: 40ms, fencing: load}}
        handlers:
          h:
            from: q
            workers: 4
            redelivery: 20ms
            steps: [load: s, think: exponential(20ms), change: 1, store: s]
        faults: [{kill: h, every: exponential(100ms), lasting: 50ms}]
        """,
        // Who dies while it waits to try again has failed already; with positions, too.
        """
        sources: {a: {to: q, rate: 60/s, keys: uniform(4)}}
        handlers:
          h:
            from: q
            workers: 4
            steps: [think: exponential(20ms), fail: 50%]
            retry: [{inline: 9, cooldown: 20ms}, discard]
        faults: [{kill: h, every: exponential(100ms), lasting: 50ms}]
        """,
        """
        sources: {a: {to: q, rate: 60/s, keys: uniform(4)}}
        queues: {q: {partitions: 4}}
        handlers:
          h:
            from: q
            nodes: 2
            workers: 2
            commit: before
            steps: [think: exponential(20ms), fail: 50%]
            retry: [{inline: 9, cooldown: 20ms}, discard]
        faults: [{kill: h, every: exponential(100ms), lasting: 50ms}]
        """,
    ]

    private func topology(_ index: Int) throws -> Topology {
        let text = Self.topologies[index] + "\nrun: {messages: 2000}\n"
        return try Topology(yaml: Array(text.utf8), file: "identity-\(index).yaml")
    }

    @Test(arguments: topologies.indices, Strategy.allCases)
    func `time in the system adds up, and so do attempts and messages`(
        index: Int, strategy: Strategy
    ) throws {
        let result = try topology(index).run(strategy, seed: "i")
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        let attempts = result.total(\.attempts)
        let ended =
            result.total(\.commits) + result.total(\.conflicts) + result.total(\.timeouts)
            + result.total(\.faults) + result.total(\.lateAcks) + result.total(\.killed)
            + result.total(\.stray)
        #expect(attempts == ended)
        let done =
            result.total(\.done) + result.total(\.deadLetters) + result.total(\.discarded)
            + result.total(\.refused) + result.total(\.lost)
        #expect(result.total(\.messages) + result.total(\.copies) == done)
        #expect(result.total(\.messages) == 2000)
        for store in result.stores where strategy != .naive {
            #expect(store.initial + store.accepted - store.final == store.lost || store.lost == 0)
        }
    }

    @Test func `memory follows what is in flight`() throws {
        let text = Self.topologies[0] + "\nrun: {messages: 20000}\n"
        let long = try Topology(yaml: Array(text.utf8), file: "long.yaml").run(seed: "m")
        #expect(long.mostMessages < 200)
        #expect(long.mostProcesses < 10)
    }
}
