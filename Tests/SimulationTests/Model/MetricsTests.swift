import Testing

@testable import Simulation

/// Figures held against what can be worked out by hand, or from the trace.
@Suite struct MetricsTests {
    private func run(
        _ text: String, _ strategy: Strategy = .naive, observer: ((TraceEntry) -> Void)? = nil
    ) throws -> RunResult {
        try Topology(yaml: Array(text.utf8), file: "m.yaml")
            .run(strategy, seed: "m", observer: observer)
    }

    /// 40 messages that wait together for one partition, 10 ms each.
    private func line(_ keys: String) -> String {
        """
        sources: {a: {to: q, arrivals: together, keys: \(keys), messages: 40}}
        queues: {q: {partitions: 1}}
        handlers: {h: {from: q, order: partition, steps: [think: 10ms]}}
        run: {warmUp: 0%}
        """
    }

    @Test(arguments: ["one", "uniform(2)", "uniform(7)"])
    func `waiting in line is split by the key in front`(keys: String) throws {
        var order: [Int32] = []
        let result = try run(line(keys)) { if $0.what == .begin { order.append($0.key) } }
        var (own, other) = (0, 0)
        for (place, key) in order.enumerated() {
            let same = order[..<place].count { $0 == key }
            own += same
            other += place - same
        }
        #expect(order.count == 40)
        #expect(result.ownKeyWait.count == 39)
        #expect(result.ownKeyWait.sum == Int128(own) * 10_000_000)
        #expect(result.otherKeyWait.sum == Int128(other) * 10_000_000)
        // 0 + 1 + ... + 39 of 40 places, each a fortieth of the time.
        #expect(abs(result.meanInLine - 19.5) < 1e-9)
    }

    @Test func `one key on four nodes keeps one of them busy`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, keys: one, messages: 40}}
            queues: {q: {partitions: 4}}
            handlers: {h: {from: q, nodes: 4, order: partition, steps: [think: 10ms]}}
            run: {warmUp: 0%}
            """)
        #expect(abs(result.imbalance - 4) < 1e-9)
        // Loads of 1, 0, 0, 0: a mean of 1/4, a deviation of sqrt(3)/4.
        #expect(abs(result.loadVariation - 3.0.squareRoot()) < 1e-9)
        #expect(abs(result.utilisation - 0.25) < 1e-9)
    }

    @Test func `two workers behind one lock spend half their time in line`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: backlog}}
            handlers:
              h: {from: q, workers: 2, steps: [acquire: gate, think: 10ms, release: gate]}
            run: {messages: 400, warmUp: 0%}
            """)
        #expect(abs(result.blockedShare - 0.5) < 0.01)
    }

    @Test func `recovery lasts from the crash to the end of the message`() throws {
        var crashed: [Int64: Int64] = [:]
        var times: [Int64] = []
        let result = try run(
            """
            sources: {a: {to: q, rate: 50/s}}
            handlers: {h: {from: q, workers: 3, redelivery: 70ms, steps: [think: 20ms]}}
            faults: [{kill: h, every: 90ms, lasting: 10ms}]
            run: {messages: 300, warmUp: 0%}
            """
        ) { entry in
            if entry.what == .kill && entry.message >= 0 && crashed[entry.message] == nil {
                crashed[entry.message] = entry.timeNs
            }
            if entry.what == .commit, let time = crashed[entry.message] {
                times.append(entry.timeNs - time)
            }
        }
        #expect(times.count > 20)
        #expect(result.recovery.count == times.count)
        #expect(result.recovery.sum == times.reduce(Int128(0)) { $0 + Int128($1) })
        #expect(result.recovery.greatest == times.max())
        #expect(times.allSatisfy { $0 >= 90_000_000 })
    }

    @Test func `dead letters are split, retries and attempts counted`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 300/s, poison: 5%}}
            stores: {s: {}}
            handlers:
              h:
                from: q
                workers: 8
                steps: [load: s, think: 20ms, fail: 0%, change: 1, store: s]
                retry: {conflict: [{inline: 1}, deadLetter], other: [{inline: 2}, deadLetter]}
            run: {messages: 1000, warmUp: 0%}
            """, .optimistic)
        let counts = result.measured
        #expect(counts.deadByConflict > 50 && counts.deadByPoison > 20)
        func value(_ figure: Figure) -> Double { figure.value(result) ?? .nan }
        #expect(value(.deadByConflictShare) == Double(counts.deadByConflict) / 1000)
        #expect(value(.poisonShare) == Double(counts.deadByPoison) / 1000)
        #expect(abs(value(.retriesPerCommit) + 1 - value(.attemptsPerCommit)) < 1e-12)
        #expect(value(.mostAttempts) == Double(result.mostAttempts))
        #expect(abs(value(.attemptRate) / value(.goodput) - value(.attemptsPerCommit)) < 1e-9)
    }

    @Test func `MSER-5 cuts the front that is not like the rest`() {
        // 100 values that fall to a level, then 400 about it, in a fixed zigzag.
        let values = (0..<500).map { index in
            let level = index < 100 ? Double(100 - index) / 5 : 0
            return 10 + level + (index * 37 % 11 < 5 ? 0.5 : -0.5)
        }
        let cut = MSER.cut(values) ?? -1
        #expect((75...100).contains(cut), "\(cut)")
        // By hand over all points: the least of sum of squares over the square of their number.
        let means = (0..<100).map { values[$0 * 5..<$0 * 5 + 5].reduce(0, +) / 5 }
        let statistics = (0...96).map { point -> Double in
            let rest = means[point...]
            let mean = rest.reduce(0, +) / Double(rest.count)
            let squares = rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return squares / Double(rest.count * rest.count)
        }
        let least = statistics.indices.min { statistics[$0] < statistics[$1] } ?? -1
        #expect(abs(cut - least * 5) <= 5)
        // Nothing settles where it only ever rises, and too few values say nothing.
        #expect(MSER.cut((0..<500).map { Double($0 * $0) }) == nil)
        #expect(MSER.cut([1, 2, 3]) == nil)
    }

    @Test func `a run that begins with a backlog is measured from where it has settled`() throws {
        let text = """
            sources:
              first: {to: q, arrivals: together, messages: 60, keys: fresh}
              a: {to: q, rate: 20/s, keys: fresh, messages: 2000}
            handlers: {h: {from: q, workers: 2, steps: [think: exponential(50ms)]}}
            run: {warmUp: mser5}
            """
        let result = try run(text)
        guard case .settled(let messages) = result.cut else {
            Issue.record("not settled: \(result.cut)")
            return
        }
        #expect(messages > 60 && messages < 600)
        #expect(result.warmUp.messages == messages)
        let whole = try run(text.replacing("mser5", with: "0%"))
        #expect(result.sojourn.mean < whole.sojourn.mean)
        #expect(result.fingerprint == whole.fingerprint)
    }
}
