import Testing

@testable import Simulation

/// Partitions that move between nodes that join, leave, die, and are silent.
@Suite struct MembershipTests {
    private static func run(
        _ assignment: String, _ group: String, _ faults: String, handler: String = "",
        order: String = "order: partition", latency: String = "3ms"
    ) throws -> RunResult {
        let text = """
            sources: {a: {to: q, rate: 150/s, keys: uniform(6)}}
            queues: {q: {partitions: 8}}
            stores: {s: {latency: \(latency)}}
            handlers:
              h:
                from: q
                nodes: 3
                \(order.replacing(", ", with: "\n    "))
                assignment: \(assignment)
                \(group.isEmpty ? "" : "group: \(group)")
                \(handler)
                steps: [load: s, think: exponential(2ms), change: 1, store: s]
            faults: [\(faults)]
            run: {messages: 3000, warmUp: 0, time: 30m}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "membership.yaml").run()
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        #expect(
            result.total(\.messages) + result.total(\.copies)
                == result.total(\.done) + result.total(\.lost))
        return result
    }

    private static let quick = "{session: 500ms, rebalance: 200ms}"
    private static let deploy = "{deploy: h, at: [2s, 9s], lasting: 700ms}"

    @Test(arguments: ["order: partition", "order: slot(4), workers: 3", "order: key, workers: 2"])
    func `a deployment loses nothing where work in hand is done or dropped`(order: String) throws {
        for assignment in ["eager", "cooperative"] {
            for revoked in ["finished", "dropped"] {
                let result = try Self.run(
                    assignment, "{rebalance: 200ms, revoked: \(revoked)}", Self.deploy,
                    order: order)
                #expect(result.total(\.rebalances) == 12)
                #expect(result.lostUpdates == 0)
                #expect(result.total(\.replayed) == 0)
                #expect(revoked == "dropped" || result.total(\.killed) == 0)
            }
        }
    }

    @Test func `what comes while nobody owns its partition was delivered to nobody before`() throws
    {
        let text = """
            sources: {a: {to: q, arrivals: together, messages: 40, start: 2500ms, keys: uniform(9)}}
            queues: {q: {partitions: 4}}
            delivery: exactlyOnce
            handlers:
              h:
                from: q
                nodes: 2
                assignment: eager
                group: {rebalance: 1s}
                steps: [effect: mail, fail: 50%]
            faults: [{deploy: h, at: 2s, lasting: 700ms}]
            invariants: [exactlyOnceEffect]
            run: {warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "membership.yaml").run()
        // The handler's own retries repeat the effect, no transport does.
        #expect(result.total(\.rebalances) > 0)
        #expect(result.broken.map(\.invariant) == [.exactlyOnceEffect])
    }

    @Test func `work that goes on beside the next owner's loses updates`() throws {
        // Longer than the rebalance: the last owner stores over the next one.
        let result = try Self.run(
            "cooperative", "{rebalance: 5ms, revoked: continued}",
            "{deploy: h, every: 900ms, lasting: 100ms, until: 15s}", latency: "20ms")
        #expect(result.lostUpdates > 0)
        let waits = try Self.run(
            "cooperative", "{rebalance: 5ms, revoked: finished}",
            "{deploy: h, every: 900ms, lasting: 100ms, until: 15s}", latency: "20ms")
        #expect(waits.lostUpdates == 0)
    }

    @Test func `eager stops all, cooperative what moves`() throws {
        let eager = try Self.run("eager", Self.quick, Self.deploy)
        let cooperative = try Self.run("cooperative", Self.quick, Self.deploy)
        #expect(eager.total(\.revocations) > 2 * cooperative.total(\.revocations))
        #expect(eager.sojourn.mean > 1.3 * cooperative.sojourn.mean)
    }

    @Test func `who dies is missed once its session is over`() throws {
        func longest(_ session: String) throws -> Double {
            let result = try Self.run(
                "cooperative", "{session: \(session), rebalance: 100ms}",
                "{killNode: h, at: 5s, lasting: 60s}")
            #expect(result.total(\.crashes) == 1)
            #expect(result.lostUpdates == 0)
            return (result.histogram.quantile(1) ?? 0) / 1e9
        }
        // What has gathered by then takes its time.
        #expect((1.1...1.6).contains(try longest("1s")))
        #expect((4.1...5).contains(try longest("4s")))
    }

    @Test func `who comes back before its session is over waits for its end`() throws {
        let result = try Self.run(
            "eager", "{session: 3s, rebalance: 100ms}", "{killNode: h, at: 5s, lasting: 500ms}")
        #expect((3...3.8).contains((result.histogram.quantile(1) ?? 0) / 1e9))
    }

    @Test(arguments: [
        // Struck while it is away, for less and for longer than that; and at the instant at which it is back.
        ("2500ms", "200ms", 2.9), ("2500ms", "2s", 4.5), ("2900ms", "1s", 3.9),
    ])
    func `who is away for a new version and struck meanwhile joins again`(
        instant: String, lasting: String, back: Double
    ) throws {
        for fault in ["pauseNode: h", "cut: h, from: broker", "killNode: h"] {
            let text = """
                sources: {a: {to: q, rate: 50/s, keys: uniform(9)}}
                queues: {q: {partitions: 4}}
                handlers:
                  h: {from: q, assignment: eager, group: {session: 30s, rebalance: 100ms},
                    steps: [think: 1ms]}
                faults:
                  - {deploy: h, at: 2s, lasting: 900ms}
                  - {\(fault), at: \(instant), lasting: \(lasting)}
                run: {messages: 500, warmUp: 0}
                """
            var joined: [Double] = []
            let result = try Topology(yaml: Array(text.utf8), file: "membership.yaml").run {
                entry in
                if entry.what == .join { joined.append(Double(entry.timeNs) / 1e9) }
            }
            // Struck at the instant of its return it is a member already, and a killed one is no more.
            let isMember = instant == "2900ms" && fault != "killNode: h"
            #expect(joined.last == (isMember ? 2.9 : back), "\(fault): \(joined)")
            #expect(result.leftOver == 0)
        }
    }

    @Test func `who starts again behind a cut joins when that is over`() throws {
        let text = """
            sources: {a: {to: q, rate: 50/s, keys: uniform(9)}}
            queues: {q: {partitions: 4}}
            handlers:
              h: {from: q, nodes: 2, assignment: cooperative, group: {session: 1s, rebalance: 100ms},
                steps: [think: 1ms]}
            faults:
              - {cut: h, from: broker, at: 2s, lasting: 8s}
              - {killNode: h, at: [2500ms, 3s, 3500ms], lasting: 100ms}
            run: {messages: 800, warmUp: 0}
            """
        let topology = try Topology(yaml: Array(text.utf8), file: "membership.yaml")
        var cut: ClosedRange<Int64>?
        var node: Int64 = -1
        var joined: [Int64] = []
        _ = topology.run(seed: "2") { entry in
            if entry.what == .cut {
                (cut, node) = (entry.timeNs...entry.timeNs + entry.value, entry.version)
            }
            if entry.what == .join && entry.version == node { joined.append(entry.timeNs) }
        }
        let during = try #require(cut)
        #expect(joined.contains(during.upperBound))
        #expect(!joined.contains { $0 > during.lowerBound && $0 < during.upperBound })
    }

    @Test(arguments: ["before", "withEffect", "after"])
    func `what was committed before its work was dropped is lost, or done`(commit: String) throws {
        let result = try Self.run(
            "eager", "{rebalance: 200ms, revoked: dropped}",
            "{deploy: h, every: exponential(800ms), lasting: 200ms, until: 15s}",
            handler: "commit: \(commit)")
        #expect(result.total(\.killed) > 5)
        #expect((result.total(\.lost) > 0) == (commit == "before"))
    }

    @Test func `a sleeper is taken for dead, and stores over its successor`() throws {
        let result = try Self.run(
            "cooperative", "{session: 300ms, rebalance: 50ms}",
            "{pauseNode: h, every: 1s, lasting: 700ms, until: 15s}")
        #expect(result.total(\.rebalances) > 10)
        #expect(result.lostUpdates > 0)
        #expect(result.total(\.stray) > 0)
        let short = try Self.run(
            "cooperative", "{session: 900ms, rebalance: 50ms}",
            "{pauseNode: h, every: 1s, lasting: 700ms, until: 15s}")
        #expect(short.total(\.rebalances) == 0)
        #expect(short.lostUpdates == 0)
    }

    @Test func `a store under way must land before the next owner loads`() throws {
        func lost(_ down: String, _ fate: String) throws -> Int64 {
            let result = try Self.run(
                "exclusive", "",
                "{kill: h, every: exponential(150ms), lasting: \(down), until: 15s}",
                handler: "commit: withEffect\n    storesUnderWay: \(fate)",
                latency: "uniform(0ms..40ms)")
            #expect(result.total(\.crashes) > 30)
            return result.lostUpdates
        }
        #expect(try lost("1ms", "land") > 0)
        #expect(try lost("45ms", "land") == 0)
        #expect(try lost("1ms", "dropped") == 0)
    }
}
