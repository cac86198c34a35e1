import Simulation
import Testing

@testable import Exploration

/// Verdicts that a careful reasoning by hand, and runs in virtual time, come to as well.
@Suite struct FoundOrProvenTests {
    private static func model(_ yaml: String) throws -> Model {
        try Model(Topology(yaml: Array(yaml.utf8), file: "verdict.yaml"))
    }

    private static let one =
        "sources: {a: {to: q, arrivals: together, keys: one, messages: 1}}\n"
    private static let pair =
        "sources: {a: {to: q, arrivals: together, keys: one, messages: 2}}\n"
    private static let two = """
        sources:
          a: {to: qa, arrivals: together, keys: one, messages: 1}
          b: {to: qb, arrivals: together, keys: one, messages: 1}

        """

    private static let innerLease = """
        stores: {s: {initial: 5}}
        handlers:
          ha: {from: qa, workers: 1, steps: [{acquire: {lock: outer, ttl: 10ms}}, {acquire: {lock: inner, ttl: 1ms}}, {load: s}, {change: -1}, {store: s}, {release: inner}, {release: outer}]}
          hb: {from: qb, workers: 1, steps: [{acquire: inner}, {load: s}, {change: -1}, {store: s}, {release: inner}]}
        bounds: {expiries: 1}
        invariants: [noLostUpdate]
        """
    private static let forgetful = """
        sources: {a: {to: q, arrivals: together, keys: one, messages: 1, duplicates: {probability: 100%, after: 1h}}}
        handlers: {h: {from: q, workers: 1, steps: [{effect: {name: e, once: k}}]}}
        inboxes: {k: {window: 10m}}
        invariants: [exactlyOnceEffect]
        """
    private static let delayed = """
        queues: {q: {delay: exponential(1ms)}}
        handlers: {h: {from: q, workers: 1, steps: [{effect: e}]}}
        invariants: [fifoPerKey]
        """
    private static let deadNeighbour = """
        queues: {q: {partitions: 2}}
        stores: {s: {initial: 5}}
        handlers: {h: {from: q, nodes: 2, workers: 1, order: partition, assignment: eager, group: {revoked: continued}, steps: [{load: s}, {change: -1}, {store: s}]}}
        faults: [{killNode: h, at: 2ms}]
        bounds: {crashes: 0}
        invariants: [noLostUpdate]
        """
    private static let worn = """
        queues: {q: {maxDeliveries: 2}}
        handlers: {h: {from: q, workers: 1, retry: [{requeue: forever}], steps: [{think: 1ms}, {fail: 100%}]}}
        """

    /// A topology, and what is to be found in it; nil: nothing.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let yaml: String
        let finding: Finding?

        init(_ name: String, _ yaml: String, _ finding: Finding?) {
            (testDescription, self.yaml, self.finding) = (name, yaml, finding)
        }
    }

    private static let cases: [Case] = [
        Case("the inner one of two leases ends", two + innerLease, .broken(.noLostUpdate)),
        Case("leases end whatever their holders wait for", leases(", ttl: 5ms"), nil),
        Case("plain locks do not", leases(""), .deadlock),
        Case("a process forgets what it counted", counted("process"), nil),
        Case("a broker does not", counted("broker"), .deadLetters),
        Case("an inbox forgets", forgetful, .broken(.exactlyOnceEffect)),
        Case("a queue mixes by its delays", pair + delayed, .broken(.fifoPerKey)),
        Case("a death moves others' work", one + deadNeighbour, .broken(.noLostUpdate)),
        Case(
            "what is put back is counted", one + worn + "\nbounds: {deadLetters: 0}", .deadLetters),
        Case("and comes to an end", one + worn + "\ninvariants: [allHandledOrDead]", nil),
    ]

    @Test(arguments: cases)
    func `verdicts are those of the model`(one: Case) async throws {
        for strategy in [SearchStrategy.dpor, .dfs, .ample] {
            var explorer = Explorer(try Self.model(one.yaml))
            explorer.strategy = strategy
            let result = await explorer.run()
            #expect(result.counterexample?.finding == one.finding, "\(strategy)")
            #expect(one.finding != nil || result.end == .complete, "\(strategy)")
        }
    }

    private static func leases(_ term: String) -> String {
        let (l, m) = ("{acquire: {lock: l\(term)}}", "{acquire: {lock: m\(term)}}")
        return two + """
            handlers:
              ha: {from: qa, workers: 1, steps: [\(l), \(m), {effect: x}, {release: m}, {release: l}]}
              hb: {from: qb, workers: 1, steps: [\(m), \(l), {effect: y}, {release: l}, {release: m}]}
            bounds: {expiries: 2}
            invariants: [allHandledOrDead]
            """
    }

    private static func counted(_ place: String) -> String {
        one + """
            queues: {q: {maxDeliveries: 1, deliveriesCountedBy: \(place)}}
            handlers: {h: {from: q, workers: 1, steps: [{effect: {name: e, once: k}}]}}
            bounds: {deadLetters: 0, crashes: 1}
            invariants: [allHandledOrDead]
            """
    }

    @Test func `an inbox is tried where the effect is, in a service too`() async throws {
        let model = try Self.model(
            Self.one + """
                services: {v: {steps: [{effect: e}]}}
                handlers: {h: {from: q, workers: 1, retry: [{inline: 1}], steps: [{call: {service: v, timeout: 4ms, lostReplies: 1%}}]}}
                invariants: [exactlyOnceEffect]
                """)
        let found = try #require(await Explorer(model).run().counterexample)
        let inbox = Prevention.all(found, model).first { $0.measure == .inbox }
        #expect(inbox?.isProven == true)
        // When time is over nothing more is tried.
        let late = Prevention.all(found, model) { true }.first { $0.measure == .inbox }
        #expect(late?.isProven == nil && late?.underSameChoices == nil)
    }

    @Test func `what a draw decides beside keys is said`() throws {
        func model(_ share: String) throws -> Model {
            try Self.model(
                "sources: {a: {to: q, arrivals: together, messages: 8, poison: \(share), withoutKey: \(share)}}\n"
                    + "handlers: {h: {from: q, workers: 1, steps: [{fail: 0%}]}}")
        }
        let drawn = try model("50%")
        let poison = try #require(drawn.drawnPoison)
        #expect(!poison.isEmpty && poison.count < 8 && drawn.drawnKeyless?.count ?? 0 > 0)
        #expect(try model("100%").drawnPoison == nil && model("0%").drawnKeyless == nil)
    }
}
