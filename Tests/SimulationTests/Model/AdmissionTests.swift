import Configuration
import Testing

@testable import Simulation

/// Messages held ahead of work, and where those wait whose turn has not come.
@Suite struct AdmissionTests {
    private static func run(
        _ handler: String, queue: String = "{}", source: String = "rate: 300/s", rest: String = "",
        steps: String = "[think: exponential(20ms), effect: e]"
    ) throws -> RunResult {
        let text = """
            sources: {a: {to: q, \(source)}}
            queues: {q: \(queue)}
            stores: {s: {}}
            handlers: {h: {from: q, \(handler), steps: \(steps)}}
            run: {messages: 4000, warmUp: 0, time: 10m}
            \(rest)
            """
        let result = try Topology(yaml: Array(text.utf8), file: "admission.yaml").run()
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        let ended =
            result.total(\.commits) + result.failuresAndLate + result.total(\.killed)
            + result.total(\.stray)
        #expect(result.total(\.attempts) == ended)
        let done =
            result.total(\.done) + result.total(\.deadLetters) + result.total(\.discarded)
        #expect(result.total(\.messages) + result.total(\.copies) == done)
        return result
    }

    @Test func `one message ahead of each worker is none: the same times as one queue`() throws {
        let pooled = try Self.run("workers: 8")
        let held = try Self.run("workers: 8, prefetch: {count: 1, by: worker}")
        #expect(pooled.sojourn.sum == held.sojourn.sum)
        let node = try Self.run("workers: 8, prefetch: 8")
        #expect(pooled.sojourn.sum == node.sojourn.sum)
    }

    @Test func `what is held ahead waits although others are free`() throws {
        let few = try Self.run("workers: 8, prefetch: {count: 1, by: worker}")
        let some = try Self.run("workers: 8, prefetch: {count: 4, by: worker}")
        let many = try Self.run("workers: 8, prefetch: {count: unlimited, by: worker}")
        #expect(few.sojourn.mean < some.sojourn.mean)
        #expect(some.sojourn.mean < many.sojourn.mean)
    }

    @Test func `locks run out while messages are held`() throws {
        func run(_ prefetch: Int, _ queue: String = "{visibility: 100ms}") throws -> RunResult {
            try Self.run("workers: 2, prefetch: \(prefetch)", queue: queue, source: "rate: 75/s")
        }
        let (held, none) = (try run(6), try run(2))
        #expect(held.total(\.lateAcks) > 3 * none.total(\.lateAcks))
        #expect(held.total(\.repeatedEffects) > 3 * none.total(\.repeatedEffects))
        let dead = try run(6, "{visibility: 100ms, maxDeliveries: 1}")
        #expect(dead.total(\.deadByDeliveries) > 40)
    }

    /// Dead after M deliveries is whoever is too late M times, P(S > v)^M, whether or not the message finds a
    /// worker again at once (row R9 of the oracles, with workers that are short).
    @Test
    func
        `an acknowledgement is too late as soon as the time is over, if nobody has the message again`()
        throws
    {
        let result = try Self.run(
            "workers: 2", queue: "{visibility: 20ms, maxDeliveries: 2}", source: "rate: 60/s",
            rest: "", steps: "[think: exponential(20ms), effect: e]")
        let (sent, dead) = (4000.0, Double(result.total(\.deadByDeliveries)))
        let share = 0.1353
        #expect(abs(dead / sent - share) < 4 * (share * (1 - share) / sent).squareRoot())
        #expect(result.total(\.lateAcks) > result.total(\.deadByDeliveries))
        let taken = try Self.run(
            "workers: 2", queue: "{visibility: 20ms, lateAcks: taken}", source: "rate: 60/s")
        #expect(taken.total(\.commits) == 4000 && taken.total(\.deadByDeliveries) == 0)
    }

    @Test func `a run in which every delivery comes too late ends, and says so`() throws {
        let text = """
            sources: {a: {to: q, rate: 100/s}}
            queues: {q: {visibility: 100ms}}
            handlers: {h: {from: q, prefetch: 64, workers: 2, steps: [think: 40ms]}}
            invariants: [allHandledOrDead]
            run: {messages: 400, warmUp: 0}
            """
        var topology = try Topology(yaml: Array(text.utf8), file: "admission.yaml")
        let result = topology.run()
        #expect(result.standsStill)
        #expect(result.leftOver > 300)
        #expect(result.total(\.lateStarts) > 1000)
        #expect(result.broken.first?.witness.contains("is over before the work") == true)
        // With a time of its own it goes on until then; with fewer messages in hand it keeps up.
        topology.run.time = .seconds(60)
        #expect(!topology.run().standsStill)
        topology.run.time = nil
        topology.handlers[0].prefetch = Prefetch(count: 2)
        topology.sources[0].arrivals = .constant(try #require(Rate(events: 40, seconds: 1)))
        #expect(topology.run().broken.isEmpty)
    }

    @Test func `an outage that ends is no standstill, however often messages come again`() throws {
        let text = """
            sources: {a: {to: q, rate: 100/s, keys: fresh}}
            queues: {q: {visibility: 10ms}}
            stores: {s: {}}
            handlers: {h: {from: q, workers: unlimited, steps: [load: s, change: 1, store: s]}}
            faults: [{cut: h, from: stores, at: 0s, lasting: 10s}]
            run: {messages: 40, warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "admission.yaml").run()
        #expect(result.total(\.deliveries) > 20_000)
        #expect(!result.standsStill)
        #expect(result.leftOver == 0)
    }

    @Test func `a worker that dies gives back what it held`() throws {
        for admission in ["", ", order: key, admission: brokerBlocksKey"] {
            let result = try Self.run(
                "workers: 8, prefetch: {count: 20, by: worker}, redelivery: 5ms\(admission)",
                source: "rate: 300/s, keys: uniform(100)",
                rest: "faults: [{kill: h, every: exponential(100ms), lasting: 50ms}]\n"
                    + (admission.isEmpty ? "" : "invariants: [fifoPerKey]"))
            #expect(result.total(\.killed) > 20)
            #expect(result.total(\.commits) == 4000)
            #expect(result.broken.isEmpty)
        }
    }

    @Test(arguments: ["", ", order: key, admission: brokerBlocksKey"])
    func `what a node holds that is cut off is delivered to others`(admission: String) throws {
        let result = try Self.run(
            "nodes: 2, workers: 1, prefetch: 10, redelivery: 2s\(admission)",
            source: "rate: 100/s, keys: uniform(100), messages: 300",
            rest: "faults: [{cut: h, from: broker, at: 2s, lasting: 60s}]",
            steps: "[think: 30ms]")
        // What waits for the end of the cut is what its worker cannot say that it is done with; and work in vain.
        #expect((result.histogram.quantile(1) ?? 0) < 12e9)
        #expect(result.total(\.lateStarts) > 0)
    }

    @Test(arguments: ["killNode: h", "cut: h, from: broker", "deploy: h"])
    func `a node that is away is given nothing, though its messages belong to it`(fault: String)
        throws
    {
        func run(_ rest: String) throws -> RunResult {
            try Self.run(
                "nodes: 2, workers: 2, order: slot(4), assignment: exclusive, admission: waitInSlot",
                queue: "{visibility: 200ms, maxDeliveries: 3}",
                source: "rate: 80/s, keys: uniform(20), messages: 400", rest: rest,
                steps: "[think: 1ms]")
        }
        let result = try run("faults: [{\(fault), at: 1s, lasting: 2s}]")
        #expect(result.total(\.commits) == 400)
        #expect(result.total(\.lateStarts) == 0)
        // What came while it was away waited, and nothing behind it did that belongs to the other node.
        let longest = (result.histogram.quantile(1) ?? 0) / 1e9
        #expect((1.8...2.1).contains(longest), "\(longest)")
        #expect((result.histogram.quantile(0.5) ?? 0) / 1e9 < 0.01)
    }

    private static let counter = "[load: s, think: exponential(20ms), change: 1, store: s]"

    @Test(arguments: [
        ("nodes: 1, workers: 8", "queuePerSlot", false),
        ("nodes: 1, workers: 8", "waitInSlot", false),
        ("nodes: 2, workers: 4", "queuePerSlot", true),
        ("nodes: 2, workers: 4", "waitInSlot", true),
        ("nodes: 2, workers: 4", "brokerBlocksKey", false),
        ("nodes: 2, workers: 4", "shared", false),
    ])
    func `slots of nodes keep order within the node alone`(
        nodes: String, admission: String, breaks: Bool
    ) throws {
        for faults in ["", "\nfaults: [{kill: h, every: exponential(300ms), lasting: 50ms}]"] {
            let result = try Self.run(
                "\(nodes), order: slot(40), redelivery: 30ms, admission: \(admission)",
                source: "rate: 200/s, keys: uniform(20)",
                rest: "invariants: [noLostUpdate]" + faults, steps: Self.counter)
            #expect(result.broken.isEmpty == !breaks, "\(result.broken)")
            #expect((result.slotWaitNs > 0) == (admission == "waitInSlot"))
        }
    }

    @Test func `a failed message blocks its key at the broker, and is overtaken in a slot's queue`()
        throws
    {
        func broken(_ admission: String, _ retry: String) throws -> [Invariant] {
            try Self.run(
                "workers: 4, order: key, retry: [\(retry)], admission: \(admission)",
                source: "rate: 60/s, keys: uniform(20)", rest: "invariants: [fifoPerKey]",
                steps: "[think: exponential(20ms), fail: 10%]"
            ).broken.map(\.invariant)
        }
        let pauses = "{pause: 20ms}, {pause: 20ms}, {pause: 20ms}, {pause: 20ms}"
        for retry in ["{schedule: 200ms, forever: true}", "{requeue: forever}", pauses] {
            #expect(try broken("brokerBlocksKey", retry).isEmpty)
            #expect(try broken("queuePerSlot", retry) == [.fifoPerKey])
        }
    }

    @Test(arguments: [Strategy.actor, .partitioned], ["2", "{count: 1, by: worker}"])
    func `a strategy that keeps turns keeps those of what is held ahead`(
        strategy: Strategy, prefetch: String
    ) throws {
        let text = """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 40}}
            stores: {a: {initial: 100}}
            handlers:
              h:
                from: q
                nodes: 2
                workers: 2
                prefetch: \(prefetch)
                steps: [{load: a}, {think: exponential(5ms)}, {change: -1}, {store: a}]
            strategy: \(strategy.rawValue)
            invariants: [noLostUpdate, fifoPerKey, allHandledOrDead]
            """
        let result = try Topology(yaml: Array(text.utf8), file: "held.yaml").run()
        #expect(result.broken.map(\.invariant).isEmpty)
    }

    @Test func `who holds messages ahead cannot keep an order in the queue`() {
        #expect(throws: ConfigurationError.self) {
            try Self.run("workers: 2, prefetch: 10, order: key")
        }
    }

    @Test func `deliveries counted by a process are forgotten with it`() throws {
        func dead(_ counter: String, _ handler: String) throws -> Int {
            try Self.run(
                "workers: 4\(handler)",
                queue: "{maxDeliveries: 2, deliveriesCountedBy: \(counter)}", source: "rate: 20/s",
                rest: "faults: [{kill: h, every: exponential(30ms), lasting: 1ms}]"
            ).total(\.deadByDeliveries)
        }
        for handler in ["", ", prefetch: 8"] {
            #expect(try dead("broker", handler) > 20)
            #expect(try dead("process", handler) == 0)
        }
    }
}

extension RunResult {
    fileprivate var failuresAndLate: Int {
        total(\.conflicts) + total(\.timeouts) + total(\.faults) + total(\.lateAcks)
    }
}
