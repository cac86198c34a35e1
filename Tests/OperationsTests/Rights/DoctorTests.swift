import Foundation
import KafkaClient
import Testing

@Suite struct DoctorTests {
    private func doctor(_ words: [String]) throws -> (code: Int32, output: String) {
        let run = try Run(["doctor"] + words)
        let code = try run.wait()
        return (code, run.output + run.errors)
    }

    @Test func `the embedded broker serves at-least-once, and says so`() throws {
        let broker = try EmbeddedBroker()
        for topic in ["a", "a.shadow"] { try broker.createTopic(topic, partitions: 2) }
        let words = ["-b", broker.bootstrapServers, "--in", "a", "--out", "a.shadow"]
        let good = try doctor(words + ["--delivery", "at-least-once"])
        #expect(good.code == 0, "\(good.output)")
        #expect(good.output.contains("input a          2 partitions, 1 replica each"))
        #expect(good.output.hasSuffix("\na run would work\n"))
        let exactly = try doctor(words)
        #expect(exactly.code == 69)
        #expect(exactly.output.contains("no real transactions"))
        // Nothing was written.
        let consumer = try Consumer(
            ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        let ranges = try consumer.watermarks([.init("a.shadow", 0)], timeout: .seconds(10))
        #expect(ranges[.init("a.shadow", 0)] == 0..<0)
    }

    @Test func `what is wrong with topics is told with what mends it`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("a", partitions: 4)
        try broker.createTopic("few.shadow", partitions: 2)
        let (code, output) = try doctor([
            "-b", broker.bootstrapServers, "--in", "a", "--out", "few.shadow", "--in", "a",
            "--out", "a", "--delivery", "at-least-once",
        ])
        #expect(code == 69)
        #expect(output.contains("2 partitions, and the input has 4: it needs as many"))
        #expect(output.contains("--alter --topic few.shadow --partitions 4"))
        #expect(output.contains("a is an input; a topic that is read is never written"))
        #expect(output.contains("a is read twice; give each --in once"))
        #expect(output.hasSuffix("\na run would not work: 3 bad\n"))
    }

    @Test func `two clusters are each asked for their part`() throws {
        let (source, sink) = (try EmbeddedBroker(), try EmbeddedBroker())
        try source.createTopic("a", partitions: 2)
        // Nobody looks at the output there.
        try source.createTopic("a.shadow", partitions: 1)
        try sink.createTopic("a.shadow", partitions: 2)
        try sink.createTopic("few.shadow", partitions: 1)
        /// Columns are as wide as they have to be.
        func doctor(_ words: [String]) throws -> (code: Int32, output: String) {
            let (code, output) = try self.doctor(words)
            return (code, output.replacing(/\x20{2,}/, with: " "))
        }
        let words = [
            "-b", source.bootstrapServers, "--to-brokers", sink.bootstrapServers, "--in", "a",
        ]
        let good = try doctor(
            words + ["--out", "a.shadow", "--delivery", "at-least-once"])
        #expect(good.code == 0, "\(good.output)")
        #expect(good.output.contains("broker (input) 1 broker, "), "\(good.output)")
        #expect(good.output.contains("broker (output) 1 broker, "))
        #expect(good.output.contains("input a 2 partitions, 1 replica each"))
        #expect(good.output.contains("output a.shadow 2 partitions, 1 replica each"))
        let bad = try doctor(words + ["--out", "few.shadow"])
        #expect(bad.code == 69)
        #expect(bad.output.contains("version (output) the embedded broker has no real"))
        #expect(
            bad.output.contains("--bootstrap-server \(sink.bootstrapServers) --alter --topic few"))
        #expect(bad.output.hasSuffix("\na run would not work: 2 bad\n"), "\(bad.output)")
        let away = try doctor([
            "-b", "127.0.0.1:1", "--to-brokers", "127.0.0.1:2", "--in", "a", "--out", "a.shadow",
        ])
        #expect(away.code == 69)
        #expect(away.output.contains("broker (input) no broker answers at 127.0.0.1:1: "))
        #expect(away.output.contains("broker (output) no broker answers at 127.0.0.1:2: "))
        // Nobody made a topic by looking for it.
        let missing = try doctor(words + ["--out", "gone.shadow"])
        #expect(missing.output.contains("BAD output gone.shadow not there, or not to be seen\n"))
        let topics = try Admin(ClientConfiguration(bootstrapServers: sink.bootstrapServers))
            .metadata(timeout: .seconds(10)).topics
        #expect(Set(topics.map(\.name)) == ["a.shadow", "few.shadow"])
        let aimless = try doctor(words)
        #expect(aimless.code == 64)
    }

    @Test func `a broker that is away is said with the reason`() throws {
        let (code, output) = try doctor(["-b", "127.0.0.1:1", "--in", "a"])
        #expect(code == 69)
        #expect(output.contains("no broker answers at 127.0.0.1:1: "))
        #expect(output.contains("Connection refused"))
    }

    @Test func `what a broker knows is read from the library's log`() throws {
        let broker = try EmbeddedBroker()
        let requests = try BrokerRequests.ask(
            ClientConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .seconds(10))
        #expect(requests.has(.produce) && requests.has(.fetch) && requests.has(.metadata))
        #expect(!requests.has(KafkaRequest(rawValue: 32)))
    }

    @Test(arguments: [
        ([:], nil), ([KafkaRequest.fetch: 4], nil), ([.fetch: 5, .produce: 3], "0.11"),
        ([.fetch: 11, .produce: 7], "2.3"),
        ([.fetch: 11, .produce: 8, .joinGroup: 7], "2.5 or 2.6"),
        ([.fetch: 17, .produce: 11, .joinGroup: 9], "3.9"),
        ([.fetch: 18, .produce: 13, .joinGroup: 9], "4.1 or newer"),
    ])
    func `a release is told by what it was the first to know`(
        highest: [KafkaRequest: Int], release: String?
    ) {
        var requests = BrokerRequests()
        requests.highest = highest
        #expect(requests.release == release)
    }
}
