import Foundation
import KafkaClient
import Records
import Testing

@Suite struct EventTests {
    final class Notes {
        var lines: [LogLine] = []
        var errors: [KafkaError] = []
        var statistics: [String] = []
        var foreignThreads = 0
        /// Set while a call of the client is under way.
        var isInside = false

        func take(_ event: ClientEvent) {
            if !isInside { foreignThreads += 1 }
            switch event {
            case .log(let line): lines.append(line)
            case .error(let error): errors.append(error)
            case .statistics(let text): statistics.append(text)
            }
        }

        func inside<Result>(_ body: () throws -> Result) rethrows -> Result {
            isInside = true
            defer { isInside = false }
            return try body()
        }
    }

    @Test func `log, errors and statistics of a consumer come inside its polls only`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        var configuration = ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        configuration.set("statistics.interval.ms", to: "50")
        configuration.set("debug", to: "broker")
        let notes = Notes()
        let consumer = try notes.inside { try Consumer(configuration, onEvent: notes.take) }
        try notes.inside { try consumer.assign([TopicPartition("orders", 0): .earliest]) }
        func poll() throws {
            _ = try notes.inside {
                try consumer.poll(timeout: .milliseconds(50), max: 1, events: { _ in }) { _ in }
            }
        }
        try wait(for: "log and statistics") {
            try poll()
            return !notes.lines.isEmpty && notes.statistics.count >= 2
        }
        try broker.down()
        try wait(for: "an error of the client") {
            try poll()
            return notes.errors.contains { $0.code == .allBrokersDown || $0.code == .transport }
        }
        #expect(notes.foreignThreads == 0)
        #expect(notes.lines.allSatisfy { (0...7).contains($0.level) && !$0.text.isEmpty })
        let object = try JSONSerialization.jsonObject(with: Data(notes.statistics[0].utf8))
        #expect((object as? [String: Any])?["type"] as? String == "consumer")
        notes.isInside = true
    }

    @Test func `no secret passes into log or errors, whatever is switched on`() throws {
        let broker = try EmbeddedBroker()
        let secret = "correct-horse-battery"
        var configuration = ClientConfiguration(bootstrapServers: broker.bootstrapServers)
        configuration.set("security.protocol", to: "sasl_plaintext")
        configuration.set("sasl.mechanism", to: "PLAIN")
        configuration.set("sasl.username", to: secret + "-user")
        configuration.set("sasl.password", to: secret)
        // A secret of one property that stands in the clear in another.
        configuration.set("client.id", to: "id-" + secret)
        configuration.set("debug", to: "all")
        let notes = Notes()
        notes.isInside = true
        let producer = try Producer(configuration, onEvent: notes.take)
        try wait(for: "a failure to authenticate") {
            producer.poll(timeout: .milliseconds(50))
            return !notes.errors.isEmpty && notes.lines.contains { $0.text.contains("[redacted]") }
        }
        for line in notes.lines { #expect(!line.description.contains(secret), "\(line)") }
        for error in notes.errors { #expect(!error.description.contains(secret), "\(error)") }
    }

    @Test func `log of a producer waits for the poll`() throws {
        var configuration = ClientConfiguration(bootstrapServers: "127.0.0.1:1")
        configuration.set("debug", to: "broker")
        let notes = Notes()
        let producer = try notes.inside { try Producer(configuration, onEvent: notes.take) }
        try wait(for: "the log") {
            _ = notes.inside { producer.poll(timeout: .milliseconds(50)) }
            return !notes.lines.isEmpty
        }
        #expect(notes.foreignThreads == 0)
        notes.isInside = true
    }
}
