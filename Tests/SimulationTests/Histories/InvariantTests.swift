import Checking
import Testing

@testable import Simulation

/// Each invariant has a mutant that it must catch and a correct twin on which it says nothing.
@Suite struct InvariantTests {
    struct Planted: Sendable {
        let invariant: Invariant
        var written: String?
        /// What the two differ in.
        let mutant: String
        let twin: String
        let rest: String

        var name: String { written ?? invariant.rawValue }
    }

    private static let shop = """
        sources: {buyers: {to: orders, rate: 200/s, keys: uniform(3)}}
        stores: {stock: {initial: 40}}
        run: {messages: 400}

        """

    static let planted = [
        Planted(
            invariant: .noOversell, mutant: "think: exponential(20ms)", twin: "think: 0ms",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps: [load: stock, check: {atLeast: 1}, WHAT, change: -1, store: stock]
                """),
        Planted(
            invariant: .noLostUpdate, mutant: "value", twin: "delta",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps:
                      - load: stock
                      - think: 20ms
                      - change: -1
                      - store: {in: stock, as: WHAT}
                """),
        Planted(
            invariant: .exactlyOnceEffect, mutant: "[effect: mail, fail: 20%]",
            twin: "[fail: 20%, effect: mail]",
            rest: shop + "handlers: {sell: {from: orders, workers: 2, steps: WHAT}}"),
        Planted(
            invariant: .exactlyOnceEffect,
            mutant: "[load: stock, change: -1, store: stock, fail: 10%]",
            twin: "[load: stock, fail: 10%, change: -1, store: stock]",
            rest: shop + "handlers: {sell: {from: orders, order: key, steps: WHAT}}"),
        Planted(
            invariant: .fifoPerKey, mutant: "none", twin: "key",
            rest: shop + """
                handlers:
                  sell: {from: orders, workers: 8, order: WHAT, steps: [think: exponential(20ms)]}
                """),
        Planted(
            invariant: .conservation, mutant: "value", twin: "conditional",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps: [load: stock, think: 20ms, change: -1, store: {in: stock, as: WHAT}]
                """),
        Planted(
            invariant: .conservation, mutant: "[load: stock, change: -1, store: stock, fail: 20%]",
            twin: "[fail: 20%, load: stock, change: -1, store: stock]",
            rest: shop + "handlers: {sell: {from: orders, steps: WHAT}}"),
        // A service stores on behalf of its caller, who asks again where the reply is lost.
        Planted(
            invariant: .conservation,
            mutant: "[change: -1, store: {in: stock, as: delta}, note: seen]",
            twin: "[lookUp: seen, change: -1, store: {in: stock, as: delta}, note: seen]",
            rest: shop + """
                inboxes: {seen: {in: store}}
                services: {shelf: {steps: WHAT}}
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps: [call: {service: shelf, timeout: 50ms, lostReplies: 10%}, think: 5ms]
                    retry: [{inline: 9}, discard]
                """),
        Planted(
            invariant: .mutualExclusion, mutant: "10ms", twin: "none",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps:
                      - acquire: {lock: gate, ttl: WHAT}
                      - load: stock
                      - think: exponential(8ms)
                      - change: 1
                      - store: stock
                      - release: gate
                """),
        Planted(
            invariant: .allHandledOrDead, mutant: "none", twin: "50ms",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 3
                    steps: [acquire: {lock: gate, ttl: WHAT}, think: 1ms, release: gate]
                faults: [{kill: sell, every: 100ms, lasting: 10ms}]
                """),
        // The key is written before the effect, and who dies in between leaves a message that nobody carries out.
        Planted(
            invariant: .allHandledOrDead,
            mutant: "[lookUp: seen, note: seen, think: 10ms, effect: mail]",
            twin: "[think: 10ms, effect: {name: mail, once: seen}]",
            rest: shop + """
                inboxes: {seen: {}}
                handlers:
                  sell:
                    from: orders
                    workers: 3
                    redelivery: 50ms
                    steps: WHAT
                faults: [{kill: sell, every: 100ms, lasting: 10ms}]
                """),
        Planted(
            invariant: .boundedStaleness, written: "boundedStaleness: 15ms", mutant: "30ms",
            twin: "14ms",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    steps: [load: stock, think: WHAT, change: -1, store: stock]
                """),
        Planted(
            invariant: .boundedStaleness, written: "boundedStaleness: {versions: 1}",
            mutant: "none", twin: "key",
            rest: shop + """
                handlers:
                  sell:
                    from: orders
                    workers: 8
                    order: WHAT
                    steps: [load: stock, think: 20ms, effect: mail, change: -1, store: stock]
                """),
    ]

    private func run(_ text: String, _ strategy: Strategy? = nil) throws -> RunResult {
        try Topology(yaml: Array(text.utf8), file: "planted.yaml").run(strategy, seed: "p")
    }

    @Test(arguments: ["1", "2", "3", "4", "p"])
    func `conservation sees what is stored after the message's end`(seed: String) throws {
        func broken(_ visibility: String) throws -> [Invariant] {
            let text = """
                sources: {s: {to: q, rate: 5/s, arrivals: constant, keys: one}}
                queues: {q: {visibility: \(visibility)}}
                stores: {stock: {initial: 1000}}
                handlers:
                  h:
                    from: q
                    workers: 10
                    steps: [load: stock, think: exponential(100ms), change: -1, store: stock]
                invariants: [conservation]
                run: {messages: 40, warmUp: 0}
                """
            let topology = try Topology(yaml: Array(text.utf8), file: "late.yaml")
            return topology.run(.atomic, seed: seed).broken.map(\.invariant)
        }
        #expect(try broken("150ms") == [.conservation])
        #expect(try broken("1h").isEmpty)
    }

    @Test(arguments: [
        "[publish: mails, fail: 5%]",
        "[change: 0, store: {in: stock, as: delta}, publish: {to: mails, by: outbox, twice: 5%}]",
    ])
    func `conservation remembers what is in flight alone`(steps: String) throws {
        let text = """
            sources:
              s: {to: q, rate: 200/s, keys: uniform(50), duplicates: {probability: 5%, after: 1s}}
            stores: {stock: {initial: 1000}}
            handlers:
              h: {from: q, workers: 4, steps: \(steps)}
              m: {from: mails, workers: 4, steps: [think: 5ms, publish: more]}
              n: {from: more, workers: 4, steps: [change: -1, store: {in: stock, as: delta}]}
            invariants: [conservation]
            run: {messages: 4000, warmUp: 0}
            """
        let program = Program(
            try Topology(yaml: Array(text.utf8), file: "m.yaml"), strategy: .naive, seed: "1")
        var watch = InvariantWatch(program)
        var most = 0
        var simulator = Simulator(program, SeededChoices()) { entry in
            watch.see(entry)
            most = max(most, watch.size)
        }
        simulator.onForget = { watch.forget($0) }
        simulator.run()
        #expect(simulator.counts[1].done > 12_000)
        // What was published twice is taken off twice.
        #expect(watch.violations.keys.map { $0 } == [.conservation])
        #expect(most < 600 && watch.size < 10, "\(most), \(watch.size)")
    }

    @Test(arguments: planted.indices)
    func `the mutant is caught, and its twin is left alone`(index: Int) throws {
        let planted = Self.planted[index]
        func text(_ what: String) -> String {
            planted.rest.replacing("WHAT", with: what)
                + "\ninvariants: [{\(planted.name)}]\n".replacing(
                    "[{\(planted.invariant.rawValue)}]", with: "[\(planted.invariant.rawValue)]")
        }
        let broken = try run(text(planted.mutant)).broken
        #expect(broken.map(\.invariant) == [planted.invariant])
        let violation = try #require(broken.first)
        #expect(violation.timeNs > 0 && !violation.witness.isEmpty)
        if planted.invariant != .allHandledOrDead {
            let place = try #require(violation.place)
            #expect(place.messages.allSatisfy { $0 >= 0 } && place.worker.hasPrefix("sell#"))
        }
        #expect(try run(text(planted.twin)).broken.isEmpty)
    }
}
