import Configuration
import Foundation
import Reporting
import Testing

@testable import Simulation

/// Every value, and where it comes from.
@Suite struct TopologyExplanationTests {
    private func explanation(_ yaml: String) throws -> TopologyExplanation {
        TopologyExplanation(try TopologyDocument(yaml: Array(yaml.utf8), file: "t.yaml"))
    }

    private func words(_ explanation: TopologyExplanation, _ path: String) -> String? {
        guard let entry = explanation.entries.first(where: { $0.path == path }) else { return nil }
        switch entry.origin {
        case .file(let place): return "\(entry.value) at \(place)"
        case .preset(let preset, let said):
            return "\(entry.value) by \(preset.word) \(preset.version): \(said ?? "")"
        case .standard(let why): return "\(entry.value) by default: \(why)"
        }
    }

    private static let yaml = """
        sources: {in: {to: jobs, rate: 5/s, keys: uniform(7), messages: 9}}
        stores: {stock: {}}
        handlers:
          do:
            from: jobs
            preset: service-bus
            nodes: 2
            steps: [load: stock, think: 5ms]
            circuitBreaker: {failures: 3}
        """

    @Test func `what retries leave open is explained, and what comes after them`() throws {
        let found = try explanation(
            """
            sources: {in: {to: jobs, rate: 5/s}}
            handlers:
              do:
                from: jobs
                steps: [fail: 50%]
                retry:
                  conflict: [{inline: 2}, {schedule: 3, backoff: {base: 1s}}]
                  other: [{schedule: [1s], jitter: full, forever: true}]
            run: {messages: 9}
            """)
        let path = "handlers.do.retry"
        let open = found.entries.filter { $0.path.hasPrefix("\(path).") }
        let standard = open.filter { if case .standard = $0.origin { true } else { false } }
        #expect(
            standard.map { "\($0.path.dropFirst(path.count)) \($0.value)" }.filter {
                !$0.contains("as other")
            }
                == [
                    ".conflict[0].cooldown 0", ".conflict[0].jitter none",
                    ".conflict[1].keepsTurn false", ".conflict[1].backoff.cap none",
                    ".conflict[1].backoff.factor 2", ".conflict[1].backoff.jitter none",
                    ".conflict[2].deadLetter then", ".other[0].keepsTurn false",
                ])
    }

    @Test(arguments: [
        ("sources.in.rate", "5/s at 1:32"),
        (
            "sources.in.arrivals",
            "poisson by default: Kleinrock, Queueing Systems I (1975): what many independent senders add up to"
        ),
        (
            "stores.stock.entities",
            "7, as many as there are keys by default: ours: one for each key"
        ),
        ("handlers.do.nodes", "2 at 7:12"),
        ("handlers.do.workers", "1 by default: ours: the smallest handler there is, as M/M/1"),
        ("handlers.do.steps[1]", "{think: 5ms} at 8:26"),
        ("handlers.do.circuitBreaker.failures", "3 at 9:32"),
        (
            "handlers.do.circuitBreaker.within",
            "10m by default: Wolverine's CircuitBreakerOptions.cs"
        ),
        (
            "queues.jobs.maxDeliveries",
            "10 by service-bus API 2021-11-01: Azure SDK for .NET, "
                + "QueueProperties.MaxDeliveryCount: default value is 10"
        ),
        (
            "queues.jobs.capacity",
            "no limit by default: RabbitMQ 4.0, Queue Length Limit: none unless set"
        ),
        ("strategies.lock.ttl", "30s by default: Redisson 3, Config.lockWatchdogTimeout: 30000 ms"),
        (
            "strategies.partitioned.slots",
            "2 by default: ours: the number of workers, so that each can have a slot"
        ),
    ])
    func `a value comes from the file, a preset, or nobody`(path: String, value: String) throws {
        #expect(try words(explanation(Self.yaml), path) == value)
    }

    @Test func `what a kind of failure has no list for is told`() throws {
        let explained = try explanation(
            """
            sources: {in: {to: jobs, rate: 5/s, messages: 9}}
            handlers: {do: {from: jobs, steps: [think: 5ms],
                            retry: {conflict: [requeue], other: [discard]}}}
            faults: [{kill: do, at: 3s}, {throttle: do, factor: 2, at: 1s}]
            """)
        #expect(words(explained, "handlers.do.retry.conflict[0]") == "requeue at 3:36")
        #expect(
            words(explained, "handlers.do.retry.fault")
                == "as other: [discard] by default: ours: `other` is for kinds without a list")
        #expect(
            words(explained, "faults[0].lasting")
                == "0 by default: docs/validation.md, row L5: a restart follows at once")
        #expect(
            words(explained, "faults[1].lasting")
                == "the rest of the run by default: ours: what is slow or cut off at an instant stays so until told"
        )
    }

    @Test func `groups, redrives and steps are told key by key`() throws {
        let explained = try explanation(
            """
            sources: {in: {to: jobs, rate: 5/s, messages: 9}}
            queues: {jobs: {partitions: 2, deadLetterQueue: dead}, dead: {redrive: {every: 5m}}}
            handlers:
              do:
                from: jobs
                assignment: eager
                group: {session: 9s}
                steps: [think: 5ms, publish: {to: mails, after: 1s}]
              m: {from: mails, prefetch: {count: 4}, steps: [think: 5ms]}
            """)
        for (path, value) in [
            ("handlers.do.group.session", "9s at 7:22"),
            (
                "handlers.do.group.rebalance",
                "3s by default: heartbeat.interval.ms of Kafka's consumer 4.0, 3000: when members hear of it"
            ),
            (
                "handlers.do.steps[1].publish.by",
                "direct by default: Richardson, Microservices Patterns (2018), 3.3.7: the outbox is a pattern to add"
            ),
            (
                "handlers.m.prefetch.by",
                "node by default: MassTransit 8, PrefetchCount: of a receive endpoint of one instance"
            ),
            ("queues.dead.redrive.every", "5m at 2:80"),
            (
                "queues.dead.redrive.times",
                "1 by default: ours: so that what always fails comes to rest"
            ),
            ("queues.mails.delay", "0 by default: SQS CreateQueue: DelaySeconds 0"),
            (
                "delivery",
                "atLeastOnce by default: Kafka 4.0 documentation, Message Delivery Semantics: at-least-once by default"
            ),
        ] {
            #expect(words(explained, path) == value)
        }
        let publish = explained.entries.filter { $0.path.hasPrefix("handlers.do.steps[1]") }
        #expect(publish.map(\.part) == ["handlers.do", "handlers.do"])
        #expect(publish.map(\.key) == ["steps[1]", "steps[1].publish.by"])
    }

    @Test func `nothing that a shipped topology says is left out, and no value is empty`() throws {
        let folder = ShippedTopologyTests.folder
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names.sorted() where name.hasSuffix(".yaml") {
            let path = folder.appendingPathComponent(name).path
            let bytes = try SmallFile.bytes(path)
            guard String(decoding: bytes, as: UTF8.self).contains("\nhandlers:") else { continue }
            let document = try TopologyDocument(yaml: bytes, file: path)
            let explained = TopologyExplanation(document)
            #expect(explained.entries.allSatisfy { !$0.value.isEmpty }, "\(name)")
            for entry in explained.entries {
                guard case .standard(let why) = entry.origin else { continue }
                #expect(why.count > 5, "\(name): \(entry.path) has no source")
            }
            let paths = explained.entries.map(\.path)
            #expect(Set(paths).count == paths.count, "\(name)")
            for written in leaves(document.root) {
                #expect(
                    paths.contains {
                        written == $0 || written.hasPrefix("\($0).") || written.hasPrefix("\($0)[")
                    },
                    "\(name): \(written)")
            }
        }
    }

    private func leaves(_ node: Node) -> [String] {
        switch node.content {
        case .scalar: [node.path.description]
        case .sequence(let nodes): nodes.flatMap(leaves)
        case .mapping(let entries): entries.flatMap { leaves($0.value) }
        }
    }

    @Test func `the report has every value, for people and for programs`() throws {
        let explained = try explanation(Self.yaml)
        let report = TopologyExplanationReport(explained, of: "t.yaml")
        #expect(report.text.contains("\nhandlers.do\n"))
        #expect(report.text.contains("t.yaml:7:12"))
        #expect(report.text.contains("preset service-bus (Azure Service Bus API 2021-11-01)"))
        let data = Data(report.json.text.utf8)
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let values = try #require(object["values"] as? [[String: Any]])
        #expect(values.count == explained.entries.count)
        #expect(Set(values.compactMap { $0["from"] as? String }) == ["file", "preset", "default"])
    }
}
