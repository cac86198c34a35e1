import Testing

@testable import Simulation

/// What each kind of fault does, on topologies small enough to be counted by hand.
@Suite struct FaultTests {
    /// One message a second for a handler that thinks and stores, with one fault.
    private func run(
        _ fault: String, think: String = "400ms", handler: String = "workers: 2", rest: String = "",
        messages: Int = 20
    ) throws -> (result: RunResult, trace: [TraceEntry]) {
        let yaml = """
            sources: {ticks: {to: jobs, arrivals: constant, rate: 1/s, keys: uniform(3)}}
            stores: {counter: {latency: 10ms}}
            inboxes: {stored: {}, remembered: {in: memory}}
            handlers:
              add:
                from: jobs
                \(handler)
                redelivery: 500ms
                steps: [load: counter, think: \(think), change: 1, store: counter, effect: done]
            faults: [\(fault)]
            run: {messages: \(messages), warmUp: 0}
            invariants: [allHandledOrDead]
            \(rest)
            """
        var trace: [TraceEntry] = []
        let topology = try Topology(yaml: Array(yaml.utf8), file: "fault.yaml")
        let result = topology.run { trace.append($0) }
        return (result, trace)
    }

    private func commits(_ trace: [TraceEntry]) -> [Int64] {
        trace.filter { $0.what == .commit }.map { $0.timeNs / 1_000_000 }
    }

    @Test func `without a fault every message takes 420 ms`() throws {
        let (result, trace) = try run("")
        #expect(commits(trace) == (1...20).map { $0 * 1000 + 420 })
        #expect(result.broken.isEmpty)
    }

    @Test func `a node dies with all its workers, and another goes on`() throws {
        let (result, trace) = try run(
            "{killNode: add, at: 5200ms, lasting: 10s}", think: "3s",
            handler: "nodes: 2\n    workers: 4")
        let died = trace.filter { $0.what == .killNode }
        #expect(died.count == 1 && died[0].timeNs == 5_200_000_000)
        // Three messages are under way, spread over both nodes.
        #expect((1...2).contains(result.total(\.killed)))
        #expect(result.total(\.commits) == 20)
        let restarts = trace.filter { $0.what == .restart }
        #expect(restarts.count == 4)
        #expect(restarts.allSatisfy { $0.timeNs == 15_200_000_000 })
    }

    /// Each message comes twice, 3 s apart; in between the node dies.
    @Test(arguments: [("stored", 0, 0), ("remembered", 0, 1), ("remembered", 1, 0)])
    func `what is remembered in memory dies with its node`(
        inbox: String, faultAt: Int, repeated: Int
    ) throws {
        let yaml = """
            sources: {one: {to: jobs, arrivals: together, messages: 1, duplicates: {after: 3s}}}
            inboxes: {stored: {}, remembered: {in: memory}}
            handlers: {do: {from: jobs, steps: [effect: {name: done, once: \(inbox)}]}}
            faults: [{killNode: do, at: \(faultAt == 0 ? "1s" : "10s"), lasting: 1s}]
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "inbox.yaml").run()
        #expect(result.total(\.repeatedEffects) == repeated)
        #expect(result.total(\.duplicates) == 1 - repeated)
    }

    @Test func `a slow store makes each request that begins meanwhile longer`() throws {
        let (_, trace) = try run("{slow: counter, by: 100ms, at: 4900ms, lasting: 200ms}")
        // The message of second 5 loads within the time, and stores after it.
        #expect(commits(trace) == (1...20).map { $0 * 1000 + ($0 == 5 ? 520 : 420) })
    }

    @Test func `a slow service is slow for its callers`() throws {
        let yaml = """
            sources: {ticks: {to: jobs, arrivals: constant, rate: 1/s}}
            services: {gateway: {steps: [think: 50ms]}}
            handlers: {ask: {from: jobs, steps: [call: {service: gateway, timeout: 500ms}],
                             retry: [discard]}}
            faults: [{slow: gateway, by: 800ms, at: 3500ms, lasting: 2s}]
            run: {messages: 8, warmUp: 0}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "slow.yaml").run()
        #expect(result.total(\.timeouts) == 2)
        #expect(result.total(\.commits) == 6)
    }

    @Test func `a throttled node thinks longer, what it had begun included`() throws {
        let (_, trace) = try run("{throttle: add, factor: 4, at: 5210ms, lasting: 400ms}")
        // 200 of 400 ms are done at 5.210; 400 ms at a quarter of the speed are 100 of the other 200.
        #expect(commits(trace) == (1...20).map { $0 * 1000 + ($0 == 5 ? 720 : 420) })
    }

    @Test func `a node that does not reach the stores waits for them`() throws {
        let (_, trace) = try run("{cut: add, from: stores, at: 4500ms, lasting: 700ms}")
        #expect(commits(trace) == (1...20).map { $0 * 1000 + ($0 == 5 ? 620 : 420) })
    }

    @Test func `a store's limit of time ends a request without effect`() throws {
        let yaml = """
            sources: {ticks: {to: jobs, arrivals: constant, rate: 1/s}}
            stores: {counter: {latency: 10ms, timeout: 50ms}}
            handlers: {add: {from: jobs, steps: [load: counter, change: 1, store: counter],
                             retry: [{inline: 2}, deadLetter]}}
            faults: [{cut: add, from: stores, at: 4500ms, lasting: 620ms}]
            run: {messages: 8, warmUp: 0}
            """
        let result = try Topology(yaml: Array(yaml.utf8), file: "cut.yaml").run()
        // The message of second 5 tries at 5.00 and 5.05, and again at 5.10, 20 ms before the cut's end.
        #expect(result.total(\.timeouts) == 2)
        #expect(result.total(\.commits) == 8)
        #expect(result.stores[0].final == 8)
    }

    @Test(arguments: [("400ms", 0, 20), ("2s", 1, 21)])
    func `what a node out of the broker's reach has in its hands is delivered again`(
        lasting: String, late: Int, effects: Int
    ) throws {
        let (result, _) = try run(
            "{cut: add, from: broker, at: 5200ms, lasting: \(lasting)}",
            handler: "nodes: 2\n    workers: 1")
        #expect(result.total(\.lateAcks) <= late)
        #expect((20...effects).contains(result.total(\.effects)))
        #expect(result.total(\.commits) == 20)
        #expect(result.leftOver == 0)
    }

    @Test func `a broker that delivers again has effects repeated`() throws {
        let (result, trace) = try run("{redeliver: add, at: [5200ms, 9300ms]}")
        #expect(trace.count { $0.what == .redeliver } == 2)
        #expect(result.total(\.deliveries) == 22)
        #expect(result.total(\.repeatedEffects) == 2)
    }

    @Test(arguments: [("server", 0), ("nodes", 1)])
    func `a clock that is ahead ends other nodes' leases, where nodes judge`(
        clock: String, overlaps: Int
    ) throws {
        let yaml = """
            sources: {two: {to: jobs, arrivals: together, messages: 2}}
            stores: {counter: {}}
            handlers:
              add: {from: jobs, nodes: 2, steps: [load: counter, think: 2s, change: 1, store: counter]}
            strategy: lock
            strategies: {lock: {ttl: 5s, clock: \(clock)}}
            faults: [{skew: add, ahead: 4s, at: 1s}]
            run: {warmUp: 0}
            """
        let topology = try Topology(yaml: Array(yaml.utf8), file: "skew.yaml")
        // The holder's own clock does no harm; over some seeds it is the other's.
        let results = (0..<8).map { topology.run(seed: "\($0)") }
        #expect(results.contains { $0.total(\.overlaps) == overlaps })
        #expect(results.allSatisfy { $0.total(\.overlaps) <= overlaps })
    }

    @Test func `who waits for a lock that no one gives back is told, and the run ends`() throws {
        let text = """
            sources: {ticks: {to: jobs, rate: 5/s}}
            stores: {counter: {}}
            handlers: {add: {from: jobs, workers: 4, steps: [load: counter, think: 100ms, store: counter]}}
            strategy: lock
            strategies: {lock: {ttl: TTL}}
            faults: [{kill: add, every: exponential(2s), lasting: 1s}]
            invariants: [allHandledOrDead]
            run: {messages: 100}
            """
        func broken(_ ttl: String) throws -> [Invariant] {
            let yaml = text.replacing("TTL", with: ttl)
            return try Topology(yaml: Array(yaml.utf8), file: "t").run().broken.map(\.invariant)
        }
        #expect(try broken("none") == [.allHandledOrDead])
        #expect(try broken("3s").isEmpty)
    }

    @Test func `after its time a fault does not strike`() throws {
        let (_, trace) = try run("{kill: add, every: 700ms, lasting: 100ms, until: 5s}")
        let strikes = trace.filter { $0.what == .kill }.map { $0.timeNs / 1_000_000 }
        #expect(strikes == [700, 1400, 2100, 2800, 3500, 4200, 4900])
    }

    @Test(arguments: [("at: 2150ms", true), ("every: 2150ms", false)])
    func `where a run has a time, liveness is judged once no fault strikes any more`(
        when: String, isJudged: Bool
    ) throws {
        let yaml = """
            sources: {ticks: {to: jobs, arrivals: constant, rate: 1/s, messages: 5}}
            stores: {counter: {}}
            handlers: {add: {from: jobs, workers: 2, steps: [load: counter, think: 900ms, store: counter]}}
            strategy: lock
            strategies: {lock: {ttl: none}}
            faults: [{kill: add, \(when)}]
            invariants: [allHandledOrDead]
            run: {time: 20s}
            """
        let topology = try Topology(yaml: Array(yaml.utf8), file: "t")
        let results = (0..<6).map { topology.run(seed: "\($0)") }
        #expect(results.contains { $0.leftOver > 0 })
        #expect(results.contains { !$0.broken.isEmpty } == isJudged)
    }
}
