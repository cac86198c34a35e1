import Foundation
import KafkaClient
import Perturbation
import Records
import Testing

/// Where a topic is read by other people's clients.
enum ClientCluster: String, Sendable, CaseIterable {
    case embedded, real

    static let realBrokers = ProcessInfo.processInfo.environment["KERFUFFLE_TEST_BROKERS"]
    static let available: [ClientCluster] = realBrokers == nil ? [.embedded] : [.embedded, .real]
    static var hasReal: Bool { realBrokers != nil }
}

/// What a client sees of a record, as far as a topic keeps it.
struct Seen: Hashable, CustomStringConvertible {
    var timestampMs: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]

    var description: String {
        func short(_ bytes: [UInt8]?) -> String {
            bytes.map { "\($0.count):\(String(decoding: $0.prefix(20), as: UTF8.self))" } ?? "null"
        }
        return "\(timestampMs) \(short(key)) = \(short(value)) \(headers.count) headers"
    }

    /// A line of `export --as ndjson`, or of consume.py.
    init(_ line: JSONValue) throws {
        timestampMs = line["timestamp_ms"]?.integer ?? -1
        key = try Self.bytes(line["key"])
        value = try Self.bytes(line["value"])
        headers = try (line["headers"]?.array ?? []).map {
            Header(name: try Self.bytes($0["name"]) ?? [], value: try Self.bytes($0["value"]))
        }
    }

    init(_ record: Record) {
        timestampMs = record.timestamp.milliseconds
        key = record.key
        value = record.value
        headers = record.headers
    }

    private static func bytes(_ value: JSONValue?) throws -> [UInt8]? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return Array(text.utf8)
        case let value?:
            let data = try #require(value["base64"]?.string.flatMap { Data(base64Encoded: $0) })
            return [UInt8](data)
        }
    }

    /// By partition, in the order of the lines.
    static func all(_ text: String) throws -> [Int32: [Seen]] {
        var found: [Int32: [Seen]] = [:]
        for line in text.split(separator: "\n") {
            let value = try JSONValue(parsing: String(line))
            let partition = Int32(try #require(value["partition"]?.integer))
            found[partition, default: []].append(try Seen(value))
        }
        return found
    }
}

/// A topic of records that are easily lost, and what the proxy made of it.
final class ClientScene {
    static let partitions = 2
    let brokers: String
    let folder: TemporaryFolder
    let output: String
    /// By partition, as recording and schedule say.
    private(set) var expected: [Int32: [Seen]] = [:]
    private let broker: EmbeddedBroker?
    private var topics: [String] = []

    init(_ kind: ClientCluster) throws {
        folder = try TemporaryFolder()
        broker = kind == .embedded ? try EmbeddedBroker() : nil
        brokers = broker?.bootstrapServers ?? ClientCluster.realBrokers ?? ""
        let id = UUID().uuidString.lowercased()
        let input = "clients-\(id)"
        output = "clients-\(id).shadow"
        let configuration = ClientConfiguration(bootstrapServers: brokers)
        for topic in [input, output] { try make(topic) }
        if kind == .real { try abort(in: output) }
        try Self.send(AwkwardRecords.all, to: input, configuration)
        try folder.write(
            "window: {records: 3..8}\nrules: [order: shuffle, duplicate: 25%]\n".utf8, "plan.yaml")
        let (recording, schedule) = (folder.path("r.mcap"), folder.path("r.jsonl"))
        let session = kind == .embedded ? "4000" : "6000"
        let guarantee = kind == .embedded ? "at-least-once" : "exactly-once"
        try run(
            "proxy", "-b", brokers, "--in", input, "--out", output, "--plan",
            folder.path("plan.yaml"), "--until-end", "--record", recording, "--schedule", schedule,
            "--delivery", guarantee, "-X", "session.timeout.ms=\(session)")
        if kind == .real { try abort(in: output) }
        try run(
            "replay", recording, "--schedule", schedule, "--to-recording", folder.path("out.mcap"))
        let text = try run("export", folder.path("out.mcap"))
        expected = try Seen.all(text)
        // Nothing but order and copies: what went in is what came out.
        #expect(Set(expected.values.joined()) == Set(AwkwardRecords.all.map(Seen.init)))
        #expect(expected.values.joined().count > AwkwardRecords.all.count)
    }

    deinit {
        if broker == nil,
            let admin = try? Admin(ClientConfiguration(bootstrapServers: brokers))
        {
            _ = try? admin.deleteTopics(topics, timeout: .seconds(20))
        }
    }

    /// - Returns: standard output.
    @discardableResult
    func run(_ arguments: String...) throws -> String {
        let result = try Kerfuffle.run(arguments)
        guard result.code == 0 else {
            throw TestFailure("kerfuffle \(arguments): \(result.code) \(result.errors)")
        }
        return result.text
    }

    func make(_ topic: String, partitions: Int = ClientScene.partitions) throws {
        topics.append(topic)
        if let broker { return try broker.createTopic(topic, partitions: partitions) }
        let admin = try Admin(ClientConfiguration(bootstrapServers: brokers))
        let settings = ["retention.ms": "-1"]
        let failures = try admin.createTopics(
            [NewTopic(topic, partitions: partitions, settings: settings)], timeout: .seconds(20))
        if let failure = failures.first { throw failure.value }
    }

    /// What a topic holds, by kcat and `import --as kcat`.
    func contents(of topic: String) throws -> [Int32: [Seen]] {
        let kcat = try Subprocess(
            "/usr/bin/env", ["kcat", "-C", "-b", brokers, "-t", topic, "-e", "-q", "-J"]
        ).run()
        guard kcat.code == 0 else { throw TestFailure("kcat: \(kcat.errors)") }
        let name = UUID().uuidString
        try folder.write(kcat.output, "\(name).json")
        try run("import", folder.path("\(name).json"), "--as", "kcat", "-o", folder.path(name))
        return try Seen.all(try run("export", folder.path(name)))
    }

    func expectEqual(
        _ found: [Int32: [Seen]], _ wanted: [Int32: [Seen]]? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let wanted = wanted ?? expected
        for partition in Set(found.keys).union(wanted.keys).sorted() {
            let (left, right) = (found[partition] ?? [], wanted[partition] ?? [])
            if left == right { continue }
            let place = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
            let index = place ?? min(left.count, right.count)
            Issue.record(
                """
                partition \(partition), record \(index): found \(left.count), wanted \(right.count); \
                \(left.indices.contains(index) ? "\(left[index])" : "none") in place of \
                \(right.indices.contains(index) ? "\(right[index])" : "none")
                """, sourceLocation: location)
        }
    }

    private static func send(
        _ records: [Record], to topic: String, _ configuration: ClientConfiguration
    ) throws {
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
    }

    /// What no reader of committed records may see.
    private func abort(in topic: String) throws {
        var configuration = ClientConfiguration(bootstrapServers: brokers)
        configuration.set("transactional.id", to: "abort-\(UUID().uuidString)")
        let producer = try Producer(configuration)
        try producer.initTransactions(timeout: .seconds(30))
        try producer.beginTransaction()
        let handle = try producer.topic(topic)
        for partition in 0..<Int32(Self.partitions) {
            let record = Record(
                source: TopicPartition(topic, partition), offset: 0,
                timestamp: .create(1_700_000_000_000), key: nil, value: Array("aborted".utf8))
            _ = try producer.produce(record, to: handle, partition: partition)
        }
        guard producer.flush(timeout: .seconds(30)) else { throw TestFailure("no flush in 30 s") }
        try producer.abortTransaction(timeout: .seconds(30))
    }
}

/// Records that some client or format loses easily.
enum AwkwardRecords {
    static let all: [Record] = (0..<4).flatMap { round in
        shapes.enumerated().map { index, shape in
            let number = round * shapes.count + index
            // From the year 2000 on.
            return Record(
                source: TopicPartition("", Int32(number % ClientScene.partitions)), offset: 0,
                timestamp: .create(946_684_800_000 + Int64(number) * 1001), key: shape.key,
                value: round > 0 && (shape.value?.count ?? 0) > 1000 ? [UInt8(round)] : shape.value,
                headers: shape.headers)
        }
    }

    private static let shapes: [(key: [UInt8]?, value: [UInt8]?, headers: [Header])] = [
        (nil, text("a null key"), []),
        ([], text("an empty key"), []),
        (text("tombstone"), nil, []),
        (text("empty"), [], []),
        (nil, nil, [Header("both", "null")]),
        (
            text("repeats"), text("v"),
            [Header("a", "1"), Header("b", "2"), Header("a", "1"), Header("a", "3")]
        ),
        (text("null header"), text("v"), [Header("n", nil), Header("e", "")]),
        (
            Array(0...255), Array((0...255).reversed()),
            [Header(name: text("raw"), value: [0, 0xFF, 0xFE, 0x80, 0x0A])]
        ),
        (text("Größe 大きさ 📦"), text("значение\u{0}\u{1F600}"), [Header("Überschrift", "наклон")]),
        (text("null"), text("null"), [Header("null", "null"), Header("c", "a,b:c=d")]),
        (text("tab\there"), text("line one\nline two\r\n\"quotes\" \\ |"), []),
        (text("big"), [UInt8](repeating: UInt8(ascii: "x"), count: 900_000), []),
        (text("odd"), text("one more, so that all shapes see all partitions"), []),
    ]

    private static func text(_ words: String) -> [UInt8] { Array(words.utf8) }
}
