import Configuration
import Testing

@testable import Simulation

/// What steps mean where there is more than one store, lock or handler.
@Suite struct StepTests {
    private static func topology(_ text: String) throws -> Topology {
        try Topology(yaml: Array(text.utf8), file: "steps.yaml")
    }

    /// What all entities of a store hold in the end.
    private static func end(_ result: RunResult, _ store: String) throws -> Int64 {
        try #require(result.stores.first { $0.name == store }).final
    }

    private static func one(
        _ steps: String, stores: String, messages: Int = 60, rest: String = ""
    ) throws -> Topology {
        try topology(
            """
            sources: {a: {to: q, rate: 10/s}}
            \(stores.isEmpty ? "" : "stores: \(stores)")
            handlers: {h: {from: q, workers: 1, steps: \(steps)}}
            run: {messages: \(messages), warmUp: 0}
            \(rest)
            """)
    }

    private static let sale = """
        [{load: stock}, {check: {atLeast: 1}}, {change: -1}, {store: stock}, {load: sold},
          {change: 1}, {store: sold}]
        """

    @Test(arguments: Strategy.allCases)
    func `a change behind a store is a change of its own, a check is about what was loaded last`(
        strategy: Strategy
    ) throws {
        let result = try Self.one(Self.sale, stores: "{stock: {initial: 10}, sold: {}}")
            .run(strategy)
        #expect(try Self.end(result, "stock") == 0)
        #expect(try Self.end(result, "sold") == 10)
        #expect(result.total(\.rejected) == 50)
    }

    @Test func `changes in front of a store add up, and each store has the sum`() throws {
        let steps =
            "[{load: a}, {load: b}, {change: 1}, {change: 2}, {store: a}, {store: b}]"
        let result = try Self.one(steps, stores: "{a: {}, b: {}}").run(.naive)
        #expect(try Self.end(result, "a") == 180)
        #expect(try Self.end(result, "b") == 180)
    }

    @Test func `a value that is written without a look is the change, whoever wrote before`() throws
    {
        let result = try Self.one(
            "[{load: t}, {change: 7}, {store: {in: s, as: value}}]",
            stores: "{s: {initial: 5}, t: {}}"
        ).run(.naive)
        #expect(try Self.end(result, "s") == 7)
        #expect(result.total(\.staleStores) == 0)
    }

    @Test func `a service computes from nothing of an earlier request`() throws {
        let result = try Self.one(
            "[{call: gateway}]", stores: "{s: {initial: 5}}",
            rest: "services: {gateway: {steps: [{change: 7}, {store: {in: s, as: value}}]}}"
        ).run(.naive)
        #expect(try Self.end(result, "s") == 7)
        #expect(result.total(\.staleStores) == 0)
    }

    @Test func `a check looks at the store that was loaded last`() throws {
        let steps = """
            [{load: credit}, {load: stock}, {check: {atLeast: 1}}, {change: -1}, {store: stock}]
            """
        let result = try Self.one(steps, stores: "{credit: {}, stock: {initial: 100}}")
            .run(.naive)
        #expect(result.total(\.rejected) == 0)
        #expect(try Self.end(result, "stock") == 40)
    }

    @Test(
        arguments: [
            ("[{change: -1}, {store: s}]", "of s that was not loaded"),
            ("[{check: {atLeast: 1}}, {think: 1ms}]", "value that was not loaded"),
            ("[{load: s}, {change: 1000000001}, {store: s}]", "1000000000"),
        ])
    func `what computes from nothing is refused`(steps: String, words: String) throws {
        #expect {
            _ = try Self.one(steps, stores: "{s: {}}")
        } throws: {
            "\($0)".contains(words)
        }
    }

    // MARK: Locks

    @Test(arguments: [Strategy.lock, .rowLock])
    func `a lock is of the entity, whoever works on it`(strategy: Strategy) throws {
        var topology = try Self.topology(
            """
            sources: {a: {to: sales, rate: 20/s}, b: {to: returns, rate: 20/s}}
            stores: {stock: {initial: 1000}}
            handlers:
              reserve: {from: sales, workers: 4, steps: [load: stock, think: 20ms, change: -1, store: stock]}
              restock: {from: returns, workers: 4, steps: [load: stock, think: 20ms, change: 1, store: stock]}
            strategies: {lock: {ttl: 5s, fencing: load}}
            invariants: [noLostUpdate]
            run: {messages: 2000, warmUp: 0}
            """)
        let result = topology.run(strategy)
        #expect(result.broken.isEmpty)
        #expect(result.total(\.fenced) == 0)
        #expect(topology.run(.naive).broken.count == 1)
        // Of their own: neither waits for the other.
        topology.handlers[1].steps = [.think(.constant(us: 20_000), drawn: .perAttempt)]
        #expect(topology.run(strategy).blockedNs < result.blockedNs)
    }

    @Test func `a lock inside of a lock ends by its name`() throws {
        let steps = """
            [{acquire: g1}, {acquire: g2}, {think: 5ms}, {release: g1}, {think: 5ms}, {release: g2}]
            """
        for strategy in [Strategy.naive, .lock, .rowLock] {
            let result = try Self.one(steps, stores: "").run(strategy)
            #expect(result.total(\.done) == 60)
            #expect(result.total(\.grants) == 120)
            #expect(result.leftOver == 0)
        }
        let around = "[{acquire: g}, {load: s}, {change: 1}, {store: s}, {release: g}]"
        let result = try Self.one(around, stores: "{s: {}}").run(.lock)
        #expect(result.total(\.grants) == 120)
        #expect(try Self.end(result, "s") == 60)
    }

    @Test func `workers that wait for each other's locks are told, with the instant`() throws {
        let text = """
            sources: {a: {to: q, arrivals: together, messages: 1}, b: {to: r, arrivals: together, messages: 1}}
            handlers:
              h: {from: q, steps: [{acquire: g1}, {think: 10ms}, {acquire: g2TTL}, {think: 1ms}]}
              i: {from: r, steps: [{acquire: g2TTL}, {think: 20ms}, {acquire: g1}, {think: 1ms}]}
            invariants: [allHandledOrDead]
            run: {warmUp: 0}
            """
        let result = try Self.topology(
            text.replacingOccurrences(of: "g2TTL", with: "g2")
        ).run(.naive)
        #expect(result.deadlock?.timeNs == 20_000_000)
        #expect(result.broken.first?.timeNs == 20_000_000)
        #expect(result.broken.first?.witness.contains("in a circle") == true)
        // A lease ends.
        let leased = try Self.topology(
            text.replacingOccurrences(of: "g2TTL", with: "{lock: g2, ttl: 100ms}")
        ).run(.naive)
        #expect(leased.deadlock == nil)
        #expect(leased.leftOver == 0)
    }

    // MARK: Runs without end

    @Test(
        arguments: [
            "[{inline: forever, cooldown: 1ms}]", "[{requeue: forever}]",
            "[{schedule: [10ms], forever: true}]",
        ])
    func `poison that is tried for ever ends the run, and it says so`(retry: String) throws {
        let result = try Self.topology(
            """
            sources: {a: {to: q, rate: 100/s, poison: 5%}}
            handlers: {h: {from: q, workers: 4, steps: [{think: 1ms}, {fail: 0}], retry: \(retry)}}
            invariants: [allHandledOrDead]
            run: {messages: 100, warmUp: 0}
            """
        ).run(.naive)
        #expect(result.standstill == .everyAttemptFails)
        #expect(result.total(\.done) + result.leftOver == 100)
        #expect(result.broken.first?.witness.contains("every attempt fails") == true)
    }

    @Test func `messages that are published in a circle are refused`() throws {
        #expect {
            _ = try Self.topology(
                """
                sources: {a: {to: q, rate: 1/s}}
                handlers:
                  h: {from: q, steps: [{think: 1ms}, {publish: r}]}
                  i: {from: r, steps: [{think: 1ms}, {publish: q}]}
                run: {messages: 10}
                """)
        } throws: {
            "\($0)".contains("q -> r -> q")
        }
    }

    @Test(arguments: ["before", "after", "{every: 1s}"], ["partitions: 1", "partitions: 8"])
    func `a backlog's messages have their place in the log`(commit: String, queue: String) throws {
        let result = try Self.topology(
            """
            sources: {a: {to: q, arrivals: backlog, messages: 60}}
            queues: {q: {\(queue)}}
            handlers: {h: {from: q, workers: 2, commit: \(commit), steps: [{think: 1ms}]}}
            run: {warmUp: 0}
            """
        ).run(.naive)
        #expect(result.total(\.done) >= 58)
    }
}
