import Foundation
import KafkaClient
import Records
import Testing

/// Where a test runs: on the embedded broker always, on a real one where `KERFUFFLE_TEST_BROKERS`
/// names it.
enum ClusterKind: String, Sendable, CustomTestStringConvertible {
    case embedded
    case real

    static let realBrokers = ProcessInfo.processInfo.environment["KERFUFFLE_TEST_BROKERS"]
    static let available: [ClusterKind] = realBrokers == nil ? [.embedded] : [.embedded, .real]
    static var hasReal: Bool { realBrokers != nil }

    var testDescription: String { rawValue }
}

/// A cluster for one test, with topics of its own.
final class TestCluster {
    let kind: ClusterKind
    let broker: EmbeddedBroker?
    let bootstrapServers: String
    private var topics: [String] = []

    init(_ kind: ClusterKind, brokers: Int = 1) throws {
        self.kind = kind
        if kind == .real, let real = ClusterKind.realBrokers {
            broker = nil
            bootstrapServers = real
        } else {
            let broker = try EmbeddedBroker(brokers: brokers)
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
        configuration.set("topic.metadata.refresh.interval.ms", to: "1000")
        return configuration
    }

    var groupConfiguration: ClientConfiguration {
        var configuration = configuration
        configuration.set("session.timeout.ms", to: kind == .embedded ? "4000" : "6000")
        configuration.set("heartbeat.interval.ms", to: "500")
        return configuration
    }

    func makeTopic(
        partitions: Int = 1, settings: [String: String] = [:]
    ) throws -> String {
        let name = "t-" + UUID().uuidString.lowercased()
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

    func makeGroup() -> String { "g-" + UUID().uuidString.lowercased() }

    /// Produces records and waits until they are acknowledged.
    func produce(_ records: [Record], to topic: String) throws {
        let producer = try Producer(configuration)
        try produce(records, to: topic, with: producer)
    }

    func produce(_ records: [Record], to topic: String, with producer: Producer) throws {
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
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Repeats `step` until it says true.
func wait(for what: String, seconds: Int = 30, until step: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !step() {
        if ContinuousClock.now > end { throw TestFailure("waited \(seconds) s for \(what)") }
    }
}

extension Consumer {
    /// One poll whose events are nothing to the test.
    @discardableResult
    func each(_ max: Int, _ body: (borrowing ConsumedMessage) throws -> Void) throws -> Int {
        try poll(timeout: .milliseconds(100), max: max, events: { _ in }, records: body)
    }

    /// Polls until so many records came, and gives them as values.
    func collect(
        _ count: Int, seconds: Int = 30, events: (ConsumerEvent) throws -> Void = { _ in }
    ) throws -> [Record] {
        var records: [Record] = []
        try wait(for: "\(count) records", seconds: seconds) {
            try poll(timeout: .milliseconds(100), max: 1000, events: events) { message in
                records.append(try message.record(from: partition(ofSlot: message.slot)))
            }
            return records.count >= count
        }
        return records
    }

    /// Polls until each partition's end was told, and gives the records up to there.
    func readToEnd(of partitions: [TopicPartition], seconds: Int = 30) throws -> [Record] {
        var open = Set(partitions)
        var records: [Record] = []
        try wait(for: "the end of \(open)", seconds: seconds) {
            try poll(timeout: .milliseconds(100), max: 1000) { event in
                if case .endOfPartition(let slot, _) = event {
                    open.remove(partition(ofSlot: slot))
                }
            } records: { message in
                records.append(try message.record(from: partition(ofSlot: message.slot)))
            }
            return open.isEmpty
        }
        return records
    }
}

extension ConsumedMessage {
    /// By way of a block, as the proxy does it.
    borrowing func record(from source: TopicPartition) throws -> Record {
        var block = RecordBlock(source: source)
        try append(to: &block, arrivalNs: 0)
        return block.record(at: 0)
    }
}
