import Testing

@testable import Simulation

/// What counts of a run that ends in the middle of work, and figures at their edges.
@Suite struct EndOfRunTests {
    private func run(_ text: String, _ strategy: Strategy = .naive) throws -> RunResult {
        try Topology(yaml: Array(text.utf8), file: "e.yaml").run(strategy, seed: "e")
    }

    // MARK: The warm-up is a share of what comes

    @Test(arguments: [
        "rate: 0.00003/h", "rate: 0.0000000001/s",
        "arrivals: bursty, rate: 0.00003/h, on: 100000h, off: 100000h",
    ])
    func `a source that is slower than time itself ends the run`(source: String) throws {
        let text = """
            sources: {s: {to: q, \(source)}}
            handlers: {h: {from: q, steps: [think: 5ms]}}
            run: {messages: 100}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "slow.yaml").run()
        #expect(result.standstill == .timeIsOver)
    }

    @Test(arguments: [
        // 10 s at 50/s of 100,000; 300 of 100,000; a number that comes long before the time is over.
        ("rate: 50/s", "messages: 100000, time: 10s", 400...500),
        ("rate: 50/s, messages: 300", "messages: 100000", 270...270),
        ("rate: 50/s", "messages: 200, time: 1h", 180...180),
        ("rate: 50/s", "time: 10s", 400...500),
        ("arrivals: backlog", "messages: 100000, time: 10s", 800...1000),
    ])
    func `the warm-up is a share of the messages that come`(
        source: String, run: String, measured: ClosedRange<Int>
    ) throws {
        let result = try self.run(
            """
            sources: {a: {to: q, \(source)}}
            handlers: {h: {from: q, steps: [think: 10ms]}}
            run: {\(run)}
            """)
        #expect(measured.contains(result.measured.messages), "\(result.measured.messages)")
        #expect(result.goodput > 0)
    }

    @Test(arguments: ["messages: 300", "messages: 300, time: 1h"])
    func `a run whose messages are done before its time ends with them`(_ run: String) throws {
        let result = try self.run(
            """
            sources: {a: {to: q, rate: 100/s, arrivals: constant}}
            handlers: {h: {from: q, steps: [think: 1ms]}}
            faults: [{kill: h, every: 1s, lasting: 10ms}]
            run: {warmUp: 0%, \(run)}
            """)
        #expect((2_900_000_000...3_100_000_000).contains(result.endNs), "\(result.endNs)")
        #expect((96.0...103).contains(result.goodput), "\(result.goodput)")
    }

    // MARK: Timers that would go on for ever

    @Test(arguments: [
        // Whoever dies has a lock that nobody gives back.
        """
        sources: {a: {to: q, rate: 50/s, keys: uniform(5)}}
        queues: {q: {partitions: 4}}
        strategy: lock
        strategies: {lock: {ttl: none}}
        stores: {s: {latency: 1ms}}
        handlers:
          h: {from: q, nodes: 2, workers: 4, commit: {every: 1s},
            steps: [load: s, think: 50ms, change: 1, store: s]}
        faults: [{killNode: h, at: [500ms, 900ms], lasting: 1s}]
        """,
        // Two handlers take two locks in two orders.
        """
        sources: {a: {to: q, rate: 50/s}, b: {to: r, rate: 50/s}}
        handlers:
          h: {from: q, workers: 4, steps: [acquire: {lock: x, ttl: 5s, renewal: 1s}, think: 20ms,
            acquire: {lock: y, ttl: 5s, renewal: 1s}, think: 5ms]}
          i: {from: r, workers: 4, steps: [acquire: {lock: y, ttl: 5s, renewal: 1s}, think: 20ms,
            acquire: {lock: x, ttl: 5s, renewal: 1s}, think: 5ms]}
        """,
    ])
    func `a run in which nothing but commits and renewals is left ends, and says so`(
        _ text: String
    ) throws {
        let rest = "\nrun: {warmUp: 0, messages: 100}\ninvariants: [allHandledOrDead]"
        let result = try run(text + rest, text.contains("strategy: lock") ? .lock : .naive)
        #expect(result.standstill == .nothingWillCome)
        #expect(result.broken.map(\.invariant) == [.allHandledOrDead])
        // As of the first of them, not of the one at which it was seen.
        #expect(result.endNs < 10_000_000_000)
        #expect(result.sojournOfAllNs == result.presentNs)
    }

    @Test func `long work under a lease that is renewed is no standstill`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 3}}
            handlers: {h: {from: q, workers: 2, steps: [acquire: {lock: x, ttl: 2s, renewal: 1s}, think: 10h]}}
            run: {warmUp: 0%}
            """)
        #expect(!result.standsStill)
        #expect(result.total(\.commits) == 3)
        #expect(result.endNs == 30 * 3_600_000_000_000)
    }

    // MARK: Work in hand

    @Test func `work in hand at the end is work`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 3}}
            handlers: {h: {from: q, workers: 2, steps: [think: 40m]}}
            run: {warmUp: 0%, time: 1h}
            """)
        #expect(abs(result.utilisation - 5.0 / 6) < 1e-9)
        #expect(result.wastedNs == 0 && result.undecidedNs == 20 * 60_000_000_000)
        #expect(abs(result.imbalance - 60.0 / 50) < 1e-9)
        #expect(result.unended == 1 && result.oldestNs == 60 * 60_000_000_000)
        #expect(result.leftOver == 1 && abs(result.leftOverShare - 1.0 / 3) < 1e-9)
        #expect(result.mostAttempts == 1)
    }

    @Test func `workers that stand in line for each other are held`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 2}, b: {to: r, arrivals: together, messages: 1}}
            handlers:
              h: {from: q, workers: 2, steps: [acquire: x, think: 9s, release: x]}
              other: {from: r, steps: [acquire: x, think: 100s, release: x]}
            run: {warmUp: 0%, time: 10s}
            """)
        // 30 s of three workers: one thinks for 9 s, the second has it for 1 s and waits for 9, the third waits.
        #expect(abs(result.utilisation - 29.0 / 30) < 1e-9, "\(result.utilisation)")
        #expect(result.blockedNs == 19_000_000_000)
        #expect(result.wastedNs == 0)
    }

    @Test func `lines at the end are counted up to it`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 4}}
            queues: {q: {partitions: 1}}
            handlers: {h: {from: q, order: partition, steps: [think: 1h]}}
            run: {warmUp: 0%, time: 30m}
            """)
        #expect(abs(result.meanInLine - 3) < 1e-9)
    }

    @Test func `workers without a number are in no share of workers' time`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 50/s}, b: {to: r, rate: 20/s}}
            handlers:
              many: {from: q, workers: unlimited, steps: [think: 100ms]}
              one: {from: r, steps: [think: 10ms]}
            run: {warmUp: 0%, time: 1m}
            """)
        #expect(result.workers == 1)
        #expect((0.15...0.25).contains(result.utilisation), "\(result.utilisation)")
    }

    // MARK: Figures at their edges

    @Test func `messages that come at once are present until they are done`() throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 40}}
            handlers: {h: {from: q, steps: [think: 10ms]}}
            run: {warmUp: 0%}
            """)
        // 40 + 39 + ... + 1, each a fortieth of the time.
        #expect(abs(result.meanPresent - 20.5) < 1e-9)
    }

    @Test func `a store with fresh keys has as many entities as there were`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 50/s, keys: fresh, messages: 100}}
            stores: {s: {initial: 5}}
            handlers: {h: {from: q, workers: 2, steps: [load: s, change: -1, store: s]}}
            """)
        #expect(result.stores[0].initial == 500 && result.stores[0].final == 400)
    }

    @Test(arguments: [("0ms", 0), ("1ms", 1_000_000)] as [(String, Double)])
    func `quantiles lie between the least and the greatest`(time: String, value: Double) throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 5/s, messages: 100}}
            handlers: {h: {from: q, workers: unlimited, steps: [think: \(time)]}}
            """)
        for share in [0.0, 0.5, 0.95, 0.999, 1] {
            #expect(result.histogram.quantile(share) == value)
        }
    }

    @Test func `dead letters are a share of all that came, repeats included`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 5/s, messages: 100, duplicates: {probability: 1, after: 1s}}}
            handlers: {h: {from: q, steps: [fail: 1], retry: [deadLetter]}}
            """)
        #expect(result.measured.copies == 90 && result.measured.deadLetters == 180)
        #expect(Figure.deadLetterShare.value(result) == 1)
    }

    @Test(arguments: [
        // Killed, left over, dead while somebody works on it, late.
        "handlers: {h: {from: q, workers: 3, steps: [think: 400ms]}}\nfaults: [{kill: h, every: 300ms, lasting: 1s}]",
        "handlers: {h: {from: q, workers: 2, steps: [think: 40m]}}",
        """
        queues: {q: {visibility: 300ms, maxDeliveries: 2}}
        handlers: {h: {from: q, workers: 4, steps: [think: exponential(400ms)]}}
        """,
        "handlers: {h: {from: q, workers: 4, steps: [think: 90ms, fail: 30%], retry: [{inline: 2, cooldown: 1s}]}}",
        "stores: {s: {latency: 20ms}}\n"
            + "handlers: {h: {from: q, workers: 4, steps: [load: s, think: 90ms, change: 1, store: s]}}",
    ])
    func `every attempt has an end, and no message more than at most`(handlers: String) throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 6/s, messages: 200}}
            \(handlers)
            run: {time: 20s}
            """, .optimistic)
        let counts = result.measured
        let ended =
            counts.commits + counts.failures + counts.lateAcks + counts.killed + counts.stray
        #expect(counts.attempts == ended + result.underWay)
        #expect(counts.attempts <= result.mostAttempts * (counts.messages + counts.copies))
        #expect(counts.messages == result.sojourn.count + result.unended)
        #expect(result.mostAttempts > 0)
    }

    // MARK: What comes behind the last message

    @Test(arguments: [
        "kill: h, every: 10s", "cut: h, from: stores, every: 7s, lasting: 4s",
        "slow: s, by: 2s, at: 5s",
    ])
    func `a run ends with its last message, whatever faults come behind`(fault: String) throws {
        let result = try run(
            """
            sources: {a: {to: q, arrivals: together, messages: 4}}
            stores: {s: {}}
            handlers: {h: {from: q, steps: [think: 1s, load: s]}}
            faults: [{\(fault)}]
            run: {warmUp: 0}
            """)
        #expect(result.endNs == 4_000_000_000)
        #expect(result.goodput == 1 && result.utilisation == 1)
    }

    @Test func `faults that keep everything from being done are named`() throws {
        // Each death takes 45 s to be noticed, and the next one comes before that.
        let result = try run(
            """
            sources: {a: {to: q, rate: 50/s, keys: uniform(5), messages: 200}}
            queues: {q: {partitions: 4}}
            handlers: {h: {from: q, nodes: 2, assignment: eager, steps: [think: 10ms]}}
            faults: [{killNode: h, every: 2s, lasting: 1s}]
            """)
        #expect(result.faultsInVain == 1 && result.leftOver == 0)
    }

    @Test func `what takes no time takes none in quantiles`() throws {
        let result = try run(
            """
            sources: {a: {to: q, rate: 5/s, keys: fresh, messages: 100}}
            handlers: {h: {from: q, workers: unlimited, steps: [think: "empirical(0s, 1ms)"]}}
            """)
        #expect(result.histogram.quantile(0.25) == 0 && result.sojourn.greatest == 1_000_000)
    }
}
