import Metrics
import Proxy

/// What a replay shows over HTTP: its metrics, and whether it lives and works.
public enum ReplayPage {
    /// The page at a path; nil where there is none.
    public static func page(
        at path: String, of meter: ReplayMeter, build: RunPage.Build
    ) -> PageServer.Page? {
        RunPage.page(at: path) { _ in
            meter.health
        } metrics: {
            metrics(of: meter, build: build)
        }
    }

    private static func metrics(of meter: ReplayMeter, build: RunPage.Build) -> String {
        var page = Exposition()
        page.append(build: build)
        page.append(health: meter.health, silence: meter.pulse.silence)
        if let snapshot = meter.snapshot(within: RunPage.patience) { page.append(snapshot) }
        page.append(clients: meter.clientStatistics())
        page.append(process: ProcessFigures.current())
        return page.text
    }
}

extension Exposition {
    fileprivate mutating func append(_ snapshot: ReplaySnapshot) {
        func family(
            _ name: String, _ help: String, _ value: (ReplaySnapshot.Partition) -> Int
        ) {
            begin("kerfuffle_\(name)", .counter, help)
            for partition in snapshot.partitions {
                sample(
                    value(partition),
                    .init([
                        "topic": partition.source.topic,
                        "partition": "\(partition.source.partition)",
                    ]))
            }
        }
        family("records_consumed_total", "Records read of the recording.") { $0.read }
        family("records_emitted_total", "Deliveries handed to where they go.") { $0.emitted }
        if let arrivalNs = snapshot.arrivalNs {
            single(
                "kerfuffle_replay_arrival_timestamp_seconds", .gauge,
                "When the record that was emitted last arrived, in the recording.",
                Double(arrivalNs) * 1e-9)
        }
        single(
            "kerfuffle_replay_late_seconds", .gauge,
            "By how much the latest delivery missed the time that --pace gave it.",
            Double(snapshot.lateNs) * 1e-9)
        single(
            "kerfuffle_deliveries_in_flight", .gauge,
            "Deliveries that the client library holds or waits for.", snapshot.outstanding)
    }
}
