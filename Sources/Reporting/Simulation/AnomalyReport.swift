import Checking
import Perturbation
import Simulation

/// The anomalies of a run by name: how many, the first of each, and why it is one.
public struct AnomalyReport {
    private let anomalies: [Anomaly]
    private let explanation: Explanation

    public init(_ recorder: HistoryRecorder, _ names: SiteNames) {
        anomalies = recorder.history.anomalies()
        let (history, objects, units) = (recorder.history, recorder.objects, recorder.units)
        explanation = Explanation(
            history, object: { names.object(objects[$0]) },
            transaction: { number in
                let row = history.transactions[number]
                let again = SiteNames.attempt(row.attempt).map { ", \($0)" } ?? ""
                let worker = "\(names.unit(units[number]))#\(row.worker)"
                return "message \(SiteNames.short(row.message))\(again) (\(worker))"
            })
    }

    private var kinds: [(kind: Anomaly.Kind, all: [Anomaly])] {
        Anomaly.Kind.allCases.compactMap { kind in
            let all = anomalies.filter { $0.kind == kind }
            return all.isEmpty ? nil : (kind, all)
        }
    }

    public var text: String {
        if anomalies.isEmpty {
            return "No anomaly: some serial order explains all that was read.\n"
        }
        var table = TextTable([("anomaly", .left), ("times", .right), ("first at", .right)])
        for (kind, all) in kinds {
            table.append([
                kind.rawValue, "\(all.count)", "\(Timeline.seconds(all[0].timeNs)) s",
            ])
        }
        let first = kinds.map { kind, all in
            "\n\(kind.rawValue), the first one:\n"
                + explanation.sentences(all[0]).map { "  \($0)\n" }.joined()
        }
        return table.text + first.joined()
    }

    public var json: JSONValue {
        .array(
            kinds.map { kind, all in
                .members([
                    ("anomaly", .string(kind.rawValue)), ("count", .number(all.count)),
                    ("first_time_ns", .number(all[0].timeNs)),
                    ("why", .array(explanation.sentences(all[0]).map { .string($0) })),
                ])
            })
    }
}
