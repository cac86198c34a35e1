import Perturbation
import Records
import Testing

@testable import Simulation

/// The proxy's plan on the topics of a simulation.
@Suite struct PerturbTests {
    private static func topology(
        _ plan: String, queue: String = "partitions: 2, ", messages: Int = 2000
    ) throws -> Topology {
        let text = """
            sources: {a: {to: q, rate: 200/s, keys: uniform(20)}}
            queues: {q: {\(queue)perturb: \(plan)}}
            handlers: {h: {from: q, workers: 4, order: key, steps: [effect: e, think: 1ms]}}
            invariants: [fifoPerKey]
            run: {messages: \(messages), warmUp: 0}
            """
        return try Topology(yaml: Array(text.utf8), file: "perturb.yaml")
    }

    private static func run(_ plan: String, queue: String = "partitions: 2, ") throws -> RunResult {
        let result = try topology(plan, queue: queue).run()
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        #expect(
            result.total(\.messages) + result.total(\.copies)
                == result.total(\.done) + result.total(\.dropped))
        return result
    }

    @Test func `records are dropped, sent twice, moved and delayed`() throws {
        for queue in ["partitions: 2, ", ""] {
            let lossy = try Self.run("{rules: [{drop: 10%}]}", queue: queue)
            #expect((130...270).contains(lossy.total(\.dropped)))
            let double = try Self.run("{rules: [{duplicate: 10%}]}", queue: queue)
            #expect((130...270).contains(double.total(\.repeatedEffects)))
            let shuffled = try Self.run("{rules: [{order: shuffle}]}", queue: queue)
            #expect(shuffled.broken.map(\.invariant) == [.fifoPerKey])
            let perKey = try Self.run("{rules: [{order: perKey}]}", queue: queue)
            #expect(perKey.broken.isEmpty)
        }
    }

    @Test func `what a plan corrupts fails every attempt that can`() throws {
        let text = """
            sources: {a: {to: q, rate: 200/s, messages: 400}}
            queues: {q: {perturb: {rules: [{corrupt: {flip: 10%}}]}}}
            handlers: {h: {from: q, workers: 4, retry: [{inline: 1}, deadLetter], steps: [think: 1ms, fail: 0%]}}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "corrupt.yaml").run()
        #expect((20...70).contains(result.total(\.deadByPoison)))
    }

    @Test func `a delay holds up what is behind it, and windows cost their wait`() throws {
        let none = try Self.run("{window: {records: 1..1}, rules: []}")
        #expect(none.sojourn.mean < 2e6)
        let late = try Self.run(
            "{window: {records: 1..1}, rules: [{delay: {probability: 5%, time: 200ms}}]}")
        #expect(late.sojourn.mean > 50e6)
        let windows = try Self.run("{window: {records: 20..20}, rules: []}")
        // On average half of 20 records at 100 a second.
        #expect(abs(windows.sojourn.mean / 1e6 - 95) < 25)
    }

    /// The same function of plan, records and window starts that the proxy calls.
    @Test func `the decisions are the proxy's`() throws {
        let text =
            "{seed: s, window: {records: 10..10, maxWait: 10m}, rules: [{drop: 20%}, {order: shuffle}]}"
        var topology = try Self.topology(text, queue: "", messages: 400)
        topology.handlers[0].order = .none
        topology.handlers[0].workers = 1
        var arrived: [(number: Int64, key: Int32, ms: Int64)] = []
        var begun: [Int64] = []
        _ = topology.run { entry in
            if entry.what == .arrive {
                arrived.append((entry.message, entry.key, entry.timeNs / 1_000_000))
            }
            if entry.what == .begin { begun.append(entry.message) }
        }
        let source = TopicPartition("q", 0)
        var perturber = Perturber(
            plan: try Plan(yaml: Array(text.utf8), file: "plan"), source: source)
        var expected: [Int64] = []
        for start in stride(from: 0, to: 400, by: 10) {
            var block = RecordBlock(source: source)
            for index in start..<start + 10 {
                try block.append(
                    Record(
                        source: source, offset: Offset(index),
                        timestamp: Timestamp(.create, milliseconds: arrived[index].ms),
                        key: Array(String(arrived[index].key).utf8)))
            }
            var outcome = Outcome()
            perturber.perturb(block, start: Offset(start), into: &outcome)
            expected += outcome.deliveries.map { arrived[start + Int($0.slot)].number }
        }
        #expect(begun == expected)
        #expect(begun.count < 360)
    }

    @Test func `a plan without seed follows the run's, one with a seed does not`() throws {
        for (seed, isSame) in [("", false), ("seed: x, ", true)] {
            let topology = try Self.topology("{\(seed)rules: [{drop: 10%}]}")
            let dropped = ["1", "2", "3"].map { topology.run(seed: $0).total(\.dropped) }
            // Keys and so partitions differ; the numbers of records do not.
            let one = try Self.topology("{\(seed)rules: [{drop: 10%}]}", queue: "")
            let whole = Set(["1", "2", "3"].map { one.run(seed: $0).total(\.dropped) })
            #expect((whole.count == 1) == isSame)
            #expect(dropped.allSatisfy { $0 > 100 })
        }
    }
}
