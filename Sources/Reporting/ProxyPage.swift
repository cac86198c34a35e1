import Metrics
import Proxy

/// What the proxy shows over HTTP: its metrics, and whether it lives and works.
public enum ProxyPage {
    /// The page at a path; nil where there is none.
    public static func page(
        at path: String, of meter: ProxyMeter, build: RunPage.Build
    ) -> PageServer.Page? {
        RunPage.page(at: path) { patience in
            meter.health(meter.snapshot(within: patience))
        } metrics: {
            metrics(of: meter, build: build)
        }
    }

    private static func metrics(of meter: ProxyMeter, build: RunPage.Build) -> String {
        let snapshot = meter.snapshot(within: RunPage.patience)
        var page = Exposition()
        page.append(build: build)
        page.append(health: meter.health(snapshot), silence: meter.pulse.silence)
        if let snapshot {
            page.append(partitions: snapshot.partitions)
            page.append(run: snapshot)
        }
        page.append(clients: meter.clientStatistics())
        page.append(process: ProcessFigures.current())
        return page.text
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
