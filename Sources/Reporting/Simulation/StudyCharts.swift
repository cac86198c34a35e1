import Simulation

/// The charts of a study: those of its figures that say something, one set for each line.
struct StudyCharts {
    let study: Study
    private let words: StudyWords

    init(_ study: Study) {
        self.study = study
        words = StudyWords(study: study)
    }

    private static let figures: [Figure] = [
        .goodput, .endToEndP99, .latencyP99, .latencyMean, .wastedShare, .conflictShare,
        .attemptsPerCommit,
        .oversold, .lostUpdates, .repeatedEffects, .deadLetterShare, .overlaps,
        .storesAfterExpiry, .inversions, .latencyP999, .otherKeyWait, .blockedShare, .slotWaitShare,
        .utilisation, .imbalance, .mostAttempts, .recovery,
    ]

    func all(_ line: Study.Line) -> [Chart] {
        let charts = Self.figures.filter { figure in
            figure == .goodput || !isZero(figure, line)
        }.map { chart($0, line) }
        return charts + [broken(line)].compactMap { $0 }
    }

    private func isZero(_ figure: Figure, _ line: Study.Line) -> Bool {
        !line.points.contains { $0.comparison.says(figure) }
    }

    func chart(_ figure: Figure, _ line: Study.Line) -> Chart {
        let series = study.strategies.enumerated().map { index, strategy in
            Chart.Series(
                name: strategy.rawValue, style: Self.style(strategy),
                values: line.points.map { point in
                    let estimate = point.comparison.sides[index].estimate(figure)
                    return estimate.count == 0
                        ? nil
                        : Chart.Value(mean: estimate.mean, halfWidth: estimate.halfWidth ?? 0)
                })
        }
        return Chart(
            title: figure.title.capitalised, subtitle: figure.explanation, series: series,
            axis: axis(line, Crossing.all(figure, line, along: study.sweeps.first?.axis)),
            shown: figure.shown)
    }

    /// In how many runs anything was broken; nil without invariants or where nothing was.
    private func broken(_ line: Study.Line) -> Chart? {
        guard
            line.points.contains(where: { point in
                point.comparison.sides.contains { $0.anyBroken.hits > 0 }
            })
        else { return nil }
        let series = study.strategies.enumerated().map { index, strategy in
            Chart.Series(
                name: strategy.rawValue, style: Self.style(strategy),
                values: line.points.map { point in
                    let share = point.comparison.sides[index].anyBroken
                    let interval = share.interval
                    let middle = (interval.lowerBound + interval.upperBound) / 2
                    return Chart.Value(
                        mean: share.share,
                        halfWidth: share.hits == 0 || share.hits == share.count
                            ? 0 : interval.upperBound - middle)
                })
        }
        return Chart(
            title: "Runs in which an invariant broke", subtitle: "of all runs", series: series,
            axis: axis(line, []), shown: Figures.share)
    }

    private func axis(_ line: Study.Line, _ crossings: [Crossing]) -> Chart.Axis? {
        guard let sweep = study.sweeps.first, line.points.count > 1 else { return nil }
        let axis = sweep.axis
        let labels = Self.labels(sweep)
        return Chart.Axis(
            title: sweep.path, labels: labels, positions: axis?.positions,
            isLogarithmic: axis?.isLogarithmic ?? false,
            crossings: crossings.compactMap { crossing in
                crossing.position.map { ($0, crossing.interval) }
            })
    }

    /// What differs of the values: `8` of `uniform(8)`, where they are numbers in a text.
    private static func labels(_ sweep: Sweep) -> [String] {
        guard let axis = sweep.axis, axis.unit == .number else { return sweep.values }
        return axis.positions.map { position in
            position == position.rounded() ? "\(Int(position))" : Figures.number(position)
        }
    }

    /// The same colour for the same strategy on every page.
    private static func style(_ strategy: Strategy) -> Int {
        Strategy.allCases.firstIndex(of: strategy) ?? 0
    }

    /// The headline figures as one picture.
    var picture: String {
        let charts = study.lines.prefix(1).flatMap { line -> [Chart] in
            var figures: [Figure] = [.goodput, study.tail]
            let others: [Figure] = [.oversold, .lostUpdates, .wastedShare, .conflictShare]
            figures += others.filter { !isZero($0, line) }.prefix(2)
            return figures.map { chart($0, line) }
        }
        return ChartSheet(charts, columns: 2).svg(isAlone: true).source
    }
}

extension String {
    /// With a capital at its head.
    fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
