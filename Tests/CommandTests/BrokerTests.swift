import Foundation
import KafkaClient
import Perturbation
import Records
import Testing

@testable import Samples

/// Commands that talk to a broker, against the embedded one in the tests' own process and, where
/// KERFUFFLE_TEST_BROKERS names one, a real one.
@Suite struct BrokerTests {
    static let kcat = "/usr/bin/kcat"
    static let hasKcat = FileManager.default.isExecutableFile(atPath: kcat)
    static let realBrokers = ProcessInfo.processInfo.environment["KERFUFFLE_TEST_BROKERS"]

    /// Lines of `kcat -J` in a fixed order, with the broker's number taken out.
    private func normalised(_ text: String) -> [String] {
        text.split(separator: "\n").map {
            $0.replacing(#/"broker":-?\d+,/#, with: "").description
        }.sorted()
    }

    private func read(_ topic: String, _ brokers: String) throws -> String {
        let result = try Subprocess(
            Self.kcat, ["-b", brokers, "-t", topic, "-C", "-J", "-e", "-q"]
        ).run()
        try #require(result.code == 0, "\(result.errors)")
        return result.text
    }

    @Test(.enabled(if: hasKcat, "kcat is not there; scripts/setup installs it"))
    func `what kcat reads of a sample is what export says of it`() throws {
        let folder = try TemporaryFolder()
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 5)
        let written = try Kerfuffle.run(
            "produce-sample", "-b", broker.bootstrapServers, "--topic", "orders", "--records",
            "700", "--seed", "kcat")
        #expect(written.code == 0, "\(written.errors)")
        #expect(written.text == "700 records in the topic orders\n")
        let recorded = try Kerfuffle.run(
            "produce-sample", "--to-recording", folder.path("a.mcap"), "--topic", "orders",
            "--records", "700", "--seed", "kcat", "--partitions", "5")
        #expect(recorded.code == 0, "\(recorded.errors)")
        let exported = try Kerfuffle.run("export", folder.path("a.mcap"), "--as", "kcat")
        let printed = try read("orders", broker.bootstrapServers)
        #expect(normalised(printed) == normalised(exported.text))

        // And back: a recording of kcat's lines is exported as those lines.
        try folder.write(Array(printed.utf8), "kcat.json")
        let imported = try Kerfuffle.run(
            "import", folder.path("kcat.json"), "--as", "kcat", "-o", folder.path("b.mcap"))
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(imported.errors.hasPrefix("warning: 700 records say nothing of when they arrived"))
        let again = try Kerfuffle.run("export", folder.path("b.mcap"), "--as", "kcat")
        let plain = printed.replacing(#/"broker":\d+,/#, with: #""broker":-1,"#)
        #expect(again.text == plain)
    }

    @Test(
        .enabled(if: hasKcat, "kcat is not there; scripts/setup installs it"),
        arguments: [("murmur2", Partitioner.murmur2), ("consistent", .crc32)])
    func `librdkafka sends a key to the same partition`(
        name: String, partitioner: Partitioner
    ) throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("keys", partitions: 13)
        let keys = (0..<300).map { "order-\($0 * 37)" + String(repeating: "x", count: $0 % 9) }
        let text = keys.map { "\($0):value" }.joined(separator: "\n") + "\n"
        let written = try Subprocess(
            Self.kcat,
            [
                "-b", broker.bootstrapServers, "-t", "keys", "-P", "-K", ":", "-X",
                "topic.partitioner=\(name)",
            ]
        ).run(input: Array(text.utf8))
        try #require(written.code == 0, "\(written.errors)")
        let lines = try read("keys", broker.bootstrapServers).split(separator: "\n")
        #expect(lines.count == keys.count)
        for line in lines {
            let json = try JSONValue(parsing: String(line))
            let key = try #require(json["key"]?.string)
            let partition = try #require(json["partition"]?.integer)
            let ours = partitioner.partition(of: Array(key.utf8), at: 0, among: 13)
            #expect(Int64(ours) == partition, "\(key)")
        }
    }

    @Test func `samples go to an empty topic unless more may be appended`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 2)
        let first = [
            "produce-sample", "-b", broker.bootstrapServers, "--topic", "orders", "--records", "20",
        ]
        #expect(try Kerfuffle.run(first).code == 0)
        let second = try Kerfuffle.run(first)
        #expect(second.code == 77)
        #expect(second.errors.contains("the topic orders holds records already (orders/"))
        #expect(second.errors.contains("--append"))
        let third = try Kerfuffle.run(first + ["--append", "--rate", "1000/s", "--format", "json"])
        #expect(third.code == 0, "\(third.errors)")
        #expect(third.text == "{\"records\":20,\"topic\":\"orders\"}\n")
        let consumer = try Consumer(
            ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        let held = try consumer.watermarks(
            [.init("orders", 0), .init("orders", 1)], timeout: .seconds(10))
        #expect(held.values.reduce(0) { $0 + $1.count } == 40)
    }

    @Test func `more partitions than the topic has are refused`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 2)
        let result = try Kerfuffle.run(
            "produce-sample", "-b", broker.bootstrapServers, "--topic", "orders", "--partitions",
            "3")
        #expect(result.code == 64)
        #expect(result.errors == "error: --partitions 3: the topic orders has 2\n")
    }

    @Test func `an absent broker is one sentence`() throws {
        let result = try Kerfuffle.run("produce-sample", "-b", "127.0.0.1:1", "--topic", "orders")
        #expect(result.code == 69)
        #expect(result.errors.hasPrefix("error: no broker answers at 127.0.0.1:1: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(.enabled(if: realBrokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"))
    func `an unknown topic is one sentence`() throws {
        let name = "t-\(UUID().uuidString.lowercased())"
        let result = try Kerfuffle.run(
            "produce-sample", "-b", try #require(Self.realBrokers), "--topic", name)
        #expect(result.code == 77)
        #expect(result.errors == "error: the topic \(name) is not there; make it first\n")
    }

    @Test func `the broker command serves until it is asked to stop`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Kerfuffle.path)
        process.arguments = ["broker", "--topic", "orders:3"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        var line: [UInt8] = []
        while line.last != 0x0A {
            let part = output.fileHandleForReading.readData(ofLength: 1)
            if part.isEmpty { break }
            line += part
        }
        let address = String(decoding: line.dropLast(), as: UTF8.self)
        let admin = try Admin(ClientConfiguration(bootstrapServers: address))
        let topic = try admin.metadata(topic: "orders", timeout: .seconds(10)).topics.first
        #expect(topic?.partitions.count == 3)
        process.terminate()
        let end = ContinuousClock.now + .seconds(30)
        while process.isRunning && ContinuousClock.now < end { usleep(10_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(process.terminationReason == .exit)
    }
}
