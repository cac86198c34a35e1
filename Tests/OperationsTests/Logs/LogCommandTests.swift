import Foundation
import KafkaClient
import Testing

/// What the program says on standard error.
@Suite struct LogCommandTests {
    private let broker: EmbeddedBroker

    init() throws {
        broker = try EmbeddedBroker()
        for topic in ["orders", "orders.shadow"] { try broker.createTopic(topic, partitions: 3) }
        let made = try Run([
            "produce-sample", "-b", broker.bootstrapServers, "--records", "300",
        ])
        try #require(try made.wait() == 0, "\(made.errors)")
    }

    private func words(_ more: [String]) -> [String] {
        [
            "proxy", "-b", broker.bootstrapServers, "--in", "orders", "--out", "orders.shadow",
            "--seed", "s", "--delivery", "at-least-once", "-X", "session.timeout.ms=4000",
        ] + more
    }

    /// Each line as JSON; a line that is none is a finding.
    private func lines(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            let object = try #require(value as? [String: Any], "no JSON: \(line)")
            #expect((object["time"] as? String)?.hasSuffix("Z") == true)
            #expect(object["level"] is String && object["message"] is String)
            #expect(object["event"] is String, "\(line)")
            return object
        }
    }

    @Test func `without a terminal each event is a line of JSON with its place`() throws {
        let run = try Run(words(["--until-end", "--log-level", "trace"]))
        #expect(try run.wait() == 0, "\(run.errors)")
        let lines = try lines(run.errors)
        func all(_ event: String) -> [[String: Any]] {
            lines.filter { $0["event"] as? String == event }
        }
        let assigned = all("assigned")
        #expect(assigned.count == 3)
        for (partition, line) in assigned.enumerated() {
            #expect(line["topic"] as? String == "orders")
            #expect(line["partition"] as? Int == partition)
            #expect(line["offset"] as? Int == 0)
            #expect(line["output"] as? String == "orders.shadow")
        }
        let ends = assigned.compactMap { $0["end"] as? Int }
        #expect(ends.reduce(0, +) == 300)
        // Window by window up to the ends.
        for partition in 0..<3 {
            var next = 0
            for window in all("emitted") where window["partition"] as? Int == partition {
                #expect(window["offset"] as? Int == next)
                next = (window["through"] as? Int ?? -2) + 1
            }
            #expect(next == ends[partition])
        }
        #expect(all("committed").reduce(0) { $0 + ($1["records"] as? Int ?? 0) } == 300)
    }

    @Test func `the client library's log goes the same way, and what ends a run too`() throws {
        let run = try Run(words(["--log-level", "notice"]))
        try wait(for: "the assignment") {
            run.errors.split(separator: "\n").filter { $0.contains("assigned") }.count == 3
        }
        broker.stop()
        try wait(for: "the library") { run.errors.contains("\"event\":\"client\"") }
        run.signal(SIGTERM)
        try wait(for: "the word on it") { run.errors.contains("\"event\":\"stopping\"") }
        // Nobody takes what it still has.
        run.signal(SIGTERM)
        #expect([0, 143].contains(try run.wait()))
        let all = try lines(run.errors)
        let client = try #require(all.first { $0["event"] as? String == "client" })
        #expect(client["level"] as? String == "warning" && client["kind"] is String)
        #expect(all.contains { $0["event"] as? String == "stopping" })
        let refused = try Run([
            "record", "-b", broker.bootstrapServers, "--in", "orders", "--record", "r.mcap",
        ])
        #expect(try refused.wait() == 69)
        let end = try #require(try lines(refused.errors).last)
        #expect(end["event"] as? String == "failed" && end["level"] as? String == "critical")
        #expect(end["exit_code"] as? Int == 69 && end["reason"] as? String == "broker")
    }

    @Test func `the format and the level can be asked for`() throws {
        let text = try Run(words(["--until-end", "--log-format", "text"]))
        #expect(try text.wait() == 0)
        #expect(text.errors.hasPrefix("orders/0: from 0 to "))
        #expect(text.errors.split(separator: "\n").count == 3)
        // The positions are there already, and nothing is graver than a notice.
        let quiet = try Run(
            words(["--until-end", "--log-level", "warning"]),
            environment: ["KERFUFFLE_LOG_FORMAT": "text"])
        #expect(try quiet.wait() == 0)
        #expect(quiet.errors == "")
        let wrong = try Run(words(["--log-level", "loud"]))
        #expect(try wrong.wait() == 64)
        #expect(wrong.errors.contains("trace, debug, info, notice, warning"))
    }

    @Test func `on a terminal it is text`() throws {
        guard let script = Run.path(of: "script") else {
            print("script is not there: nothing was tried on a terminal")
            return
        }
        let line = ([Run.program.path] + words(["--until-end"])).joined(separator: " ")
        let run = try Run(["-qec", line, "/dev/null"], program: script)
        #expect(try run.wait() == 0)
        #expect(run.output.contains("orders/0: from 0 to "))
        #expect(!run.output.contains("{\"time\""))
    }
}
