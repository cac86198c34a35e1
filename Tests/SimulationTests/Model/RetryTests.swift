import Configuration
import Testing

@testable import Simulation

/// What comes after a failure: delays and their jitter, listeners that pause, circuits that open.
@Suite struct RetryTests {
    private func run(
        _ handler: String, source: String = "arrivals: together, messages: 2000"
    ) throws -> (result: RunResult, trace: [TraceEntry]) {
        let yaml = """
            sources: {in: {to: jobs, \(source)}}
            handlers: {do: {from: jobs, \(handler)}}
            run: {warmUp: 0}
            """
        var trace: [TraceEntry] = []
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run { trace.append($0) }
        return (result, trace)
    }

    /// The delays behind each failure of a message that always fails, in milliseconds.
    private func delays(_ retry: String) throws -> [[Double]] {
        let (_, trace) = try run(
            "workers: unlimited, steps: [fail: 100%], retry: [{\(retry)}]")
        // Every message fails as often: the number of delays is that of failures.
        var delays: [[Double]] = []
        for entry in trace where entry.what == .retry || entry.what == .schedule {
            let index = Int(entry.attempt)
            while delays.count <= index { delays.append([Double](repeating: -1, count: 2000)) }
            delays[index][Int(entry.message)] = Double(entry.value) / 1e6
        }
        return delays
    }

    @Test(arguments: [
        ("retry: [requeue: forever]", ""), ("retry: [requeue: 9]", ""),
        ("retry: [{schedule: 1s, forever: true}]", ""),
        ("retry: [{schedule: 1s, forever: true, keepsTurn: true}], order: key", ""),
        ("retry: [{pause: 10ms, forever: true}]", ""),
        ("retry: [requeue: forever], prefetch: 4, order: key, admission: brokerBlocksKey", ""),
        ("retry: [requeue: forever]", ", deadLetterQueue: dead"),
    ])
    func `however a message comes back, its deliveries are counted`(
        handler: String, rest: String
    ) throws {
        let yaml = """
            sources: {in: {to: jobs, rate: 20/s, keys: uniform(50)}}
            queues: {jobs: {maxDeliveries: 3\(rest)}\(rest.isEmpty ? "" : ", dead: {}")}
            handlers: {do: {from: jobs, workers: 4, steps: [think: 10ms, fail: 40%], \(handler)}}
            run: {warmUp: 0, messages: 6000}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(result.mostAttempts == 3 && result.leftOver == 0)
        let (dead, share) = (Double(result.total(\.deadLetters)) / 6000, 0.4 * 0.4 * 0.4)
        #expect(abs(dead - share) < 4 * (share * (1 - share) / 6000).squareRoot(), "\(dead)")
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    @Test(arguments: [
        ("none", 1.0, 1.0, 1.0), ("full", 0.0, 1.0, 0.5), ("equal", 0.5, 1.0, 0.75),
    ])
    func `a backoff doubles up to its cap, and its jitter spreads it`(
        jitter: String, low: Double, high: Double, middle: Double
    ) throws {
        let all = try delays(
            "inline: 5, backoff: {base: 100ms, cap: 500ms, jitter: \(jitter)}")
        let times: [Double] = [100, 200, 400, 500, 500]
        #expect(all.count == 5)
        for (delays, time) in zip(all, times) {
            #expect(delays.allSatisfy { $0 >= time * low && $0 <= time * high })
            #expect(abs(mean(delays) - time * middle) < time * 0.025)
        }
    }

    /// Brooker's recursion: uniform from the base to three times the last delay.
    @Test func `decorrelated delays follow from each other`() throws {
        let all = try delays(
            "schedule: 4, backoff: {base: 100ms, cap: 1s, jitter: decorrelated}")
        let strays = (0..<2000).filter { message in
            var last = 100.0
            return !all.allSatisfy { delays in
                defer { last = delays[message] }
                return delays[message] >= 100 && delays[message] <= min(1000, last * 3)
            }
        }
        #expect(strays.isEmpty)
        // Uniform over 100 to 300; then the mean of (100 + 3 x) / 2.
        #expect(abs(mean(all[0]) - 200) < 5)
        #expect(abs(mean(all[1]) - 350) < 10)
    }

    @Test func `a list of delays has its jitter too`() throws {
        let all = try delays("schedule: [100ms, 1s], jitter: full")
        #expect(abs(mean(all[0]) - 50) < 3 && abs(mean(all[1]) - 500) < 25)
    }

    @Test func `a listener that pauses takes nothing, and then the message again`() throws {
        let (result, trace) = try run(
            """
            workers: 2, steps: [{think: 10ms}, {fail: 100%}],
            retry: [{pause: 5s}, {pause: 5s}, deadLetter]
            """,
            source: "arrivals: constant, rate: 1/s, messages: 3")
        let begins = trace.filter { $0.what == .begin }.map { $0.timeNs / 1_000_000 }
        // The first comes at 1.00 and fails; all three wait until 6.01 and two of them pause it again.
        #expect(begins.prefix(3) == [1000, 6010, 6010])
        #expect(begins.dropFirst(3).allSatisfy { $0 >= 11_020 })
        #expect(result.total(\.deadByFault) == 3)
    }

    @Test func `two nodes pause each for itself`() throws {
        let (_, trace) = try run(
            "nodes: 2, steps: [{think: 10ms}, {fail: 100%}], retry: [{pause: 60s}, deadLetter]",
            source: "arrivals: constant, rate: 1/s, messages: 2")
        let begins = trace.filter { $0.what == .begin }.map { $0.timeNs / 1_000_000 }
        #expect(begins.prefix(2) == [1000, 1010])
    }

    /// 100 messages a second fail; 5 failures open the circuit, and every probe fails.
    @Test func `a circuit opens after so many failures, and a probe at a time tries again`() throws
    {
        let (result, trace) = try run(
            """
            workers: 4, steps: [{think: 1ms}, {fail: 100%}], retry: [deadLetter],
            circuitBreaker: {failures: 5, within: 10s, open: 2s}
            """,
            source: "arrivals: constant, rate: 100/s, messages: 300")
        let opened = trace.filter { $0.what == .open }.map { $0.timeNs / 1_000_000 }
        #expect(opened.prefix(3) == [51, 2052, 4053])
        #expect(trace.count { $0.what == .begin && $0.timeNs <= 2_000_000_000 } == 5)
        #expect(result.total(\.circuitOpenings) == opened.count)
        #expect(trace.count { $0.what == .close } == 0)
        #expect(result.total(\.deadLetters) == 300)
    }

    @Test func `good probes close the circuit`() throws {
        // The service fails for the first three seconds, being out of reach.
        let yaml = """
            sources: {in: {to: jobs, arrivals: constant, rate: 100/s, messages: 600}}
            stores: {s: {latency: 1ms, timeout: 5ms}}
            handlers:
              do:
                from: jobs
                workers: 4
                steps: [load: s]
                retry: [discard]
                circuitBreaker: {share: 50%, of: 10, within: 10s, open: 2s, probes: 3}
            faults: [{cut: do, from: stores, at: 0, lasting: 3s}]
            run: {warmUp: 0}
            """
        var trace: [TraceEntry] = []
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run { trace.append($0) }
        let turns = trace.filter { [.open, .halfOpen, .close].contains($0.what) }.map(\.what)
        #expect(turns == [.open, .halfOpen, .open, .halfOpen, .close])
        // Ten attempts opened it, and one probe; what was in hand then failed too.
        #expect((11...18).contains(result.total(\.timeouts)))
        #expect(result.total(\.commits) == 600 - result.total(\.timeouts))
        #expect(result.leftOver == 0)
    }

    @Test func `failures that the circuit does not count leave it closed`() throws {
        let (result, _) = try run(
            """
            workers: 4, steps: [{think: 1ms}, {fail: 100%}], retry: [deadLetter],
            circuitBreaker: {failures: 5, on: [timeout, conflict]}
            """)
        #expect(result.total(\.circuitOpenings) == 0)
    }

    @Test func `a probe that dies lets another try`() throws {
        let (result, _) = try run(
            """
            workers: 3, steps: [{think: 50ms}, {fail: 100%}], retry: [deadLetter],
            circuitBreaker: {failures: 2, open: 1s}
            """, source: "arrivals: constant, rate: 10/s, messages: 40")
        #expect(result.leftOver == 0)
        let yaml = """
            sources: {in: {to: jobs, arrivals: constant, rate: 10/s, messages: 40}}
            handlers:
              do:
                from: jobs
                workers: 3
                steps: [{think: 50ms}, {fail: 100%}]
                retry: [deadLetter]
                circuitBreaker: {failures: 2, open: 1s}
            faults: [{kill: do, every: 333ms, lasting: 10s, until: 20s}]
            """
        #expect(try Topology(yaml: Array(yaml.utf8), file: "t").run().leftOver == 0)
    }

    @Test func `poison and conflicts end apart`() throws {
        let yaml = """
            sources: {in: {to: jobs, rate: 100/s, messages: 3000, poison: 5%}}
            stores: {s: {}}
            handlers:
              do:
                from: jobs
                workers: 8
                steps: [load: s, think: exponential(20ms), fail: 0, change: 1, store: s]
                retry: [{inline: 1}]
            strategy: optimistic
            run: {warmUp: 0}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(abs(result.total(\.deadByPoison) - 150) < 40)
        #expect(result.total(\.deadByConflict) > 100)
        #expect(result.total(\.deadByFault) == 0)
    }

    @Test(arguments: [
        // A delivery before it acknowledges late what waits to be tried again, or what a death left.
        """
        queues: {q: {visibility: 50ms, lateAcks: taken}}
        handlers:
          h: {from: q, workers: 6, order: key, steps: [think: exponential(40ms), fail: 30%],
            retry: [{schedule: 500ms, forever: true, keepsTurn: true}]}
        """,
        """
        queues: {q: {visibility: 50ms, lateAcks: taken}}
        handlers:
          h: {from: q, workers: 6, order: key, redelivery: 300ms, steps: [think: exponential(40ms)]}
        faults: [{kill: h, every: 50ms, lasting: 10ms, until: 10s}]
        """,
        // Who was to try it again dies, or its partition goes to another one.
        """
        queues: {q: {partitions: 4}}
        handlers:
          h: {from: q, nodes: 2, order: partition, commit: after, steps: [think: 2ms, fail: 20%],
            retry: [{schedule: 300ms, forever: true, keepsTurn: true}]}
        faults: [{kill: h, every: 500ms, lasting: 20ms, until: 5s}]
        """,
        """
        queues: {q: {partitions: 4}}
        handlers:
          h: {from: q, nodes: 2, workers: 3, order: slot(3), assignment: eager,
            group: {rebalance: 50ms}, steps: [think: 2ms, fail: 20%],
            retry: [{schedule: 300ms, forever: true, keepsTurn: true}]}
        faults: [{deploy: h, every: 500ms, lasting: 90ms, until: 5s}]
        """,
    ])
    func `a turn that is kept ends with its message`(_ text: String) throws {
        let yaml =
            text + """

                sources: {s: {to: q, rate: 20/s, keys: uniform(5)}}
                run: {messages: 300, warmUp: 0}
                """
        let result = try Topology(yaml: Array(yaml.utf8), file: "t").run()
        #expect(result.leftOver == 0)
        #expect(result.total(\.done) == 300 + result.total(\.copies))
        #expect(result.sojournOfAllNs == result.presentNs)
    }

    @Test(arguments: [
        ("retry: [{inline: 3, backoff: {base: 1s, cap: 10ms}}]", "is less than the base of 1s"),
        ("retry: [{inline: 3, backoff: {base: 1s}, cooldown: 1s}]", "exclude each other"),
        ("retry: [{inline: 3, backoff: {cap: 1s}}]", "base: is missing"),
        ("retry: [{inline: 3, backoff: {base: 1s, factor: 0.5}}]", "makes delays shorter"),
        ("retry: [{schedule: 1s, jitter: ful}]", "did you mean `full`"),
        ("retry: [{schedule: 1s, jitter: decorrelated}]", "follows from the one before"),
        ("retry: [{schedule: 5, backoff: {bas: 1s}}]", "did you mean `base`"),
        ("retry: [pause]", "pause: 30s"),
        ("circuitBreaker: {failures: 3, share: 5%}", "exclude each other"),
        ("circuitBreaker: {share: 0}", "is reached without a failure"),
        ("circuitBreaker: {on: [timeuot]}", "did you mean `timeout`"),
        ("workers: unlimited, circuitBreaker: {}", "cannot stop taking messages"),
        ("workers: unlimited, retry: [{pause: 1s}]", "cannot stop taking messages"),
    ])
    func `a policy that will not do is told why`(handler: String, words: String) throws {
        do {
            _ = try run("steps: [think: 1ms], \(handler)")
            Issue.record("\(handler) was read")
        } catch let error as ConfigurationError {
            #expect(error.problems.contains { $0.description.contains(words) }, "\(error.problems)")
        }
    }
}
