import Foundation
import KafkaClient
import Records

/// Where a test runs: on the embedded broker always, on a real one where `KERFUFFLE_TEST_BROKERS`
/// names it.
enum ClusterKind: String, Sendable, CaseIterable {
    case embedded
    case real

    static let realBrokers = ProcessInfo.processInfo.environment["KERFUFFLE_TEST_BROKERS"]
    static let available: [ClusterKind] = realBrokers == nil ? [.embedded] : [.embedded, .real]
    static var hasReal: Bool { realBrokers != nil }
}

/// A cluster for one test, with topics of its own that go with it.
final class Cluster {
    let kind: ClusterKind
    let broker: EmbeddedBroker?
    let bootstrapServers: String
    private var topics: [String] = []

    /// A real broker for outputs alone: that of `KERFUFFLE_TEST_TO_BROKERS`, otherwise the same one.
    init(target real: String) {
        kind = .real
        broker = nil
        bootstrapServers =
            ProcessInfo.processInfo.environment["KERFUFFLE_TEST_TO_BROKERS"] ?? real
    }

    init(_ kind: ClusterKind) throws {
        self.kind = kind
        if kind == .real, let real = ClusterKind.realBrokers {
            broker = nil
            bootstrapServers = real
        } else {
            let broker = try EmbeddedBroker()
            self.broker = broker
            bootstrapServers = broker.bootstrapServers
        }
    }

    deinit {
        if broker == nil, let admin = try? Admin(configuration) {
            _ = try? admin.deleteTopics(topics, timeout: .seconds(20))
        }
    }

    /// With short group times: the embedded broker rebalances once the session would have ended.
    var configuration: ClientConfiguration {
        var configuration = ClientConfiguration(bootstrapServers: bootstrapServers)
        configuration.set("session.timeout.ms", to: kind == .embedded ? "4000" : "6000")
        configuration.set("heartbeat.interval.ms", to: "500")
        return configuration
    }

    /// The properties of `configuration` as a command line has them.
    var flags: [String] {
        let session = kind == .embedded ? "4000" : "6000"
        return [
            "-b", bootstrapServers, "-X", "session.timeout.ms=\(session)", "-X",
            "heartbeat.interval.ms=500",
        ]
    }

    /// - Parameter name: where a test needs a certain one; otherwise one of its own.
    func makeTopic(
        _ suffix: String = "", named name: String? = nil, partitions: Int,
        settings: [String: String] = [:]
    ) throws -> String {
        let name = name ?? "t-" + UUID().uuidString.lowercased() + suffix
        if let broker {
            try broker.createTopic(name, partitions: partitions)
        } else {
            var settings = settings
            // The tests' timestamps are old; retention would delete such records at once.
            settings["retention.ms"] = settings["retention.ms"] ?? "-1"
            let failures = try Admin(configuration).createTopics(
                [NewTopic(name, partitions: partitions, settings: settings)], timeout: .seconds(20))
            if let failure = failures.first { throw failure.value }
            topics.append(name)
        }
        return name
    }

    func delete(_ topic: String) throws {
        let failures = try Admin(configuration).deleteTopics([topic], timeout: .seconds(20))
        if let failure = failures.first { throw failure.value }
    }

    /// Another topic of the name of one that was deleted.
    func make(again topic: String, partitions: Int) throws {
        let admin = try Admin(configuration)
        try wait(for: "the topic to be made again") {
            try admin.createTopics(
                [NewTopic(topic, partitions: partitions, settings: ["retention.ms": "-1"])],
                timeout: .seconds(20)
            ).isEmpty
        }
    }

    /// - Parameter largest: the largest record that the client lets through.
    func produce(_ records: [Record], to topic: String, largest: Int = 1_000_000) throws {
        var configuration = configuration
        configuration.set("message.max.bytes", to: "\(largest)")
        let producer = try Producer(configuration)
        let handle = try producer.topic(topic)
        for record in records {
            while try producer.produce(record, to: handle, partition: record.source.partition)
                == .queueFull
            {
                producer.poll(timeout: .milliseconds(10))
            }
        }
        guard producer.flush(timeout: .seconds(30)) else { throw TestFailure("no flush in 30 s") }
        if let error = producer.deliveries(ofBatch: 0).firstError { throw error }
    }

    /// A commit is answered before its markers stand in the partitions: until they do, a read-committed
    /// reader is shown an end that lies before what was committed.
    private func waitForMarkers(_ sources: [TopicPartition], _ consumer: Consumer) throws {
        if kind == .embedded { return }
        var configuration = configuration
        configuration.set("isolation.level", to: "read_uncommitted")
        let other = try Consumer(configuration)
        try wait(for: "the markers of the last transaction") {
            let all = try other.watermarks(sources, timeout: .seconds(20))
            return try consumer.watermarks(sources, timeout: .seconds(20)) == all
        }
    }

    /// Everything that a read-committed reader sees, partition by partition.
    func contents(of topic: String) throws -> [Int32: [Record]] {
        let consumer = try Consumer(configuration)
        let metadata = try consumer.metadata(topic: topic, timeout: .seconds(20))
        let partitions = metadata.topics.first { $0.name == topic }?.partitions.map(\.id) ?? []
        let sources = partitions.map { TopicPartition(topic, $0) }
        try waitForMarkers(sources, consumer)
        try consumer.assign(
            Dictionary(uniqueKeysWithValues: sources.map { ($0, .earliest) }))
        var open = Set(sources)
        var found: [Int32: [Record]] = Dictionary(
            uniqueKeysWithValues: partitions.map { ($0, []) })
        var failure: KafkaError?
        // Kept: a block's first room costs a debug build more than thousands of records do.
        var blocks = sources.map { RecordBlock(source: $0) }
        try wait(for: "the end of \(topic)") {
            try consumer.poll(timeout: .milliseconds(100), max: 10_000) { event in
                switch event {
                case .endOfPartition(let slot, _): open.remove(consumer.partition(ofSlot: slot))
                case .offsetOutOfRange(_, let error): failure = error
                default: break
                }
            } records: { message in
                let partition = consumer.partition(ofSlot: message.slot).partition
                let index = Int(partition)
                blocks[index].removeAll()
                try message.append(to: &blocks[index], arrivalNs: 0)
                found[partition, default: []].append(blocks[index].record(at: 0))
            }
            if let failure { throw failure }
            return open.isEmpty
        }
        return found
    }
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Repeats `step` until it says true.
func wait(for what: String, seconds: Int = 60, until step: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !step() {
        if ContinuousClock.now > end { throw TestFailure("waited \(seconds) s for \(what)") }
    }
}
