import Simulation

/// Every figure of one point of a study, a row each, the strategies side by side.
struct FigureTable {
    let comparison: Comparison

    /// What belongs together, in the order of the table.
    static let groups: [[Figure]] = [
        [.goodput, .attemptRate, .leftOver, .utilisation, .imbalance, .loadVariation],
        [
            .latencyMean, .latencyP50, .latencyP95, .latencyP99, .latencyP999, .endToEndMean,
            .endToEndP50, .endToEndP95, .endToEndP99, .endToEndP999, .recovery,
        ],
        [
            .conflictShare, .wastedShare, .attemptsPerCommit, .retriesPerCommit, .mostAttempts,
            .blockedShare, .slotWaitShare,
        ],
        [.ownKeyWait, .otherKeyWait, .inLine],
        [.deadLetterShare, .deadByConflictShare, .poisonShare],
        [
            .staleShare, .lostUpdates, .oversold, .repeatedEffects, .overlaps, .storesAfterExpiry,
            .inversions,
        ],
    ]

    /// Those that are not 0 for all, as what is says nothing.
    var groups: [[Figure]] {
        Self.groups.map { group in
            group.filter(comparison.says)
        }.filter { !$0.isEmpty }
    }

    /// A star marks what differs from the first strategy.
    var table: TextTable { table(groups.map { ($0, true) }) }

    /// - Parameter rows: groups, and whether a line stays free in front of each but the first.
    private func table(_ rows: [([Figure], Bool)]) -> TextTable {
        var table = TextTable(
            [("figure", .left)] + comparison.sides.map { ($0.strategy.rawValue, .right) })
        for (index, (figures, isApart)) in rows.enumerated() {
            if index > 0 && isApart { table.append([""]) }
            for figure in figures { table.append([figure.title] + cells(figure)) }
        }
        return table
    }

    private func cells(_ figure: Figure) -> [String] {
        let differences = comparison.differences(figure)
        let differs = [false] + differences.map { $0.adjustedP < Ranking.significance }
        let isMarked = differs.contains(true)
        return zip(comparison.sides, differs).map { side, differs in
            figure.shown(side.estimate(figure)) + (isMarked ? differs ? " *" : "  " : "")
        }
    }

    /// One table for each group, for a page.
    var parts: [TextTable] { groups.map { table([($0, false)]) } }

    static func note(_ study: Study) -> String {
        let base = study.strategies.first?.rawValue ?? ""
        let star =
            study.strategies.count > 1 && study.seeds.count > 1
            ? "; * differs from \(base) (p < 0.05, paired, after Holm)" : ""
        return "Means over \(study.seeds.count) seeds with 95% intervals\(star). "
            + "Figures that are 0 for all are left out."
            + (study.chainNote.map { " \($0)" } ?? "")
    }
}
