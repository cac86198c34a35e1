import Dispatch
import Synchronization
import Testing

@testable import Simulation

@Suite struct DeterminismTests {
    private static func topology() throws -> Topology {
        try ShippedTopologyTests.read("everything")
    }

    /// All features in one topology, each strategy: fingerprints as they were when this was written.
    /// `scripts/same-runs` holds debug and release builds against each other.
    /// What is counted in a process' memory is counted for messages of a backlog, too (it was read from memory that
    /// nobody had written).
    @Test func `a backlog's deliveries are counted from none`() throws {
        let text = """
            sources: {s: {to: q, keys: one, arrivals: backlog}}
            queues: {q: {visibility: 31ms, maxDeliveries: 4, deliveriesCountedBy: process}}
            handlers:
              h:
                from: q
                order: key
                steps: [fail: 10%, think: 32ms, fail: 10%]
                retry: [{schedule: 10ms, forever: true, keepsTurn: true}]
            run: {messages: 50, time: 60s, warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "t.yaml").run()
        // Every delivery is too late, or fails: four of each message.
        #expect(result.total(\.deadByDeliveries) == 50)
        #expect(result.total(\.deliveries) == 200)
    }

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
