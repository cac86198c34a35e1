import Metrics
import Proxy

/// What the proxy shows over HTTP: its metrics, and whether it lives and works.
public enum ProxyPage {
    /// How long a request waits for the proxy's thread to tell how things are now.
    static let patience = Duration.milliseconds(500)

    /// The page at a path; nil where there is none.
    ///
    /// - Parameter build: version of the program and of the client library.
    public static func page(
        at path: String, of meter: ProxyMeter, build: (version: String, library: String)
    ) -> PageServer.Page? {
        switch path {
        case "/metrics":
            return PageServer.Page(
                contentType: Exposition.contentType, text: metrics(of: meter, build: build))
        case "/healthz":
            let health = meter.health(meter.snapshot(within: .zero))
            return page(health.isLive, health)
        case "/readyz":
            let health = meter.health(meter.snapshot(within: patience))
            return page(health.isReady, health)
        default: return nil
        }
    }

    private static func page(_ isWell: Bool, _ health: ProxyHealth) -> PageServer.Page {
        let word = isWell ? "ok" : "not ok"
        let lines = [word] + health.reasons
        return PageServer.Page(
            status: isWell ? 200 : 503, text: lines.map { $0 + "\n" }.joined())
    }

    private static func metrics(
        of meter: ProxyMeter, build: (version: String, library: String)
    ) -> String {
        let snapshot = meter.snapshot(within: patience)
        let health = meter.health(snapshot)
        var page = Exposition()
        page.begin("kerfuffle_build_info", .gauge, "Versions of the program and of librdkafka.")
        page.sample(1, .init(["version": build.version, "librdkafka": build.library]))
        page.single(
            "kerfuffle_healthy", .gauge, "Whether the loop goes round (as /healthz says).",
            health.isLive ? 1 : 0)
        page.single(
            "kerfuffle_ready", .gauge,
            "Whether partitions are owned and the cluster answers (as /readyz says).",
            health.isReady ? 1 : 0)
        page.single(
            "kerfuffle_loop_silence_seconds", .gauge, "Time since the loop last came round.",
            seconds(meter.pulse.silence))
        if let snapshot {
            page.append(partitions: snapshot.partitions)
            page.append(run: snapshot)
        }
        page.append(clients: meter.clientStatistics())
        page.append(process: ProcessFigures.current())
        return page.text
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

extension Exposition {
    fileprivate mutating func append(partitions: [ProxySnapshot.Partition]) {
        let all = partitions.map { partition in
            let labels = Labels([
                "topic": partition.source.topic, "partition": "\(partition.source.partition)",
            ])
            return (labels: labels, partition: partition)
        }
        func family(
            _ name: String, _ kind: Kind, _ help: String,
            _ value: (ProxySnapshot.Partition) -> Int?
        ) {
            begin("kerfuffle_\(name)", kind, help)
            for (labels, partition) in all {
                if let value = value(partition) { sample(value, labels) }
            }
        }
        family("records_consumed_total", .counter, "Records read, those read again included.") {
            $0.traffic.read
        }
        family(
            "records_sampled_out_total", .counter, "Records read that the plan's sample left out."
        ) {
            $0.traffic.sampledOut
        }
        family(
            "records_unparsable_total", .counter,
            "Records read that the plan's mask left out because they are no JSON."
        ) {
            $0.traffic.unparsable
        }
        family("records_passed_total", .counter, "Records of committed windows.") {
            $0.traffic.passed
        }
        family("records_emitted_total", .counter, "Deliveries of committed windows.") {
            $0.traffic.counts.delivered
        }
        family("records_dropped_total", .counter, "Records that the plan dropped.") {
            $0.traffic.counts.dropped
        }
        family("records_duplicated_total", .counter, "Further copies that the plan made.") {
            $0.traffic.counts.duplicated
        }
        family("records_moved_total", .counter, "Records that the plan moved.") {
            $0.traffic.counts.moved
        }
        family("records_delayed_total", .counter, "Deliveries that the plan delayed.") {
            $0.traffic.counts.delayed
        }
        family("records_corrupted_total", .counter, "Deliveries that the plan corrupted.") {
            $0.traffic.counts.corrupted
        }
        family("windows_committed_total", .counter, "Windows whose deliveries are all visible.") {
            $0.traffic.windows
        }
        family("partition_lag_records", .gauge, "Offsets up to the partition's end.") {
            $0.owned?.lag
        }
        family("partition_position", .gauge, "The offset that is read next.") {
            $0.owned.map { Int($0.position) }
        }
        family("partition_buffered_bytes", .gauge, "Memory of the partition's windows.") {
            $0.owned?.heldBytes
        }
    }

    fileprivate mutating func append(run snapshot: ProxySnapshot) {
        let owned = snapshot.partitions.compactMap(\.owned)
        single("kerfuffle_assigned_partitions", .gauge, "Partitions that are owned.", owned.count)
        single(
            "kerfuffle_open_windows", .gauge, "Windows that take records.",
            owned.count(where: \.hasOpenWindow))
        single(
            "kerfuffle_closed_windows", .gauge, "Windows that wait to be emitted.",
            owned.reduce(0) { $0 + $1.closedWindows })
        single("kerfuffle_buffered_bytes", .gauge, "Memory of all windows.", snapshot.heldBytes)
        single(
            "kerfuffle_buffered_limit_bytes", .gauge, "The bound of --memory.",
            snapshot.memoryBytes)
        single(
            "kerfuffle_reading_paused", .gauge,
            "Whether reading stands still because enough is on its way.",
            snapshot.isHolding ? 1 : 0)
        single(
            "kerfuffle_deliveries_in_flight", .gauge,
            "Deliveries that the client library holds or waits for.", snapshot.outstanding)
        let statistics = snapshot.statistics
        single(
            "kerfuffle_transactions_committed_total", .counter,
            "Commits: transactions, or flushes where delivery is at least once.",
            statistics.transactions)
        single(
            "kerfuffle_transactions_aborted_total", .counter,
            "Transactions that were aborted and done again.", statistics.aborted)
        single(
            "kerfuffle_recording_failed", .gauge,
            "Whether files could not be written any more, and the run goes on without.",
            statistics.recordingFailure == nil ? 0 : 1)
        single(
            "kerfuffle_records_unrecorded_total", .counter,
            "Records that passed since, and are in no file.", statistics.unrecorded)
        single(
            "kerfuffle_windows_forgotten_total", .counter,
            "Open windows that were forgotten for want of memory and read again.",
            statistics.forgotten)
        begin("kerfuffle_rebalances_total", .counter, "Changes of what this instance owns.")
        let rebalances = snapshot.rebalances
        sample(rebalances.assigned, .init(["event": "assigned"]))
        sample(rebalances.revoked, .init(["event": "revoked"]))
        sample(rebalances.lost, .init(["event": "lost"]))
        begin(
            "kerfuffle_added_latency_seconds", .histogram,
            "From a record's arrival to the commit of its window, planned delays included.")
        histogram(
            bounds: LatencyHistogram.bounds, counts: snapshot.latencies.counts,
            sum: snapshot.latencies.sumSeconds)
    }
}
