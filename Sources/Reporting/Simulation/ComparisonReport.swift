import Perturbation
import Simulation

/// How strategies compare on one topology, for people and for programs.
public struct ComparisonReport {
    private let comparison: Comparison
    private let topology: Topology

    public init(_ comparison: Comparison, of topology: Topology) {
        self.comparison = comparison
        self.topology = topology
    }

    // MARK: For people

    public var text: String {
        var text = verdict.joined(separator: "\n") + "\n\n"
        text += table.text
        if comparison.sides.count > 1 { text += "\n" + differences }
        if !topology.invariants.isEmpty { text += "\n" + invariants }
        return text
    }

    /// What the table says, in sentences.
    var verdict: [String] {
        var sentences: [String] = []
        let whole = comparison.sides.filter { $0.anyBroken.hits == 0 }
        let broken = comparison.sides.filter { $0.anyBroken.hits > 0 }
        if !topology.invariants.isEmpty {
            for side in broken {
                sentences.append(
                    "\(side.strategy.rawValue) breaks what must hold in "
                        + "\(Figures.share(side.anyBroken.share)) of \(side.anyBroken.count) runs"
                        + (side.brokenSeed.map { ", first with seed \($0)" } ?? "") + ".")
            }
        }
        let candidates = whole.isEmpty ? comparison.sides : whole
        for (figure, name) in [(Figure.goodput, "goodput"), (.latencyP99, "p99 of latency")] {
            sentences += best(figure, name, among: candidates)
        }
        return sentences
    }

    /// Who is best in a figure, and whether the next one is surely behind.
    private func best(
        _ figure: Figure, _ name: String, among sides: [Comparison.Side]
    ) -> [String] {
        let wantsMore = figure.wantsMore ?? true
        let ranked = sides.sorted { left, right in
            let (one, other) = (left.estimate(figure).mean, right.estimate(figure).mean)
            return wantsMore ? one > other : one < other
        }
        guard let first = ranked.first, ranked.count > 1 else { return [] }
        let second = ranked[1]
        let pair = PairedDifference.between(first, second, figure)
        let value = shown(figure, first.estimate(figure).mean)
        let other = shown(figure, second.estimate(figure).mean)
        let (one, two) = (first.strategy.rawValue, second.strategy.rawValue)
        if pair.p < 0.05 {
            return ["Best \(name): \(one), \(value); next is \(two), \(other)."]
        }
        return [
            "Best \(name): \(one), \(value), which these runs do not tell from \(two), \(other)."
        ]
    }

    private static let columns: [(Figure, String)] = [
        (.goodput, "goodput/s"), (.latencyMean, "mean"), (.latencyP99, "p99"),
        (.attemptsPerCommit, "attempts"), (.wastedShare, "wasted"),
        (.conflictShare, "conflicts"), (.lostUpdates, "lost"), (.oversold, "oversold"),
        (.repeatedEffects, "repeated"), (.deadLetterShare, "dead"),
        (.utilisation, "busy"),
    ]

    private var table: TextTable {
        // What is 0 everywhere says nothing.
        let columns = Self.columns.filter { figure, _ in
            comparison.sides.contains { $0.estimate(figure).mean != 0 }
        }
        var table = TextTable([("strategy", .left)] + columns.map { ($0.1, .right) })
        for side in comparison.sides {
            table.append(
                [side.strategy.rawValue]
                    + columns.map { figure, _ in
                        let estimate = side.estimate(figure)
                        let half = estimate.halfWidth.map { " +-\(shown(figure, $0))" } ?? ""
                        return shown(figure, estimate.mean) + half
                    })
        }
        return table
    }

    private func shown(_ figure: Figure, _ value: Double) -> String {
        switch figure {
        case .latencyMean, .latencyP50, .latencyP95, .latencyP99, .latencyP999:
            Figures.time(value)
        case .conflictShare, .wastedShare, .deadLetterShare, .staleShare, .utilisation:
            Figures.share(value)
        case .goodput, .attemptsPerCommit, .lostUpdates, .oversold, .repeatedEffects, .inversions,
            .overlaps:
            Figures.number(value)
        }
    }

    private var differences: String {
        guard let base = comparison.sides.first else { return "" }
        var table = TextTable([
            ("against \(base.strategy.rawValue)", .left), ("goodput/s", .right), ("p", .right),
            ("p99", .right), ("p", .right), ("pairing won", .right),
        ])
        let goodput = comparison.differences(.goodput)
        let tail = comparison.differences(.latencyP99)
        for (index, side) in comparison.sides.dropFirst().enumerated() {
            table.append([
                side.strategy.rawValue, signed(.goodput, goodput[index]),
                Self.probability(goodput[index].adjustedP), signed(.latencyP99, tail[index]),
                Self.probability(tail[index].adjustedP),
                tail[index].varianceRatio.map { "\(Figures.number($0))x" } ?? "",
            ])
        }
        return table.text
            + "Differences are paired over \(comparison.seeds.count) seeds; p is Student's, after Holm.\n"
    }

    private static func probability(_ p: Double) -> String {
        p < 0.0001 ? "<0.0001" : Figures.number(p)
    }

    private func signed(_ figure: Figure, _ pair: PairedDifference) -> String {
        let mean = pair.difference.mean
        let half = pair.difference.halfWidth.map { " +-\(shown(figure, $0))" } ?? ""
        return (mean > 0 ? "+" : "") + shown(figure, mean) + half
    }

    private var invariants: String {
        var table = TextTable(
            [("broken in runs", .left)]
                + topology.invariants.map { ($0.rawValue, TextTable.Alignment.right) }
                + [("one in", .right)])
        for side in comparison.sides {
            table.append(
                [side.strategy.rawValue]
                    + topology.invariants.map { invariant in
                        guard let share = side.brokenRuns[invariant] else { return "" }
                        let interval = share.interval
                        return
                            "\(Figures.share(share.share)) (\(Figures.share(interval.lowerBound))"
                            + "..\(Figures.share(interval.upperBound)))"
                    } + [side.anyBroken.expectedRuns.map(Figures.number) ?? "never seen"])
        }
        return table.text
    }

    // MARK: For programs

    public var json: JSONValue {
        .members([
            ("seeds", .array(comparison.seeds.map { .string($0) })),
            ("verdict", .array(verdict.map { .string($0) })),
            (
                "strategies",
                .array(
                    comparison.sides.enumerated().map { index, side in json(side, index) })
            ),
        ])
    }

    private func json(_ side: Comparison.Side, _ index: Int) -> JSONValue {
        let figures: [(String, JSONValue?)] = Figure.allCases.map { figure in
            let estimate = side.estimate(figure)
            var members: [(String, JSONValue?)] = [
                ("mean", .number("\(estimate.mean)")),
                ("half_width_95", estimate.halfWidth.map { .number("\($0)") }),
            ]
            if index > 0 {
                let pair = comparison.differences(figure)[index - 1]
                members += [
                    ("difference", .number("\(pair.difference.mean)")),
                    (
                        "difference_half_width_95",
                        pair.difference.halfWidth.map { .number("\($0)") }
                    ),
                    ("p_holm", .number("\(pair.adjustedP)")),
                    ("variance_ratio", pair.varianceRatio.map { .number("\($0)") }),
                ]
            }
            return (figure.rawValue, .members(members))
        }
        let broken: [(String, JSONValue?)] = topology.invariants.map { invariant in
            let share = side.brokenRuns[invariant] ?? Proportion(hits: 0, of: 0)
            return (
                invariant.rawValue,
                .members([
                    ("runs", .number(share.hits)), ("of", .number(share.count)),
                    ("low_95", .number("\(share.interval.lowerBound)")),
                    ("high_95", .number("\(share.interval.upperBound)")),
                ])
            )
        }
        return .members([
            ("strategy", .string(side.strategy.rawValue)),
            ("fingerprint", .string("\(side.fingerprint)")),
            ("figures", .members(figures)), ("broken", .members(broken)),
        ])
    }

    /// One line a strategy and figure: `strategy,figure,mean,half_width_95`.
    public var csv: String {
        var lines = "strategy,figure,mean,half_width_95\n"
        for side in comparison.sides {
            for figure in Figure.allCases {
                let estimate = side.estimate(figure)
                let half = estimate.halfWidth.map { "\($0)" } ?? ""
                lines += "\(side.strategy.rawValue),\(figure.rawValue),\(estimate.mean),\(half)\n"
            }
        }
        return lines
    }
}
