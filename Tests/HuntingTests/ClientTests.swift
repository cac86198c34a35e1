import Foundation
import Hunting
import Perturbation
import Records
import Testing

/// Trials of consumers that stand on other people's clients, each on a broker that serves it.
@Suite(.serialized) struct ClientTests {
    struct Client: Hashable, Sendable, CustomTestStringConvertible {
        var name: String
        /// Of the Python package, where it is not the one of the virtual environment.
        var folder: String?
        var copies = 1

        var testDescription: String {
            name + (folder == nil ? "" : " (older)") + (copies > 1 ? ", \(copies) copies" : "")
        }
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["KERFUFFLE_PYTHON"]
    private static let brokers = environment["KERFUFFLE_TEST_BROKERS"]
    private static let kafka = environment["KERFUFFLE_KAFKA"]
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Python/consume.py").path

    /// The newest of kafka-python that speaks as old a protocol as the embedded broker does.
    private static let older: String? = python.map { python in
        URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("older").path
    }

    @Test(.enabled(if: python != nil, "KERFUFFLE_PYTHON names no Python with these clients"))
    func `a client that the embedded broker cannot serve is told which one it needs`() throws {
        let outcome = try outcome(
            "{command: ['\(try #require(Self.python))', -B, '\(Self.script)', kafka-python], "
                + "startWithin: 8s, environment: {CLIENT_FOLDER: ''}}", broker: "embedded")
        #expect(["never-ready", "not-started", "hung"].contains(outcome.ending.word))
        let words = [outcome.ending.reason].compactMap { $0 } + outcome.complaints
        #expect(words.contains { $0.contains("need a real broker") }, "\(outcome.ending)")
    }

    private func outcome(_ system: String, broker: String) throws -> TrialOutcome {
        let document = try Sample.document(
            Sample.text(
                system: system, observe: "[{command: 'cat ${folder}/system-*.log', name: out}]",
                extra: "settle: {quiet: 500ms, unread: 20s}\nbroker: \(broker)"))
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: try TrialSchedule(
                parsing: #"{"in":"orders/0@0","op":"duplicate","copy":1,"after":"orders/0@1"}"#),
            origin: "test")
        return try bench.run(input, keepsFolder: true)
    }

    private func expectAll(_ client: Client, broker: String) throws {
        let outcome = try outcome(
            "{command: ['\(try #require(Self.python))', -B, '\(Self.script)', '\(client.name)'], "
                + "copies: \(client.copies), environment: {CLIENT_FOLDER: '\(client.folder ?? "")'}}",
            broker: broker)
        #expect(outcome.ending == .settled)
        #expect(outcome.fed.count == 13)
        // Two copies may both see what was in flight while they shared out the partitions.
        let seen = Set((outcome.observed["out"] ?? []).compactMap(\.value))
        #expect(seen.count { $0.starts(with: #"{"partition""#.utf8) } == 13)
        #expect(outcome.unread.isEmpty)
    }

    @Test(
        .enabled(if: python != nil, "KERFUFFLE_PYTHON names no Python with these clients"),
        arguments: [
            Client(name: "confluent-kafka"), Client(name: "kafka-python", folder: older),
            Client(name: "aiokafka"),
        ])
    func `the embedded broker serves a consumer that stands on`(client: Client) throws {
        try expectAll(client, broker: "embedded")
    }

    @Test(
        .enabled(if: python != nil, "KERFUFFLE_PYTHON names no Python with these clients"),
        .enabled(if: brokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"),
        arguments: [
            Client(name: "confluent-kafka", copies: 2), Client(name: "kafka-python"),
            Client(name: "kafka-python", folder: older), Client(name: "aiokafka", copies: 2),
        ])
    func `a real broker serves consumers that stand on`(client: Client) throws {
        try expectAll(client, broker: "{real: '\(try #require(Self.brokers))'}")
    }

    @Test(
        .enabled(if: python != nil, "KERFUFFLE_PYTHON names no Python with these clients"),
        .enabled(if: brokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"))
    func `what the open transaction of a killed copy holds back is waited for`() throws {
        let folder = URL(fileURLWithPath: Self.script).deletingLastPathComponent().path
        let document = try Sample.document(
            Sample.text(
                topics: "{orders: 1}",
                system: "{command: ['\(try #require(Self.python))', -B, '\(folder)/transact.py']}",
                extra: "settle: {quiet: 300ms, unread: 5s}\n"
                    + "broker: {real: '\(try #require(Self.brokers))'}"))
        let place = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: place) }
        let bench = try TrialBench(document.hunt, folder: place, shouldStop: { false })
        let outcome = try bench.run(
            TrialInput(
                number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
                schedule: try TrialSchedule(
                    parsing: #"{"at":"orders/0@0","op":"kill","copy":0,"delay_us":300000}"#),
                origin: "test"), keepsFolder: true)
        #expect(outcome.ending == .settled)
        #expect(outcome.fed.count == 12)
        #expect(outcome.observed["out"]?.map(\.value) == outcome.fed.map(\.record.value))
    }

    @Test(
        .enabled(if: brokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"),
        .enabled(if: kafka != nil, "KERFUFFLE_KAFKA names no Kafka with its tools"),
        arguments: [
            "console-consumer --topic $KERFUFFLE_TOPIC_ORDERS --group $KAFKA_GROUP_ID --from-beginning"
                + " --formatter-property print.value=false --formatter-property print.key=true",
            "verifiable-consumer --topic $KERFUFFLE_TOPIC_ORDERS --group-id $KAFKA_GROUP_ID --verbose",
        ])
    func `a real broker serves Kafka's own consumers`(command: String) throws {
        let outcome = try outcome(
            "{command: 'exec \(try #require(Self.kafka)) tool \(command) "
                + "--bootstrap-server $KAFKA_BOOTSTRAP_SERVERS', startWithin: 60s}",
            broker: "{real: '\(try #require(Self.brokers))'}")
        #expect(outcome.ending == .settled)
        #expect(outcome.fed.count == 13)
        #expect(outcome.unread.isEmpty)
    }
}
