import Testing

@testable import Simulation

/// Queues that dead letters go to: somebody reads them, or they are moved back.
@Suite struct DeadLetterTests {
    private static func topology(
        _ queues: String, handler: String = "workers: unlimited, steps: [think: 10ms, fail: 50%]",
        source: String = "rate: 100/s, keys: uniform(50)", rest: String = "", messages: Int = 4000
    ) throws -> Topology {
        let text = """
            sources: {a: {to: q, \(source)}}
            queues: {\(queues)}
            handlers:
              h: {from: q, retry: [deadLetter], \(handler)}
            \(rest)
            run: {messages: \(messages), warmUp: 0}
            """
        return try Topology(yaml: Array(text.utf8), file: "dead-letters.yaml")
    }

    private static func run(_ topology: Topology) -> RunResult {
        let result = topology.run()
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        let done =
            result.total(\.done) + result.total(\.deadLetters) + result.total(\.discarded)
        #expect(result.total(\.messages) + result.total(\.copies) == done)
        return result
    }

    private func near(_ value: Int, _ expected: Double, _ allowed: Double) -> Bool {
        abs(Double(value) - expected) < allowed
    }

    @Test func `what nobody reads and nobody moves back is a dead letter, as without the queue`()
        throws
    {
        let gone = Self.run(try Self.topology("q: {}"))
        let kept = Self.run(try Self.topology("q: {deadLetterQueue: d}, d: {}"))
        #expect(kept.measured.deadLetters == gone.measured.deadLetters)
        #expect(kept.measured.deadLettered == kept.measured.deadLetters)
        #expect(kept.sojourn == gone.sojourn)
    }

    @Test func `a handler reads dead letters as any other queue`() throws {
        let reader = """
              d: {from: d, workers: 3, steps: [think: 2ms, effect: told]}
            """
        let topology = try Self.topology("q: {deadLetterQueue: d}", rest: reader)
        let result = Self.run(topology)
        #expect(near(result.measured.deadLettered, 2000, 130))
        #expect(result.measured.effects == result.measured.deadLettered)
        #expect(result.measured.deadLetters == 0)
        #expect(result.measured.done == 4000)
    }

    /// The same sums as row R8: W = n S + (n - 1) d with n attempts a message.
    @Test func `what is moved back after a time is a delayed redelivery`() throws {
        let result = Self.run(
            try Self.topology(
                "q: {deadLetterQueue: d}, d: {redrive: {after: 1s, times: 2}}", messages: 20_000))
        let counts = result.measured
        #expect(near(counts.attempts, 35_000, 400))
        #expect(near(counts.redriven, 15_000, 400))
        #expect(near(counts.deadLetters, 2500, 170))
        #expect(counts.deadLettered == counts.redriven + counts.deadLetters)
        // A message of dead letters ends at its last failure.
        let expected = 1.75 * 10e6 + 0.75 * 1e9
        #expect(abs(result.sojourn.mean - expected) < 0.03 * expected)
    }

    @Test(arguments: [
        "{at: 20s, rate: 10/s}", "{at: [20s, 40s]}", "{every: 20s}", "{every: 20s, times: 3}",
    ])
    func `a redrive moves what lies there, at its times and its pace`(redrive: String) throws {
        let topology = try Self.topology(
            "q: {deadLetterQueue: d}, d: {redrive: \(redrive)}",
            source: "arrivals: together, poison: 10%", messages: 100)
        var times: [Int64] = []
        let result = topology.run { entry in
            if entry.what == .redrive { times.append(entry.timeNs) }
        }
        #expect(result.leftOver == 0)
        #expect(times.count == result.measured.redriven)
        let second: Int64 = 1_000_000_000
        switch redrive {
        case "{at: 20s, rate: 10/s}":
            let first = (0..<Int64(times.count)).map { 20 * second + $0 * second / 10 }
            #expect(times == first)
        case "{at: [20s, 40s]}": #expect(Set(times) == [20 * second, 40 * second])
        case "{every: 20s}": #expect(Set(times) == [20 * second])
        default: #expect(Set(times) == [20 * second, 40 * second, 60 * second])
        }
        #expect(result.measured.deadByPoison > 3)
    }

    /// Whatever brought a message there, and whoever else still knew it.
    @Test(arguments: [
        ("q: {deadLetterQueue: d, visibility: 15ms, maxDeliveries: 2}", "workers: 4, order: key"),
        (
            "q: {deadLetterQueue: d, visibility: 15ms, maxDeliveries: 2}",
            "workers: 4, prefetch: 8, order: key, admission: brokerBlocksKey"
        ),
        ("q: {deadLetterQueue: d, partitions: 6}", "nodes: 2, order: partition, commit: after"),
        (
            "q: {deadLetterQueue: d, partitions: 6}",
            "nodes: 2, workers: 3, order: slot(9), admission: waitInSlot, commit: {every: 200ms}"
        ),
        (
            "q: {deadLetterQueue: d, partitions: 6}",
            "nodes: 3, order: partition, assignment: cooperative"
        ),
    ])
    func `messages and time add up on every way there`(queue: String, handler: String) throws {
        let steps = "steps: [think: exponential(8ms), fail: 30%, effect: e]"
        for faults in ["", "faults: [{killNode: h, every: exponential(2s), lasting: 300ms}]"] {
            let topology = try Self.topology(
                "\(queue), d: {redrive: {every: 1s, times: 2}}", handler: "\(handler), \(steps)",
                rest: faults, messages: 1500)
            let result = Self.run(topology)
            #expect(result.measured.redriven > 100)
            #expect(result.fingerprint == topology.run().fingerprint)
        }
    }

    @Test func `what is moved back comes after later messages of its key`() throws {
        let topology = try Self.topology(
            "q: {deadLetterQueue: d}, d: {redrive: {after: 1s}}",
            handler: "workers: 8, order: key, steps: [think: 1ms, fail: 20%]",
            rest: "invariants: [fifoPerKey]")
        let result = Self.run(topology)
        #expect(result.measured.inversions > 100)
        #expect(result.broken.map(\.invariant) == [.fifoPerKey])
    }

    @Test func `what lies there at the end of the time is not left over`() throws {
        var topology = try Self.topology(
            "q: {deadLetterQueue: d}, d: {redrive: {at: 1h}}",
            rest: "invariants: [allHandledOrDead]")
        topology.run.time = .seconds(600)
        let result = topology.run()
        #expect(result.parked > 1000)
        #expect(result.leftOver == result.parked)
        #expect(result.broken.isEmpty)
    }

    // MARK: Delays

    @Test func `a queue with a delay gives a message out that much later`() throws {
        let delayed = try Self.topology(
            "q: {delay: 5s}", handler: "workers: unlimited, steps: [think: 10ms]",
            source: "rate: 100/s, duplicates: {probability: 10%, after: 1s}")
        let result = Self.run(delayed)
        #expect(result.sojourn.mean == 5.01e9)
        #expect(result.measured.copies > 300)
        let drawn = try Self.topology(
            "q: {delay: exponential(2s)}", handler: "workers: unlimited, steps: [think: 10ms]",
            messages: 20_000)
        #expect(abs(Self.run(drawn).sojourn.mean / 1e9 - 2.01) < 0.06)
    }

    @Test func `a delay is of arrivals, and of what is moved back, not of retries`() throws {
        let topology = try Self.topology(
            "q: {delay: 5s, deadLetterQueue: d}, d: {redrive: {after: 1s}}",
            handler: "workers: unlimited, steps: [think: 10ms, fail: 100%]", messages: 10)
        let result = Self.run(topology)
        #expect(result.sojourn.mean == 5.01e9 + 1e9 + 5.01e9)
        var retried = topology
        retried.queues[0].deadLetterQueue = nil
        retried.handlers[0].retry.fault = RetryPolicy(actions: [.requeue])
        #expect(Self.run(retried).sojourn.mean == 5.02e9)
    }
}
