import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// The rights of docs/kafka.md are all that is needed, and each of them is, on a Kafka that grants nothing
/// by itself.
///
/// One Kafka for all of it, which takes some seconds to start: each case has topics, group and
/// transactional id of its own, so that three calls of Kafka's tool grant everything.
@Suite struct RightsTests {
    private static let cases = ["full", "no-read", "no-group", "no-write", "no-id", "no-configs"]

    private static func configuration(
        _ input: String, _ output: String, _ group: String, _ instance: String
    ) -> ProxyConfiguration {
        ProxyConfiguration(
            client: ClientConfiguration(), group: group, instance: instance,
            routes: [Route(input: input, output: output)], plan: .standard,
            paths: JournalPaths(recording: nil, schedule: nil), tool: "tests")
    }

    /// All rights of a case, and the one that it lacks.
    private static func rights(_ name: String) -> (all: [AccessRight], lacks: AccessRight?) {
        let all = configuration(name, "\(name).shadow", "g-\(name)", "i-\(name)").rights
        let lacks = cases.firstIndex(of: name).flatMap { $0 == 0 ? nil : all[$0 - 1] }
        return (all, lacks)
    }

    @Test func `the manual grants what a run needs and nothing else`() throws {
        let url = Run.repository.appendingPathComponent("docs/kafka.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("kafka-acls.sh") }
        let rights = Self.configuration("orders", "orders.shadow", "kerfuffle", "kerfuffle").rights
        #expect(lines.map(String.init) == rights.map { $0.command(principal: "User:kerfuffle") })
    }

    @Test func `a name that a shell would take apart is quoted`() {
        let right = AccessRight(.read, .group("it's $mine"))
        #expect(
            right.command(principal: "User:CN=a b").hasSuffix(
                "--allow-principal 'User:CN=a b' --operation Read --group 'it'\\''s $mine'"))
    }

    @Test func `each right is needed, and the sentence that ends a run names it`() throws {
        guard let script = SecureKafka.script else {
            print("no Kafka to be started here: rights were not tried on a real one")
            return
        }
        let kafka = try SecureKafka(script)
        try prepare(kafka)
        let folder = try Folder()
        // All at once: most of it is waiting.
        let doctors = try Self.cases.map { ($0, try doctor(kafka, $0)) }
        for (name, run) in doctors {
            try expectDoctor(kafka, name, run, lacks: Self.rights(name).lacks)
        }
        let runs = try Self.cases.map { ($0, try Run(proxy(kafka, $0, folder))) }
        for (name, run) in runs {
            let lacks = Self.rights(name).lacks
            let code = try run.wait()
            if let lacks, !lacks.isOptional {
                #expect(code == 69, "\(name): \(run.errors)")
                #expect(
                    run.errors.contains("a right is missing: \(lacks.name); grant it with: "),
                    "\(name): \(run.errors)")
            } else {
                #expect(code == 0, "\(name): \(run.errors)")
                #expect(run.output.hasPrefix("records     20 in, "))
                #expect(run.errors.contains(lacks?.name ?? "full/0: from 0 to") == true)
            }
        }
        try expectReplays(kafka, folder)
        try expectNothingStored(kafka)
        try expectUnreachable(kafka)
        try TwoClusterRights(kafka, folder).expectAll()
    }

    private func proxy(_ kafka: SecureKafka, _ name: String, _ folder: Folder) -> [String] {
        ["proxy"] + kafka.flags("limited") + [
            "--in", name, "--out", "\(name).shadow", "--group", "g-\(name)", "--instance",
            "i-\(name)", "--until-end", "--record", folder.path("\(name).mcap"), "--log-format",
            "text", "--max-wait", "100ms",
        ]
    }

    private func prepare(_ kafka: SecureKafka) throws {
        let client = try kafka.configuration("admin")
        let topics = Self.cases.flatMap { [$0, "\($0).shadow"] }
        let failed = try Admin(client).createTopics(
            topics.map { NewTopic($0, partitions: 2, settings: ["retention.ms": "-1"]) },
            timeout: .seconds(30))
        #expect(failed.isEmpty)
        let producer = try Producer(client)
        for name in Self.cases {
            let topic = try producer.topic(name)
            for number in 0..<20 {
                let record = Record(
                    source: TopicPartition(name, Int32(number % 2)), offset: 0, key: [1],
                    value: [UInt8(number)])
                #expect(
                    try producer.produce(record, to: topic, partition: Int32(number % 2)) == .queued
                )
            }
        }
        #expect(producer.flush(timeout: .seconds(30)))
        var places: [AccessRight.Operation: [String]] = [:]
        for name in Self.cases {
            let (all, lacks) = Self.rights(name)
            for right in all where right != lacks {
                switch right.resource {
                case .topic(let name): places[right.operation, default: []] += ["--topic", name]
                case .group(let name): places[right.operation, default: []] += ["--group", name]
                case .transactionalID(let name), .transactionalIDs(let name):
                    places[right.operation, default: []] += ["--transactional-id", name]
                }
            }
        }
        for (operation, places) in places {
            _ = try kafka.tool(
                "acls",
                ["--add", "--allow-principal", "User:limited", "--operation", operation.rawValue]
                    + places)
        }
    }

    private func doctor(_ kafka: SecureKafka, _ name: String) throws -> Run {
        try Run(
            ["doctor"] + kafka.flags("limited") + [
                "--in", name, "--out", "\(name).shadow", "--group", "g-\(name)", "--instance",
                "i-\(name)", "--principal", "User:limited", "--format", "json",
            ])
    }

    private func expectDoctor(
        _ kafka: SecureKafka, _ name: String, _ run: Run, lacks: AccessRight?
    ) throws {
        let code = try run.wait()
        let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let told = try #require(value as? [String: Any])
        let checks = try #require(told["checks"] as? [[String: Any]])
        let missing = checks.filter { ($0["text"] as? String)?.hasPrefix("missing: ") == true }
        #expect(
            missing.compactMap { $0["text"] as? String }
                == (lacks.map { ["missing: \($0.name)"] } ?? []), "\(name): \(run.output)")
        if let lacks {
            let remedies = missing.first?["remedies"] as? [String]
            #expect(
                remedies == [
                    lacks.command(
                        principal: "User:limited", brokers: kafka.brokers, isSecured: true)
                ])
        }
        let isBad = lacks.map { !$0.isOptional } ?? false
        #expect(code == (isBad ? 69 : 0), "\(name): \(run.output)")
        #expect(told["well"] as? Bool == !isBad)
    }

    /// What replays to a topic and verifies one, with and without the right to it.
    private func expectReplays(_ kafka: SecureKafka, _ folder: Folder) throws {
        func run(_ words: [String], _ output: String) throws -> (code: Int32, errors: String) {
            let run = try Run(
                words + ["--in", "full", "--out", output] + kafka.flags("limited"))
            return (try run.wait(), run.errors)
        }
        let replay = ["replay", folder.path("full.mcap"), "--schedule", folder.path("full.jsonl")]
        let verify = [
            "verify", "--recording", folder.path("full.mcap"), "--schedule",
            folder.path("full.jsonl"),
        ]
        let refused = try run(replay, "no-write.shadow")
        #expect(refused.code == 69)
        #expect(refused.errors.contains("a right is missing: Write on topic no-write.shadow; "))
        #expect(try run(replay, "no-group.shadow").code == 0)
        let unseen = try run(verify, "no-write.shadow")
        #expect(unseen.code == 69)
        #expect(unseen.errors.contains("a right is missing: Read on topic no-write.shadow; "))
        let unread = try run(verify, "full.shadow")
        #expect(unread.code == 69)
        #expect(unread.errors.contains("a right is missing: Read on topic full.shadow; "))
        _ = try kafka.tool(
            "acls",
            [
                "--add", "--allow-principal", "User:limited", "--operation", "Read", "--topic",
                "full.shadow",
            ])
        let read = try run(verify, "full.shadow")
        #expect(read.code == 0, "\(read.errors)")
    }

    /// Neither the doctor nor a run that was refused left anything behind.
    private func expectNothingStored(_ kafka: SecureKafka) throws {
        let consumer = try Consumer(try kafka.configuration("admin"), group: "g-no-read")
        let sources = Self.cases.flatMap { name in
            (0..<2).map { TopicPartition("\(name).shadow", $0) }
        }
        let ends = try consumer.watermarks(sources, timeout: .seconds(20)).filter {
            !$0.value.isEmpty
        }
        let written = Set(ends.keys.map(\.topic))
        #expect(written == ["full.shadow", "no-configs.shadow", "no-group.shadow"])
        let committed = try consumer.committed(
            [TopicPartition("no-read", 0), TopicPartition("no-read", 1)], timeout: .seconds(20))
        #expect(committed.isEmpty)
    }

    /// A wrong password is said as such, and not shown.
    private func expectUnreachable(_ kafka: SecureKafka) throws {
        let run = try Run(["doctor"] + kafka.flags("wrong") + ["--in", "full"])
        #expect(try run.wait() == 69)
        #expect(run.output.contains("Authentication failed"), "\(run.output)")
        #expect(!(run.output + run.errors).contains("planted-secret"))
    }
}
