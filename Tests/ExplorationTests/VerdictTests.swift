import Simulation
import Testing

@testable import Exploration

/// Small topologies about which an exploration once said something else than a run.
struct VerdictTests {
    /// A topology, and all that is to be found in it.
    struct Case: Sendable, CustomTestStringConvertible {
        let scenario: Scenario
        let findings: Set<Finding>
        var testDescription: String { scenario.name }

        init(_ name: String, _ yaml: String, _ findings: Set<Finding>) {
            scenario = Scenario(name, yaml)
            self.findings = findings
        }
    }

    private static func source(_ messages: Int) -> String {
        "sources: {s: {to: q, arrivals: together, keys: one, messages: \(messages)}}\n"
    }

    private static let blind = "steps: [{change: 4}, {store: {in: a, as: value}}]"

    private static let lostSums = """
        queues: {q: {partitions: 1}}
        stores: {a: {initial: 2}}
        handlers:
          h: {from: q, workers: 1, commit: before, steps: [{load: a}, {change: 1}, {store: a}, {effect: e}]}
        """

    private static let late =
        "{effect: {name: e, once: k}}, {think: 8ms}, {change: -1}, {store: {in: a, as: delta}}"

    private static let cases: [Case] = [
        Case(
            "a write that looks at nothing loses nothing",
            source(2)
                + """
                stores: {a: {initial: 3}}
                handlers: {h: {from: q, workers: 2, \(blind)}}
                invariants: [noLostUpdate]
                """, []),
        Case(
            "what was stored for a message that is committed and lost is missing",
            source(1) + lostSums + "\nbounds: {crashes: 1}\ninvariants: [conservation]",
            [.broken(.conservation)]),
        Case(
            "what an attempt stores behind its message's end is looked at",
            source(1)
                + """
                queues: {q: {visibility: 5ms}}
                stores: {a: {initial: 2}}
                handlers: {h: {from: q, workers: 2, steps: [\(late)]}}
                invariants: [conservation]
                """, [.broken(.conservation)]),
        Case(
            "what was stored for messages that are done is not",
            source(1) + lostSums + "\ninvariants: [conservation]", []),
    ]

    private static let services: [Case] = [
        Case(
            "a service works on beside a caller that gave up and asks again",
            source(1) + service(work)
                + "handlers: {h: {from: q, workers: 1, retry: [{inline: 1}], steps: [\(call)]}}\n"
                + "invariants: [noLostUpdate]", [.broken(.noLostUpdate)]),
        Case(
            "a service works on behind its caller's death",
            source(1) + service(work)
                + "handlers: {h: {from: q, workers: 1, steps: [\(call)]}}\n"
                + "bounds: {crashes: 1, failures: 0}\ninvariants: [noLostUpdate]",
            [.broken(.noLostUpdate)]),
        Case(
            "a service that works on keeps its lock, and gives it back",
            source(1) + service("{acquire: l}, \(work), {release: l}")
                + "handlers: {h: {from: q, workers: 1, retry: [{inline: 1}], steps: [\(call)]}}\n"
                + "bounds: {crashes: 1}\ninvariants: [noLostUpdate, mutualExclusion]", []),
        Case(
            "a service that works on as its node dies is not struck",
            source(2) + service(work) + "queues: {q: {partitions: 2}}\n"
                + "handlers: {h: {from: q, nodes: 2, workers: 1, commit: after, steps: [\(call)]}}\n"
                + "bounds: {crashes: 1, failures: 0}\ninvariants: [noLostUpdate, conservation]",
            [.broken(.noLostUpdate), .broken(.conservation)]),
        Case(
            "a service that waits for its caller's lock is given up on, and no deadlock",
            source(1) + service("{acquire: l}, \(work), {release: l}")
                + "handlers: {h: {from: q, workers: 1, retry: [deadLetter], steps: [{acquire: l}, \(call)]}}\n"
                + "invariants: [noLostUpdate]", []),
        Case(
            "a service that waits for its caller's lock for ever is a deadlock",
            source(1) + service("{acquire: l}, \(work), {release: l}")
                + "handlers: {h: {from: q, workers: 1, steps: [{acquire: l}, {call: {service: v}}]}}\n"
                + "invariants: [noLostUpdate]", [.deadlock]),
    ]

    private static let nodes: [Case] = [
        Case(
            "what a node holds ahead is delivered again to another one",
            source(1) + held("prefetch: 1"), [.broken(.noLostUpdate)]),
        Case(
            "what a node holds ahead by slots is delivered again to another one",
            source(1) + held("order: slot(2), admission: queuePerSlot"),
            [.broken(.noLostUpdate)]),
        Case(
            "what waits in a slot of a node is delivered again to another one",
            source(1) + held("prefetch: 1, order: slot(2), admission: waitInSlot"),
            [.broken(.noLostUpdate)]),
        Case(
            "what a dead node held ahead goes to another one",
            source(2)
                + """
                stores: {a: {initial: 5}}
                handlers:
                  h: {from: q, nodes: 2, workers: 1, order: key, admission: queuePerSlot, \(stored)}
                bounds: {crashes: 1}
                invariants: [noOversell, allHandledOrDead]
                """, []),
    ]

    private static let stored = "steps: [{load: a}, {think: 40s}, {change: -1}, {store: a}]"

    private static func held(_ words: String) -> String {
        """
        queues: {q: {visibility: 30s}}
        stores: {a: {initial: 5}}
        handlers: {h: {from: q, nodes: 2, workers: 1, \(words), \(stored)}}
        invariants: [noLostUpdate]
        """
    }

    private static let work = "{load: a}, {think: 3ms}, {change: -1}, {store: a}"
    private static let call = "{call: {service: v, timeout: 2ms}}"

    private static func service(_ steps: String) -> String {
        "stores: {a: {initial: 5}}\nservices: {v: {steps: [\(steps)]}}\n"
    }

    @Test func `a service that does nothing beside a caller that gave up is named`() throws {
        let handler = "handlers: {h: {from: q, workers: 1, steps: [\(Self.call)]}}\n"
        func assumptions(_ rest: String) throws -> [String] {
            try Scenario("v", Self.source(1) + Self.service(Self.work) + handler + rest).model()
                .assumptions
        }
        #expect(try assumptions("invariants: [noLostUpdate]").isEmpty)
        let bound = try assumptions("bounds: {failures: 0}")
        #expect(bound.count == 1 && bound.first?.contains("bounds.failures: 1") == true)
        #expect(try assumptions("bounds: {crashes: 1}\nforbid: [lost update]").isEmpty)
    }

    @Test(arguments: cases + services + nodes)
    func `every search comes to what runs come to`(one: Case) throws {
        let model = try one.scenario.model()
        let naive = try Outcome.search { DepthFirst(keepsStates: false).run(model, &$0) }
        #expect(naive.findings == one.findings, "naive: \(naive)")
        #expect(naive.executions < 300_000)
        let searches: [(String, (inout Search) -> Void)] = [
            ("dfs", { DepthFirst().run(model, &$0) }),
            ("ample", { DepthFirst(reduces: true).run(model, &$0) }),
            ("dpor", { SourceDPOR().run(model, &$0) }),
        ]
        for (name, run) in searches {
            let found = try Outcome.search(run)
            #expect(found == naive, "\(name): \(found); naive: \(naive)")
        }
        for seed in 0..<10 {
            for violation in model.topology.run(seed: "s\(seed)").broken {
                #expect(naive.findings.contains(.broken(violation.invariant)))
            }
        }
    }
}
