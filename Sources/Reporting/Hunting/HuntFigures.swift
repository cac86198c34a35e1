import Hunting

/// The figures that a team follows from hunt to hunt.
struct HuntFigures {
    let rows: [(String, String)]

    init(_ result: HuntResult) {
        let confirmed = result.clusters.filter(\.isConfirmed)
        let reproduced = confirmed.compactMap(\.reproducer)
        func mean(_ values: [Int]) -> String {
            values.isEmpty ? "-" : HuntReport.seconds(values.reduce(0, +) / values.count)
        }
        func share(_ part: Int, _ whole: Int) -> String {
            whole == 0
                ? "-" : "\(part) of \(whole) (\(HuntReport.percent(Double(part) / Double(whole))))"
        }
        let boundaries = result.escapes.coverage(with: result.boundaries)
        let covered = boundaries.count { $0.isCovered }
        let escapes = result.escapes.escapes
        let repeated = result.clusters.reduce(0) { $0 + $1.confirmations }
        let repetitions = result.clusters.reduce(0) { $0 + $1.confirmationRuns }
        rows = [
            ("unique clusters", "\(confirmed.count)"),
            ("mean time to reproduce", mean(confirmed.map(\.afterMs))),
            ("mean time to minimal reproducer", mean(reproduced.map(\.afterMs))),
            (
                "reproduction stability",
                share(
                    reproduced.reduce(0) { $0 + $1.reproductions },
                    reproduced.reduce(0) { $0 + $1.reproductionRuns })
            ),
            ("flakiness", share(repetitions - repeated, repetitions)),
            ("failing trials", share(result.search.failing, result.search.trials)),
            ("invariants", "\(result.invariants.count)"),
            (
                "boundaries (topic x group)",
                result.boundaries.map(\.description).joined(separator: ", ")
            ),
            ("boundaries with a hunt, of all that are known", share(covered, boundaries.count)),
            (
                "CDC discrepancy rate",
                result.search.discrepancyRate == nil
                    ? "-" : share(result.search.discrepant, result.search.settled)
            ),
            (
                "escapes that a hunt has found since",
                share(escapes.count { $0.foundBy != nil }, escapes.count)
            ),
            ("schedule coverage (classes)", "\(result.search.features)"),
            ("trials in all", "\(result.trials)"),
            ("processor time of the system", HuntReport.seconds(result.cpuMs)),
        ]
    }
}
