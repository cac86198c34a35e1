import Configuration
import Foundation
import Testing

@testable import Simulation

/// Topologies that will not do, and what each is told.
@Suite struct ProblemTests {
    private func problems(_ name: String) throws -> [String] {
        let url = ShippedTopologyTests.folder.appendingPathComponent("invalid/\(name).yaml")
        return problems(of: try String(contentsOf: url, encoding: .utf8), name)
    }

    private func problems(of text: String, _ name: String = "t") -> [String] {
        do {
            _ = try Topology(yaml: Array(text.utf8), file: "\(name).yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `every fault of a file is told at once, each at its place`() throws {
        let found = try problems("everything")
        for (place, words) in [
            ("2:16: sources.buyers.to", "did you mean `orders`"),
            ("2:30: sources.buyers.rate", "write 500/s"),
            ("2:40: sources.buyers.keys", "write one, fresh, uniform(100)"),
            ("2:51: sources.buyers.arival", "did you mean `arrivals`"),
            ("4:20: stores.stock.initial", "no whole number"),
            ("8:5: handlers.reserve.worker", "did you mean `workers`"),
            ("10:14: handlers.reserve.steps[0].laod", "did you mean `load`"),
            ("steps[1].think", "did you mean `exponential`"),
            ("steps[2]", "was not acquired before"),
            ("steps[3].store", "did you mean `stock`"),
            ("handlers.reserve.retry[1]", "nothing comes after the end"),
            ("12:11: strategy", "did you mean `optimistic`"),
            ("faults[0].kill", "did you mean `reserve`"),
            ("invariants[0]", "did you mean `noOversell`"),
        ] {
            #expect(
                found.contains { $0.contains(place) && $0.contains(words) },
                "\(place): \(words) is not in \(found.joined(separator: "\n"))")
        }
    }

    @Test func `a fault that will not do is told why`() throws {
        let found = try problems("faults")
        for (place, words) in [
            ("2:27: stores.stock.timeout", "is not more than 0"),
            ("3:22: inboxes.seen.in", "did you mean `memory`"),
            ("5:50: strategies.lock.clock", "did you mean `nodes`"),
            ("9:16: faults[0].killNode", "bound to no node"),
            ("10:5: faults[1]", "does not say when"), ("11:28: faults[2].every", "never ends"),
            ("12:12: faults[3].slow", "no store or service here (did you mean `stock`?)"),
            ("13:5: faults[4]", "does not say how long it lasts"),
            ("14:33: faults[5].factor", "makes nothing slower"),
            ("15:26: faults[6].from", "write broker, stores"),
            ("16:5: faults[7]", "`ahead` and `behind`"),
            ("17:41: faults[8].every", "exclude each other"),
            ("17:54: faults[8].lasting", "over at once"),
            ("18:6: faults[9].paus", "did you mean `pause`"),
        ] {
            #expect(
                found.contains { $0.contains(place) && $0.contains(words) },
                "\(place): \(words) is not in \(found.joined(separator: "\n"))")
        }
    }

    @Test(arguments: [
        ("order: partition, assignment: eager, nodes: 20000", "20000 nodes and 20000 partitions"),
        (
            "order: slot(1000000), assignment: exclusive, nodes: 1000",
            "1000 nodes and 1000000 slots"
        ),
        ("order: key, assignment: cooperative, nodes: 101", "101 nodes and 1000000 keys"),
    ])
    func `turns that would not fit into memory are refused`(handler: String, words: String) throws {
        let text = """
            sources: {s: {to: q, rate: 10/s, keys: uniform(1000000)}}
            queues: {q: {partitions: 20000}}
            handlers: {h: {from: q, \(handler), steps: [think: 5ms]}}
            run: {messages: 10}
            """
        let error = #expect(throws: ConfigurationError.self) {
            try Topology(yaml: Array(text.utf8), file: "t.yaml")
        }
        #expect("\(try #require(error))".contains("h: \(words) are too many"))
    }

    @Test(arguments: [
        ("partitioner: roundRobin", "", "there are no partitions to choose from"),
        (
            "partitions: 2, lateAcks: taken", "commit: after, ",
            "h commits positions, which know neither visibility, maxDeliveries nor lateAcks"
        ),
    ])
    func `keys that would do nothing are refused`(
        queue: String, handler: String, words: String
    ) throws {
        let text = """
            sources: {s: {to: q, rate: 10/s}}
            queues: {q: {\(queue)}}
            handlers: {h: {from: q, \(handler)steps: [think: 5ms]}}
            run: {messages: 10}
            """
        let error = #expect(throws: ConfigurationError.self) {
            try Topology(yaml: Array(text.utf8), file: "t.yaml")
        }
        #expect("\(try #require(error))".contains(words))
    }

    @Test func `what would never end is refused`() throws {
        let found = try problems("endless")
        #expect(found.contains { $0.contains("may try again for ever within one instant") })
        #expect(found.contains { $0.contains("has no end for do") })
    }

    @Test func `what nobody handles or nobody defines is refused`() throws {
        let found = try problems("nothing-handled")
        #expect(found.contains { $0.contains("no handler reads mails") })
        #expect(found.contains { $0.contains("has no meaning with arrivals: poisson") })
        #expect(found.contains { $0.contains("are too many") })
        #expect(found.contains { $0.contains("is no service") })
        #expect(found.contains { $0.contains("is no queue here (did you mean `jobs`?)") })
        #expect(found.contains { $0.contains("run.messages") })
    }

    @Test(arguments: [
        (
            "positions",
            [
                "4:51: handlers.shared.commit.takes: nobody waits for commits of an interval",
                "shared commits positions, and jobs has no partitions",
                "did you mean `withEffect`", "its steps commit already", "write position",
            ]
        ),
        (
            "publishing",
            [
                "did you mean `mails`", "did you mean `outbox`", "has no store to write it with",
                "only a relay sends once more",
            ]
        ),
        (
            "dead-letters",
            [
                "b sends to failed, which no handler reads",
                "publishes to lost, which no handler reads",
                "jobs has partitions, which give out what they have at once",
                "no dead letters go to other", "o reads other, so that nothing is left there",
                "dead letters of first come back to it by second",
                "what always fails is moved back from lost for ever", "did you mean `failed`",
                "10:39: queues.failed.redrive.rate: each is moved at a time of its own",
                "10:51: queues.failed.redrive.times: \"999\" is no number of times",
            ]
        ),
        (
            "lists",
            [
                "7:35: handlers.reserve.retry[0].cooldown: the list is empty; write 100ms",
                "7:51: handlers.reserve.retry[1].schedule: the list is empty; write 1s",
                "8:26: handlers.reserve.circuitBreaker.on: the list is empty; write timeout",
                "9:30: faults[0].at: the list is empty; write 5m",
                "10:24: compare[2]: naive stands there twice; keep one",
            ]
        ),
        (
            "perturb", ["queues.jobs.perturb.rules[0]", "did you mean `drop`", "rules[1].drop"]
        ),
        (
            "group",
            [
                "shared shares out partitions, and jobs has none", "is not more than 0",
                "did you mean `finished`", "handlers.shared.group.rebalance",
                "only nodes that share out partitions among themselves are a group",
                "did you mean `land`", "does not say how long a node is away",
            ]
        ),
        (
            "admission",
            [
                "holds messages ahead that nobody else may take anyway",
                "has admission: brokerBlocksKey and keeps no order",
                "a broker that blocks keys and one with partitions",
                "did you mean `waitInSlot`", "did you mean `node`", "write 16, or unlimited",
                "write apart, together", "sources.b.withoutKey",
            ]
        ),
    ])
    func `what a file of one kind of fault is told`(name: String, words: [String]) throws {
        let found = try problems(name)
        for part in words {
            #expect(
                found.contains { $0.contains(part) },
                "\(part) is not in \(found.joined(separator: "\n"))")
        }
    }

    @Test(arguments: [
        ("", "empty"), ("{}", "has no sources"), ("- sources", "is no mapping"),
        ("sources: {a: {to: q, rate: 1/s}}\nhandlers: {h: {from: q, steps: []}}", "never ends"),
        ("sources: {a: }", "has no content"), ("sources: [a]", "is no mapping"),
        ("handlers: {h: {from: q}}", "has no steps"),
        ("run: {warmUp: 100%}", "leaves nothing to measure"),
        ("run: {time: 0}", "is not more than 0"),
        ("strategies: {lock: {ttl: 5s, renewal: 5s}}", "5s is over before it is renewed"),
        ("strategies: {lock: {ttl: none, renewal: 5s}}", "lasts for ever is not renewed"),
    ])
    func `a file that will not do is told why`(text: String, words: String) {
        #expect(problems(of: text).contains { $0.contains(words) })
    }

    /// Every prefix, and every line left out: problems or a topology, never a trap.
    @Test(arguments: [
        ("messages: 0", ""), ("", "run: {messages: x}"), ("", "run: {time: soon}"),
    ])
    func `an end that cannot be read is not told to be missing besides`(
        source: String, run: String
    ) {
        let found = problems(
            of: """
                sources: {a: {to: q, rate: 5/s, \(source)}}
                handlers: {h: {from: q, steps: [think: 1ms]}}
                \(run)
                """)
        #expect(found.count == 1 && !found.contains { $0.contains("never ends") }, "\(found)")
    }

    @Test(arguments: [
        (
            "sources: {a: {to: q, arrivals: bursty, rate: 5/s, on: 0s, off: 1s, messages: 5}}",
            "1:55: sources.a.on: is no time"
        ),
        (
            "sources: {a: {to: q, rate: 5/s}}\nqueues: {q: {deadLetterQueue: d}, "
                + "d: {redrive: {after: 0s, times: unlimited}}}",
            "2:56: queues.d.redrive.after: moves what always fails back for ever within one instant"
        ),
    ])
    func `what would keep time from going on is refused`(part: String, words: String) {
        let found = problems(
            of: "\(part)\nhandlers: {h: {from: q, steps: [fail: 1]}}\nrun: {time: 10s}")
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }

    @Test func `any part of a topology is read or refused`() throws {
        let url = ShippedTopologyTests.folder.appendingPathComponent("ticketrush-strategies.yaml")
        let text = try String(contentsOf: url, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            _ = problems(of: lines.prefix(index).joined(separator: "\n"))
            let rest = lines.enumerated().filter { $0.offset != index }.map(\.element)
            if problems(of: rest.joined(separator: "\n")).isEmpty {
                var topology = try Topology(
                    yaml: Array(rest.joined(separator: "\n").utf8), file: "t")
                topology.run.messages = 50
                _ = topology.run()
            }
        }
    }
}
