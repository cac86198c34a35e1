import Foundation
import KafkaClient
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The program with `--metrics-port`, looked at from outside.
@Suite struct MetricsCommandTests {
    private let broker: EmbeddedBroker
    private let folder: Folder

    init() throws {
        broker = try EmbeddedBroker()
        folder = try Folder()
        for topic in ["orders", "orders.shadow"] { try broker.createTopic(topic, partitions: 3) }
        let made = try Run([
            "produce-sample", "-b", broker.bootstrapServers, "--records", "900",
        ])
        try #require(try made.wait() == 0, "\(made.errors)")
    }

    private func proxy(_ more: [String] = []) throws -> Run {
        try Run(
            [
                "proxy", "-b", broker.bootstrapServers, "--in", "orders", "--out", "orders.shadow",
                "--seed", "s", "--delivery", "at-least-once", "-X", "session.timeout.ms=4000",
                "-X", "statistics.interval.ms=200", "--max-wait", "100ms", "--metrics-port", "0",
            ] + more, environment: ["KERFUFFLE_LOG_FORMAT": "text"])
    }

    /// The port that a run says it serves at.
    private func port(of run: Run) throws -> UInt16 {
        var port: UInt16?
        try wait(for: "the address") {
            try #require(run.isRunning, "\(run.errors)")
            let line = run.errors.split(separator: "\n").first {
                $0.contains("metrics at http://127.0.0.1:")
            }
            port = line.flatMap {
                UInt16($0.split(separator: ":").last?.prefix { $0.isNumber } ?? "")
            }
            return port != nil
        }
        return try #require(port)
    }

    /// The sum of a metric's samples.
    private func sum(_ name: String, in page: String) -> Double {
        page.split(separator: "\n").filter { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }
            .reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? .nan) }
    }

    @Test func `the page counts what the run counts, and Prometheus' own check passes`() throws {
        let run = try proxy([
            "--drop", "10%", "--duplicate", "10%", "-X", "sasl.password=planted-secret",
        ])
        let port = try port(of: run)
        #expect(try Answer.to("GET", "/healthz", port: port).status == 200)
        var page = ""
        try wait(for: "900 records") {
            page = try Answer.to("GET", "/metrics", port: port).body
            return sum("kerfuffle_records_passed_total", in: page) == 900
        }
        #expect(try Answer.to("GET", "/readyz", port: port).status == 200)
        run.signal(SIGINT)
        #expect(try run.wait() == 0)
        // The run's own summary says the same.
        let summary = run.output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true)
        }
        func told(_ name: Substring) -> Double? {
            summary.first { $0.first == name }.flatMap { Double($0[1]) }
        }
        #expect(sum("kerfuffle_records_consumed_total", in: page) == 900)
        #expect(sum("kerfuffle_records_dropped_total", in: page) == told("dropped"))
        #expect(sum("kerfuffle_records_duplicated_total", in: page) == told("duplicated"))
        #expect(sum("kerfuffle_records_moved_total", in: page) == told("moved"))
        let emitted = sum("kerfuffle_records_emitted_total", in: page)
        #expect(
            emitted == 900 - (told("dropped") ?? 0) + (told("duplicated") ?? 0))
        #expect(sum("kerfuffle_added_latency_seconds_count", in: page) == 900)
        #expect(sum("kerfuffle_assigned_partitions", in: page) == 3)
        #expect(sum("kerfuffle_partition_lag_records", in: page) == 0)
        #expect(!page.contains("planted-secret") && !run.errors.contains("planted-secret"))
        try check(page)
    }

    private func check(_ page: String) throws {
        guard let promtool = Run.path(of: "promtool") else {
            print("promtool is not there: the page of metrics was not checked by it")
            return
        }
        let check = try Run(["check", "metrics"], program: promtool, input: page)
        let code = try check.wait()
        #expect(code == 0, "\(check.output)\(check.errors)")
    }

    /// Whether it says so, or, where this comes late, that it has begun anew because of it.
    private func hasLost(_ sentence: String, _ port: UInt16) throws -> Bool {
        let page = try Answer.to("GET", "/readyz", port: port)
        return page.status == 503
            && (page.body.contains(sentence) || page.body.contains("still being checked"))
    }

    @Test func `before a partition is assigned, and without the broker, it is not ready`() throws {
        let run = try proxy()
        let port = try port(of: run)
        // The embedded broker's group takes seconds for its first member.
        let early = try Answer.to("GET", "/readyz", port: port)
        #expect(early.status == 503 && early.body.hasPrefix("not ok\n"))
        try wait(for: "readiness") { try Answer.to("GET", "/readyz", port: port).status == 200 }
        broker.stop()
        try wait(for: "the loss of it") {
            try hasLost("no broker is connected", port)
        }
        #expect(try Answer.to("GET", "/healthz", port: port).status == 200)
    }

    @Test func `an output's own cluster is looked at as the input's is`() throws {
        let output = try EmbeddedBroker()
        try output.createTopic("orders.shadow", partitions: 3)
        let run = try proxy([
            "--to-brokers", output.bootstrapServers, "--to-X", "statistics.interval.ms=200",
        ])
        let port = try port(of: run)
        let address = "broker=\"\(output.bootstrapServers.split(separator: ",")[0])/1\""
        try wait(for: "its brokers") {
            let page = try Answer.to("GET", "/metrics", port: port).body
            return page.split(separator: "\n").contains {
                $0.hasPrefix("kerfuffle_client_broker_up{client=\"producer\",cluster=\"output\"")
                    && $0.contains(address) && $0.hasSuffix(" 1")
            }
        }
        try wait(for: "readiness") { try Answer.to("GET", "/readyz", port: port).status == 200 }
        output.stop()
        try wait(for: "the loss of it") {
            try hasLost("no broker of the output's cluster is connected", port)
        }
    }

    @Test func `every metric that dashboard, alerts and manual name is served`() throws {
        let run = try proxy()
        let port = try port(of: run)
        var page = ""
        try wait(for: "records, and the client library's statistics") {
            page = try Answer.to("GET", "/metrics", port: port).body
            return sum("kerfuffle_records_passed_total", in: page) == 900
                && page.contains("client=\"producer\"") && page.contains("broker=\"127.")
        }
        let lines = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let served = Set(lines.map { String($0.prefix { $0 != "{" && $0 != " " }) })
        for name in ["grafana/dashboard.json", "prometheus/alerts.yaml", "operations.md"] {
            let url = RulesTests.docs.appendingPathComponent(name)
            let named = RulesTests.names(in: try String(contentsOf: url, encoding: .utf8))
            #expect(named.count > 10)
            for metric in named.sorted() {
                let isServed = served.contains(metric) || served.contains(metric + "_count")
                #expect(isServed, "\(name) names \(metric)")
            }
        }
    }

    @Test func `a taken port ends the run before it touches anything`() throws {
        let first = try proxy()
        let port = try port(of: first)
        let second = try Run([
            "record", "-b", broker.bootstrapServers, "--in", "orders", "--record",
            folder.path("r.mcap"), "--metrics-port", "\(port)",
            "--log-format", "text",
        ])
        #expect(try second.wait() == 64)
        #expect(
            second.errors
                == "error: --metrics-port: port \(port) of 127.0.0.1 is taken by another program; name "
                + "another port, or 0 for any that is free\n")
        #expect(folder.names == [])
    }

    @Test func `a host without a port is refused`() throws {
        let run = try Run(["record", "--in", "a", "--record", "b", "--metrics-host", "::1"])
        #expect(try run.wait() == 64)
        #expect(run.errors.contains("--metrics-host goes with --metrics-port"))
    }
}
