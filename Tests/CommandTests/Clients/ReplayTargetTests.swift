import Foundation
import KafkaClient
import Records
import Testing

/// Topics that a replay is sent to are looked at before anything is sent.
@Suite struct ReplayTargetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Two topics: `a` in four partitions, `b` in one.
    private func recording(valueBytes: Int = 5) throws -> String {
        let value = String(repeating: "x", count: valueBytes)
        let lines = [("a", 0), ("a", 3), ("b", 0)].map { topic, partition in
            #"{"topic":"\#(topic)","partition":\#(partition),"offset":7,"timestamp_type":"create","#
                + #""timestamp_ms":946684800000,"key":"k","value":"\#(value)"}"#
        }
        try folder.write((lines.joined(separator: "\n") + "\n").utf8, "in.ndjson")
        let made = try Kerfuffle.run(
            "import", folder.path("in.ndjson"), "-o", folder.path("r.mcap"))
        try #require(made.code == 0, "\(made.errors)")
        return folder.path("r.mcap")
    }

    @Test func `what will not do is refused at once, and nothing is sent`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("a.shadow", partitions: 3)
        try broker.createTopic("b.shadow", partitions: 1)
        let recording = try recording()
        let routes = ["--in", "a", "--out", "a.shadow", "--in", "b", "--out"]
        let result = try Kerfuffle.run(
            ["replay", recording, "-b", broker.bootstrapServers] + routes + ["none.shadow"])
        #expect(result.code == 77)
        #expect(
            result.errors == """
                error: the output topic a.shadow has 3 partitions and the recording 4; partitions are \
                kept, so it needs as many
                the output topic none.shadow is not there; make it first

                """)
        let other = try Kerfuffle.run(
            ["replay", recording, "-b", broker.bootstrapServers] + routes + ["b.shadow"])
        #expect(other.code == 77)
        let consumer = try Consumer(
            ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        let sources = [TopicPartition("a.shadow", 0), TopicPartition("b.shadow", 0)]
        #expect(
            try consumer.watermarks(sources, timeout: .seconds(20)).values.allSatisfy(\.isEmpty))
        let away = try Kerfuffle.run(
            ["replay", recording, "-b", "127.0.0.1:1"] + routes + ["b.shadow"])
        #expect(away.code == 69)
        #expect(away.errors.contains("no broker answers at 127.0.0.1:1"), "\(away.errors)")
    }

    @Test(.enabled(if: ClientCluster.hasReal, "KERFUFFLE_TEST_BROKERS names no broker"))
    func `records as large as the topic takes are sent, and its clock is not taken for theirs`()
        throws
    {
        let brokers = try #require(ClientCluster.realBrokers)
        let admin = try Admin(ClientConfiguration(bootstrapServers: brokers))
        let id = UUID().uuidString.lowercased()
        let (large, clock) = ("replay-\(id).large.shadow", "replay-\(id).clock.shadow")
        let size = ["retention.ms": "-1", "max.message.bytes": "4000000"]
        let failures = try admin.createTopics(
            [
                NewTopic(large, partitions: 4, settings: size),
                NewTopic(
                    clock, partitions: 4,
                    settings: size.merging(["message.timestamp.type": "LogAppendTime"]) { $1 }),
            ], timeout: .seconds(20))
        try #require(failures.isEmpty)
        defer { _ = try? admin.deleteTopics([large, clock], timeout: .seconds(20)) }
        let recording = try recording(valueBytes: 3_000_000)
        let front = ["replay", recording, "-b", brokers, "--in", "a", "--out"]
        let refused = try Kerfuffle.run(front + [clock, "--in", "b", "--out", large])
        #expect(refused.code == 77)
        #expect(
            refused.errors.contains("\(clock) has message.timestamp.type=LogAppendTime"),
            "\(refused.errors)")
        let result = try Kerfuffle.run(
            front + [large, "--in", "b", "--out", clock, "--allow-log-append-time"])
        #expect(result.code == 0, "\(result.errors)")
        let consumer = try Consumer(ClientConfiguration(bootstrapServers: brokers))
        let found = try consumer.watermarks(
            [0, 3].map { TopicPartition(large, $0) } + [TopicPartition(clock, 0)],
            timeout: .seconds(20))
        #expect(found.values.allSatisfy { $0.count == 1 })
    }
}
