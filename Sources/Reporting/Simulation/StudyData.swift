import Perturbation
import Simulation

/// A study as JSON and CSV.
struct StudyData {
    let study: Study

    init(_ study: Study) { self.study = study }

    /// `strategies` for a study without sweeps; else `sweeps`, `points` with `values` and `strategies`
    /// each, and `crossings`.
    var json: JSONValue {
        let words = StudyWords(study: study)
        var members: [(String, JSONValue?)] = [
            ("seeds", .array(study.seeds.map { .string($0) })),
            ("verdict", .array(words.sentences.map { .string($0) })),
        ]
        if study.sweeps.isEmpty {
            members += study.points.map { ("strategies", Self.strategies($0)) }
        } else {
            members += [
                ("sweeps", .array(study.sweeps.map(Self.sweep))),
                (
                    "points",
                    .array(
                        study.points.map { point in
                            .members([
                                ("values", values(point)), ("strategies", Self.strategies(point)),
                            ])
                        })
                ),
                ("crossings", .array(words.found.map { crossing($0.line, $0.crossing) })),
            ]
        }
        return .members(members)
    }

    private static func sweep(_ sweep: Sweep) -> JSONValue {
        .members([
            ("path", .string(sweep.path)), ("values", .array(sweep.values.map { .string($0) })),
        ])
    }

    private func values(_ point: Study.Point) -> JSONValue {
        .members(zip(study.sweeps, point.values.texts).map { ($0.path, .string($1)) })
    }

    private func crossing(_ line: Study.Line, _ crossing: Crossing) -> JSONValue {
        guard let sweep = study.sweeps.first else { return .members([]) }
        return .members([
            ("figure", .string(crossing.figure.rawValue)),
            ("path", .string(sweep.path)),
            (
                "others",
                line.others.isEmpty
                    ? nil : .members(line.others.map { ($0.path, .string($0.value)) })
            ),
            ("ahead_before", .string(crossing.before.rawValue)),
            ("ahead_after", .string(crossing.after.rawValue)),
            ("from", .string(sweep.values[crossing.from])),
            ("to", .string(sweep.values[crossing.to])),
            ("near", crossing.position.map { .number("\($0)") }),
            ("low_95", crossing.interval.map { .number("\($0.lowerBound)") }),
            ("high_95", crossing.interval.map { .number("\($0.upperBound)") }),
        ])
    }

    private static func strategies(_ point: Study.Point) -> JSONValue {
        var differences: [Figure: [PairedDifference]] = [:]
        for figure in Figure.allCases {
            differences[figure] = point.comparison.differences(figure)
        }
        return .array(
            point.comparison.sides.enumerated().map { index, side in
                .members([
                    ("strategy", .string(side.strategy.rawValue)),
                    ("fingerprint", .string("\(side.fingerprint)")),
                    (
                        "figures",
                        .members(
                            Figure.allCases.map { figure in
                                let pair = index > 0 ? differences[figure]?[index - 1] : nil
                                return (
                                    figure.rawValue, Self.figure(side.estimate(figure), pair)
                                )
                            })
                    ),
                    ("handlers", handlers(point.comparison, index)),
                    ("measured_messages", .number(side.measured)),
                    ("ended_messages", .number(side.ended)),
                    ("broken", broken(side, point.topology.invariants)),
                    ("any_broken", share(side.anyBroken)),
                    ("warm_up", warmUp(side.warmUp)),
                    ("first_broken_seed", side.brokenSeed.map { .string($0) }),
                ])
            })
    }

    static func figure(_ estimate: Estimate, _ pair: PairedDifference?) -> JSONValue {
        .members([
            ("mean", estimate.count > 0 ? .number("\(estimate.mean)") : nil),
            ("runs", .number(estimate.count)),
            ("half_width_95", estimate.halfWidth.map { .number("\($0)") }),
            (
                "difference",
                pair.flatMap { $0.difference.count > 0 ? .number("\($0.difference.mean)") : nil }
            ),
            ("difference_half_width_95", pair?.difference.halfWidth.map { .number("\($0)") }),
            ("p_holm", pair.map { .number("\($0.adjustedP)") }),
            ("variance_ratio", pair?.varianceRatio.map { .number("\($0)") }),
        ])
    }

    private static func warmUp(_ warmUp: WarmUp) -> JSONValue {
        .members([
            ("by", .string(warmUp.isByMSER ? "mser5" : "share")),
            ("least_messages", .number(warmUp.least)), ("most_messages", .number(warmUp.most)),
            ("runs_without_cut", .number(warmUp.unsettled)),
        ])
    }

    private static func broken(
        _ side: Comparison.Side, _ invariants: [Invariant]
    ) -> JSONValue {
        .members(
            invariants.map { invariant in
                let share = side.brokenRuns[invariant] ?? Proportion(hits: 0, of: 0)
                return (invariant.rawValue, Self.share(share))
            })
    }

    private static func share(_ share: Proportion) -> JSONValue {
        .members([
            ("runs", .number(share.hits)), ("of", .number(share.count)),
            ("low_95", .number("\(share.interval.lowerBound)")),
            ("high_95", .number("\(share.interval.upperBound)")),
            ("expected_runs", share.expectedRuns.map { .number("\($0)") }),
        ])
    }

    private static let columns = [
        "strategy", "figure", "mean", "half_width_95", "difference", "difference_half_width_95",
        "p_holm", "variance_ratio", "low_95", "high_95", "expected_runs",
    ]

    var csv: String {
        var lines = Self.line(study.sweeps.map(\.path) + Self.columns)
        for point in study.points {
            lines += shares(point)
            for figure in Figure.allCases {
                let differences = point.comparison.differences(figure)
                for (index, side) in point.comparison.sides.enumerated() {
                    lines += Self.line(
                        point.values.texts + [side.strategy.rawValue, figure.rawValue]
                            + Self.cells(
                                side.estimate(figure), index > 0 ? differences[index - 1] : nil))
                }
            }
            lines += handlers(point)
        }
        return lines
    }

    /// Runs in which an invariant was broken, `broken:noOversell`, and in which any was, `broken`: their share, its
    /// interval (Wilson's; 3/n where none was), and how many runs it takes on average to see it.
    private func shares(_ point: Study.Point) -> String {
        let invariants = point.topology.invariants
        guard !invariants.isEmpty else { return "" }
        return point.comparison.sides.map { side in
            let shares =
                invariants.map { ("broken:\($0.rawValue)", side.brokenRuns[$0]) }
                + [("broken", side.anyBroken)]
            return shares.map { name, share in
                guard let share else { return "" }
                let (low, high) = (share.interval.lowerBound, share.interval.upperBound)
                return Self.line(
                    point.values.texts + [side.strategy.rawValue, name, "\(share.share)"]
                        + [String](repeating: "", count: 5)
                        + ["\(low)", "\(high)", share.expectedRuns.map { "\($0)" } ?? ""])
            }.joined()
        }.joined()
    }

    /// Numbers of a line; those of the difference are empty for the strategy that others are held against.
    static func cells(_ estimate: Estimate, _ pair: PairedDifference?) -> [String] {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return [
            text(estimate.count > 0 ? estimate.mean : nil), text(estimate.halfWidth),
            text(pair.flatMap { $0.difference.count > 0 ? $0.difference.mean : nil }),
            text(pair?.difference.halfWidth), text(pair?.adjustedP), text(pair?.varianceRatio),
            text(estimate.halfWidth.map { estimate.mean - $0 }),
            text(estimate.halfWidth.map { estimate.mean + $0 }), "",
        ]
    }

    static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    /// As RFC 4180 has it: in quotes where it holds a comma, a quote or a line break.
    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
