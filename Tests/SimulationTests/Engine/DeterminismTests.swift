import Dispatch
import Synchronization
import Testing

@testable import Simulation

@Suite struct DeterminismTests {
    private static let yaml = """
        sources:
          buyers: {to: orders, rate: 100/s, keys: "zipf(50, 1.1)", poison: 1%}
          repeats:
            to: orders
            arrivals: batches
            rate: 5/s
            size: geometric(4)
            keys: hot(1 of 9, 50%)
            duplicates: {probability: 20%, after: exponential(50ms)}
        queues: {orders: {visibility: 200ms, maxDeliveries: 5}}
        stores: {stock: {initial: 500, latency: exponential(1ms)}}
        services: {gateway: {steps: [effect: charge, think: "lognormal(30ms, 2)"]}}
        handlers:
          reserve:
            from: orders
            nodes: 2
            workers: 3
            redelivery: 100ms
            steps:
              - load: stock
              - think: exponential(10ms)
              - check: {atLeast: 1}
              - change: -1
              - store: stock
              - fail: 2%
              - call: {service: gateway, timeout: 60ms, lostReplies: 2%}
              - publish: mails
            retry: {conflict: [{inline: 3, cooldown: uniform(1ms..9ms)}, requeue], other: [requeue]}
          mail: {from: mails, workers: unlimited, steps: [lookUp: sent, think: 5ms, note: sent]}
        strategies: {lock: {ttl: 50ms, fencing: load}, partitioned: {slots: 7}}
        faults:
          - {kill: reserve, every: exponential(1s), lasting: 300ms}
          - {pause: reserve, every: exponential(700ms), lasting: 100ms}
        invariants: [noOversell, noLostUpdate, mutualExclusion, exactlyOnceEffect, fifoPerKey]
        run: {messages: 600}
        """

    private static func topology() throws -> Topology {
        try Topology(yaml: Array(yaml.utf8), file: "all.yaml")
    }

    /// All features in one topology, each strategy: fingerprints as they were when this was written. They
    /// are the same in debug and release builds; CI runs both.
    @Test(arguments: Strategy.allCases)
    func `a run is the same for ever`(strategy: Strategy) throws {
        let result = try Self.topology().run(strategy, seed: "d")
        #expect("\(result.fingerprint)" == Vectors.fingerprints[strategy.rawValue])
    }

    @Test func `threads and their number change nothing`() throws {
        let topology = try Self.topology()
        let alone = (0..<8).map { topology.run(.lock, seed: "\($0)").fingerprint }
        let together = Mutex([Int: Fingerprint]())
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            let fingerprint = topology.run(.lock, seed: "\(index)").fingerprint
            together.withLock { $0[index] = fingerprint }
        }
        for index in 0..<8 { #expect(together.withLock { $0[index] } == alone[index]) }
        #expect(Set(alone).count == 8)
    }

    @Test func `a trace is the same whoever looks, and looking changes nothing`() throws {
        let topology = try Self.topology()
        var first: [TraceEntry] = []
        var second: [TraceEntry] = []
        let seen = topology.run(.optimistic, seed: "t") { first.append($0) }
        _ = topology.run(.optimistic, seed: "t") { second.append($0) }
        #expect(first == second)
        #expect(first.count > 3000)
        #expect(seen.fingerprint == topology.run(.optimistic, seed: "t").fingerprint)
    }

    /// A nondeterminism as it would slip in: a choice that follows a counter outside of the run.
    @Test func `a hidden state of the process shows in the fingerprint`() throws {
        let program = Program(try Self.topology(), strategy: .naive, seed: "h")
        func run() -> Fingerprint { program.run(Leaking()).result.fingerprint }
        #expect(run() != run())
    }

    private struct Leaking: Choosing {
        static var decidesOrder: Bool { true }

        mutating func choose(_ choice: Choice) -> Int32 {
            let count = hidden.wrappingAdd(1, ordering: .relaxed).newValue
            return count % 997 == 0 ? choice.arity - 1 : choice.value
        }
    }

    @Test func `another topology keeps the draws that both have`() throws {
        var changed = try Self.topology()
        changed.handlers[0].steps.append(.think(.constant(us: 7), drawn: .perAttempt))
        var first: [Int64] = []
        var second: [Int64] = []
        _ = try Self.topology().run(.naive, seed: "k") {
            if $0.what == .arrive && $0.message >> 40 == 0 { first.append($0.timeNs) }
        }
        _ = changed.run(.naive, seed: "k") {
            if $0.what == .arrive && $0.message >> 40 == 0 { second.append($0.timeNs) }
        }
        let count = min(first.count, second.count)
        #expect(count > 300)
        #expect(first.prefix(count).elementsEqual(second.prefix(count)))
    }
}

private let hidden = Atomic(0)
