import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording
import Records
import Testing

/// A run whose output has a cluster of its own, with the rights of docs/kafka.md for each side. One Kafka
/// is both: what is asked of whom does not depend on there being two.
struct TwoClusterRights {
    private let kafka: SecureKafka
    private let folder: Folder
    private let positions = "g-two.shadow.positions"

    init(_ kafka: SecureKafka, _ folder: Folder) {
        self.kafka = kafka
        self.folder = folder
    }

    func expectAll() throws {
        try prepare()
        try grant("Read", ["--topic", "two", "--group", "g-two"])
        try grant("Write", ["--topic", "two.shadow"])
        let lacking = try doctor()
        #expect(lacking.code == 69)
        for right in [
            "Read on topic \(positions)", "Write on transactional ids that begin with g-two.",
        ] {
            #expect(lacking.output.contains("(output) missing: \(right)\n"), "\(lacking.output)")
        }
        #expect(lacking.output.hasSuffix("\na run would not work: 2 bad\n"), "\(lacking.output)")

        try grant("Write", ["--transactional-id", "g-two.", "--resource-pattern-type", "prefixed"])
        try grant("Create", ["--operation", "Read", "--operation", "Write", "--topic", positions])
        let before = try doctor()
        #expect(before.code == 0, "\(before.output)")
        #expect(
            before.output.contains("not there yet; the first run makes it, with 2 partitions\n"))
        let admin = try Admin(kafka.configuration("admin"))
        #expect(
            try !admin.metadata(timeout: .seconds(20)).topics.contains { $0.name == positions },
            "a look made the topic")

        let run = try Run(
            ["proxy"] + flags + [
                "--until-end", "--schedule", folder.path("two.jsonl"), "--log-format", "text",
                "--max-wait", "100ms",
            ])
        #expect(try run.wait() == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("records     20 in, "))
        let after = try doctor()
        #expect(after.code == 0, "\(after.output)")
        for right in [
            "Read on topic two", "Read on group g-two", "Write on topic two.shadow",
            "Read on topic \(positions)", "Write on topic \(positions)",
            "Write on transactional ids that begin with g-two.",
        ] {
            #expect(after.output.contains("granted: \(right)\n"), "\(after.output)")
        }
        try expectRightsOfTheRun()
    }

    /// The configuration knows the same rights.
    private func expectRightsOfTheRun() throws {
        var configuration = ProxyConfiguration(
            client: ClientConfiguration(), group: "g-two", instance: "i",
            routes: [Route(input: "two", output: "two.shadow")], plan: .standard,
            paths: JournalPaths(recording: nil, schedule: nil), tool: "tests")
        configuration.target = TargetCluster(client: ClientConfiguration(), group: "g-two")
        #expect(
            configuration.rights.filter { !$0.isOptional }.map(\.name) == [
                "Read on topic two", "Read on group g-two", "Write on topic two.shadow",
                "Write on transactional ids that begin with g-two.",
                "Read on topic \(positions)", "Write on topic \(positions)",
            ])
    }

    private func prepare() throws {
        let client = try kafka.configuration("admin")
        let topics = ["two", "two.shadow"].map {
            NewTopic($0, partitions: 2, settings: ["retention.ms": "-1"])
        }
        #expect(try Admin(client).createTopics(topics, timeout: .seconds(30)).isEmpty)
        let producer = try Producer(client)
        let topic = try producer.topic("two")
        for number in 0..<20 {
            let partition = Int32(number % 2)
            let record = Record(
                source: TopicPartition("two", partition), offset: 0, key: [1],
                value: [UInt8(number)])
            #expect(try producer.produce(record, to: topic, partition: partition) == .queued)
        }
        #expect(producer.flush(timeout: .seconds(30)))
    }

    private func grant(_ operation: String, _ place: [String]) throws {
        _ = try kafka.tool(
            "acls",
            ["--add", "--allow-principal", "User:limited", "--operation", operation] + place)
    }

    private var flags: [String] {
        let names = ["-b": "--to-brokers", "-F": "--to-F"]
        let source = kafka.flags("limited")
        return source + source.map { names[$0] ?? $0 } + [
            "--in", "two", "--out", "two.shadow", "--group", "g-two",
        ]
    }

    private func doctor() throws -> (code: Int32, output: String) {
        let run = try Run(["doctor"] + flags)
        // Columns are as wide as they have to be.
        return (try run.wait(), run.output.replacing(/\x20{2,}/, with: " "))
    }
}
