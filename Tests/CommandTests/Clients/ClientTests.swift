import Foundation
import Perturbation
import Records
import Testing

/// Output topics in the hands of clients that were not written here: all see the same records.
@Suite struct ClientTests {
    private func python(_ client: String, _ kind: ClientCluster) throws {
        let scene = try ClientScene(kind)
        let script = Kerfuffle.repository
            .appendingPathComponent("Tests/CommandTests/Python/consume.py").path
        let result = try Subprocess(
            try #require(Python.path),
            ["-B", script, client, scene.brokers, scene.output, "\(ClientScene.partitions)"]
        ).run(seconds: 90)
        try #require(result.code == 0, "\(result.errors)")
        scene.expectEqual(try Seen.all(result.text))
    }

    @Test(
        .enabled(
            if: Python.has("confluent_kafka"), "KERFUFFLE_PYTHON names no Python with this client"),
        arguments: ClientCluster.available)
    func `confluent-kafka sees what recording and schedule say`(kind: ClientCluster) throws {
        try python("confluent-kafka", kind)
    }

    // Version 3 cannot read the embedded broker's answers.
    @Test(
        .enabled(if: Python.has("kafka"), "KERFUFFLE_PYTHON names no Python with this client"),
        .enabled(
            if: ClientCluster.hasReal,
            "KERFUFFLE_TEST_BROKERS names no broker, which this client needs"))
    func `kafka-python sees what recording and schedule say`() throws {
        try python("kafka-python", .real)
    }

    @Test(
        .enabled(if: Python.has("aiokafka"), "KERFUFFLE_PYTHON names no Python with this client"),
        arguments: ClientCluster.available)
    func `aiokafka sees what recording and schedule say`(kind: ClientCluster) throws {
        try python("aiokafka", kind)
    }

    @Test(.enabled(if: Tool.kcat, "no kcat on the PATH"), arguments: ClientCluster.available)
    func `kcat sees it, and what kcat -J prints is imported as it is`(kind: ClientCluster) throws {
        let scene = try ClientScene(kind)
        scene.expectEqual(try scene.contents(of: scene.output))
        // Told by lengths, without our reader: %K and %S are -1 for null.
        let result = try Subprocess(
            "/usr/bin/env",
            [
                "kcat", "-C", "-b", scene.brokers, "-t", scene.output, "-p", "0", "-e", "-q", "-f",
                "%T %K %S %k%s\n",
            ]
        ).run()
        var bytes = result.output[...]
        for seen in scene.expected[0] ?? [] {
            let front = "\(seen.timestampMs) \(seen.key?.count ?? -1) \(seen.value?.count ?? -1) "
            let record = Array(front.utf8) + (seen.key ?? []) + (seen.value ?? []) + [0x0A]
            try #require(bytes.starts(with: record), "\(seen)")
            bytes = bytes.dropFirst(record.count)
        }
        #expect(bytes.isEmpty)
    }

    @Test(
        .enabled(
            if: ClientCluster.hasReal,
            "KERFUFFLE_TEST_BROKERS names no broker, which this client needs"),
        .enabled(if: Tool.kafka != nil, "KERFUFFLE_KAFKA names no Kafka with its tools"))
    func `kafka-console-consumer sees it, and what it prints is imported as it is`() throws {
        let scene = try ClientScene(.real)
        let count = scene.expected.values.joined().count
        let properties = [
            "print.timestamp=true", "print.partition=true", "print.offset=true",
            "print.epoch=true", "print.headers=true", "print.key=true",
            "key.separator=\u{1F}\u{1F}", "line.separator=\u{1E}\u{1E}\n",
            "headers.separator=\u{1D}\u{1D}", "null.literal=<null>",
        ]
        let lines = try Tool.run(
            "console-consumer",
            [
                "--bootstrap-server", scene.brokers, "--topic", scene.output, "--from-beginning",
                "--isolation-level", "read_committed", "--max-messages", "\(count)",
            ] + properties.flatMap { ["--formatter-property", $0] })
        try scene.folder.write(lines.output, "lines")
        try scene.run(
            "import", scene.folder.path("lines"), "--as", "console", "--topic", scene.output,
            "--fields", "headers,key,value", "--key-separator", #"\x1f\x1f"#, "--line-separator",
            #"\x1e\x1e\n"#, "--headers-separator", #"\x1d\x1d"#, "--null-literal", "<null>", "-o",
            scene.folder.path("lines.mcap"))
        scene.expectEqual(try Seen.all(try scene.run("export", scene.folder.path("lines.mcap"))))
    }

    @Test(
        .enabled(
            if: ClientCluster.hasReal,
            "KERFUFFLE_TEST_BROKERS names no broker, which this client needs"),
        .enabled(if: Tool.kafka != nil, "KERFUFFLE_KAFKA names no Kafka with its tools"))
    func `verifiable-consumer sees as many, and their keys and values where they are text`() throws
    {
        let scene = try ClientScene(.real)
        let count = scene.expected.values.joined().count
        try scene.folder.write("isolation.level=read_committed\n".utf8, "committed")
        let result = try Tool.run(
            "verifiable-consumer",
            [
                "--bootstrap-server", scene.brokers, "--topic", scene.output, "--group-id",
                "verifiable-\(scene.output)", "--max-messages", "\(count)", "--verbose",
                "--command-config", scene.folder.path("committed"),
            ])
        var found: [Int32: [[String?]]] = [:]
        for line in result.text.split(separator: "\n") where line.contains("record_data") {
            let value = try JSONValue(parsing: String(line))
            let partition = Int32(try #require(value["partition"]?.integer))
            found[partition, default: []].append([value["key"]?.string, value["value"]?.string])
        }
        // It decodes bytes as UTF-8, with replacements; headers and timestamps it does not tell.
        let wanted = scene.expected.mapValues { records in
            records.map { [$0.key, $0.value].map { $0.map { Self.decoded($0) } } }
        }
        for partition in 0..<Int32(ClientScene.partitions) {
            let (left, right) = (found[partition] ?? [], wanted[partition] ?? [])
            #expect(left.count == right.count)
            for (one, other) in zip(left, right) where !"\(other)".contains("\u{FFFD}") {
                #expect(one == other)
            }
        }
        #expect(result.text.contains("\"count\":"))
    }

    private static func decoded(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension Python {
    static func has(_ module: String) -> Bool {
        guard let path else { return false }
        return (try? Subprocess(path, ["-c", "import \(module)"]).run())?.code == 0
    }
}

/// Programs that the machine has or has not.
enum Tool {
    static let kcat = (try? Subprocess("/usr/bin/env", ["kcat", "-V"]).run())?.code == 0
    /// The script that starts a Kafka, which runs Kafka's own programs too.
    static let kafka = ProcessInfo.processInfo.environment["KERFUFFLE_KAFKA"]

    static func run(_ tool: String, _ arguments: [String], input: [UInt8] = []) throws
        -> Kerfuffle.Result
    {
        let result = try Subprocess(try #require(kafka), ["tool", tool] + arguments)
            .run(input: input, seconds: 120)
        guard result.code == 0 else { throw TestFailure("\(tool): \(result.errors)") }
        return result
    }
}
