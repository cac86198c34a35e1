import Simulation

/// The tables of a study, a row for each point and strategy.
struct StudyTables {
    let study: Study

    init(_ study: Study) { self.study = study }

    private static let columns: [Figure] = [
        .goodput, .leftOver, .latencyMean, .latencyP99, .endToEndMean, .endToEndP99,
        .attemptsPerCommit, .wastedShare,
        .conflictShare, .lostUpdates, .oversold, .repeatedEffects, .deadLetterShare, .utilisation,
    ]

    /// The figures that are not 0 everywhere, as what is says nothing.
    var shownFigures: [Figure] {
        Self.columns.filter { figure in
            study.points.contains { $0.comparison.says(figure) }
        }
    }

    var figures: TextTable {
        let columns = shownFigures
        var table = TextTable(
            head + [("strategy", .left)] + columns.map { ($0.column, .right) })
        for point in study.points {
            for side in point.comparison.sides {
                table.append(
                    point.values.texts + [side.strategy.rawValue]
                        + columns.map { $0.shown(side.estimate($0)) })
            }
        }
        return table
    }

    /// Every figure of each point, with the point's values where there is a sweep.
    var all: [(place: String?, table: FigureTable)] {
        study.points.map { point in
            let values = zip(study.sweeps, point.values.texts).map { "\($0.path) \($1)" }
            return (
                values.isEmpty ? nil : values.joined(separator: ", "),
                FigureTable(comparison: point.comparison)
            )
        }
    }

    /// Each strategy against the first one; nil where there is but one.
    var differences: TextTable? {
        guard let base = study.strategies.first, study.strategies.count > 1 else { return nil }
        let tail = study.tail
        var table = TextTable(
            head + [
                ("against \(base.rawValue)", .left), ("goodput/s", .right), ("p", .right),
                (tail.column, .right), ("p", .right), ("pairing won", .right),
            ])
        for point in study.points {
            let goodput = point.comparison.differences(.goodput)
            let tails = point.comparison.differences(tail)
            for (index, side) in point.comparison.sides.dropFirst().enumerated() {
                table.append(
                    point.values.texts + [
                        side.strategy.rawValue,
                        Figure.goodput.signed(goodput[index].difference),
                        Self.probability(goodput[index].adjustedP),
                        tail.signed(tails[index].difference),
                        Self.probability(tails[index].adjustedP),
                        tails[index].varianceRatio.map { "\(Figures.number($0))x" } ?? "",
                    ])
            }
        }
        return table
    }

    static func note(_ study: Study) -> String {
        "Differences are paired over \(study.seeds.count) seeds; p is Student's, after Holm; "
            + "pairing won is the variance of unpaired runs over that of the pairs, for \(study.tail.column)."
    }

    /// How often each invariant was broken; nil where the topology has none.
    var invariants: TextTable? {
        guard let invariants = study.points.first?.topology.invariants, !invariants.isEmpty else {
            return nil
        }
        var table = TextTable(
            head + [("broken in runs", .left)]
                + invariants.map { ($0.rawValue, .right) } + [("one in", .right)])
        for point in study.points {
            for side in point.comparison.sides {
                table.append(
                    point.values.texts + [side.strategy.rawValue]
                        + invariants.map { Self.share(side.brokenRuns[$0]) }
                        + [Self.runs(side.anyBroken)])
            }
        }
        return table
    }

    private static func share(_ share: Proportion?) -> String {
        guard let share else { return "" }
        return "\(Figures.share(share.share)) (\(Figures.share(share.interval.lowerBound))"
            + "..\(Figures.share(share.interval.upperBound)))"
    }

    /// How many runs it takes on average to see it: `12.5`, or `more than 66` where it was never seen.
    private static func runs(_ share: Proportion) -> String {
        if let runs = share.expectedRuns { return "\(Figures.number(runs)) runs" }
        let bound = share.interval.upperBound
        return bound > 0 && bound < 1 ? "more than \(Int(1 / bound)) runs" : "never seen"
    }

    var head: [(String, TextTable.Alignment)] { study.sweeps.map { ($0.path, .left) } }

    private static func probability(_ p: Double) -> String {
        p < 0.0001 ? "<0.0001" : Figures.number(p)
    }
}
