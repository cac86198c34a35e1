import Foundation
import KafkaClient
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A replay with `--metrics-port` and its log, looked at from outside.
@Suite struct ReplayMetricsTests {
    private let folder: Folder
    private let recording: String

    init() throws {
        folder = try Folder()
        recording = folder.path("in.mcap")
        let made = try Run([
            "produce-sample", "--records", "400", "--to-recording", recording,
        ])
        try #require(try made.wait() == 0, "\(made.errors)")
    }

    /// The port that a run says it serves at, in JSON or in a sentence.
    private func port(of run: Run) throws -> UInt16 {
        var port: UInt16?
        try wait(for: "the address") {
            try #require(run.isRunning, "\(run.errors)")
            let found = run.errors.firstMatch(of: /metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics/)
            port = found.flatMap { UInt16($0.1) }
            return port != nil
        }
        return try #require(port)
    }

    private func sum(_ name: String, in page: String) -> Double {
        page.split(separator: "\n").filter { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }
            .reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? .nan) }
    }

    @Test func `the page counts while a replay goes, and its log is JSON where that is asked for`()
        throws
    {
        let run = try Run([
            "replay", recording, "--to-recording", folder.path("out.mcap"), "--pace", "100/s",
            "--metrics-port", "0", "--log-format", "json",
        ])
        let port = try port(of: run)
        var page = ""
        try wait(for: "some deliveries") {
            page = try Answer.to("GET", "/metrics", port: port).body
            return sum("kerfuffle_records_emitted_total", in: page) > 20
        }
        #expect(try Answer.to("GET", "/healthz", port: port).status == 200)
        #expect(try Answer.to("GET", "/readyz", port: port).body == "ok\n")
        #expect(sum("kerfuffle_records_emitted_total", in: page) <= 400)
        #expect(
            sum("kerfuffle_records_consumed_total", in: page)
                >= sum("kerfuffle_records_emitted_total", in: page))
        #expect(sum("kerfuffle_replay_arrival_timestamp_seconds", in: page) > 1_600_000_000)
        #expect(page.contains("\nkerfuffle_ready 1\n"))
        if let promtool = Run.path(of: "promtool") {
            let check = try Run(["check", "metrics"], program: promtool, input: page)
            #expect(try check.wait() == 0, "\(check.output)\(check.errors)")
        }
        run.signal(SIGTERM)
        #expect(try run.wait() == 0)
        let last = try #require(run.errors.split(separator: "\n").last)
        let object = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        #expect(object?["event"] as? String == "replayed", "\(run.errors)")
        #expect(object?["stopped"] as? String == "yes")
        #expect(object?["deliveries"] as? Int ?? 0 > 20)
    }

    @Test func `a replay to a topic shows the client's side, and its errors are of the log`() throws
    {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders.shadow", partitions: 4)
        let words = [
            "replay", recording, "--in", "orders", "--out", "orders.shadow", "-b",
            broker.bootstrapServers,
        ]
        let run = try Run(
            words + [
                "--pace", "100/s", "--metrics-port", "0", "-X", "statistics.interval.ms=100",
            ])
        let port = try port(of: run)
        try wait(for: "the producer's broker") {
            let page = try Answer.to("GET", "/metrics", port: port).body
            return page.split(separator: "\n").contains {
                $0.hasPrefix("kerfuffle_client_broker_up{client=\"producer\",cluster=\"output\"")
                    && $0.hasSuffix(" 1")
            }
        }
        broker.stop()
        try wait(for: "the loss of it") {
            try Answer.to("GET", "/readyz", port: port).body.contains("no broker")
        }
        run.signal(SIGKILL)
        try run.wait()

        let refused = try Run(["replay", folder.path("none.mcap"), "--log-format", "json"])
        #expect(try refused.wait() == 74)
        let line = try JSONSerialization.jsonObject(with: Data(refused.errors.utf8))
        #expect((line as? [String: Any])?["exit_code"] as? Int == 74, "\(refused.errors)")
        let plain = try Run(["replay", folder.path("none.mcap")])
        #expect(try plain.wait() == 74)
        #expect(plain.errors.hasPrefix("error: "))
    }
}
