import Perturbation

/// Where, along a sweep, one strategy stops being ahead of another and the other begins to be.
public struct Crossing: Hashable, Sendable {
    public let figure: Figure
    public let before: Strategy
    public let after: Strategy
    /// The last of the sweep's values at which `before` is ahead, and the first at which `after` is; a
    /// lead is significant (Holm over all points and pairs of the figure) and matters (``Ranking``).
    public let from: Int
    public let to: Int
    /// On the sweep's axis, where straight lines between the means meet; nil without an axis.
    public let position: Double?
    /// 95%, by Fieller's theorem, where `from` and `to` are neighbours; nil where they are not, or where
    /// it has no end: then from `from` to `to` is all that is known.
    public let interval: ClosedRange<Double>?

    /// All crossings of all pairs along a line of a study, those of a pair in the order of the axis.
    ///
    /// Points at which one of a pair is no candidate (``Comparison/competitors(in:)``) are left out.
    public static func all(
        _ figure: Figure, _ line: Study.Line, along axis: Sweep.Axis?
    ) -> [Crossing] {
        var pairs: [Pair] = []
        for (index, point) in line.points.enumerated() {
            let sides = point.comparison.competitors(in: figure)
            for (place, first) in sides.enumerated() {
                for second in sides.dropFirst(place + 1) {
                    pairs.append(Pair(index, first, second, figure))
                }
            }
        }
        var differences = pairs.map(\.difference)
        PairedDifference.correct(&differences)
        for index in pairs.indices { pairs[index].difference = differences[index] }
        let strategies = line.points.first?.comparison.sides.map(\.strategy) ?? []
        return strategies.indices.flatMap { one in
            strategies.indices.dropFirst(one + 1).flatMap { other in
                found(
                    figure,
                    pairs.filter {
                        $0.first.strategy == strategies[one]
                            && $0.second.strategy == strategies[other]
                    }, axis)
            }
        }
    }

    private static func found(
        _ figure: Figure, _ pairs: [Pair], _ axis: Sweep.Axis?
    ) -> [Crossing] {
        var crossings: [Crossing] = []
        var last: (index: Int, leader: Strategy)?
        for (index, pair) in pairs.enumerated() {
            guard let leader = pair.leader(figure) else { continue }
            if let last, last.leader != leader {
                let between = Array(pairs[last.index...index])
                let place = axis.flatMap { Meeting(between, figure, $0) }
                crossings.append(
                    Crossing(
                        figure: figure, before: last.leader, after: leader,
                        from: between[0].point, to: pair.point, position: place?.position,
                        interval: place?.interval))
            }
            last = (index, leader)
        }
        return crossings
    }
}

/// Two strategies at one point.
private struct Pair {
    let point: Int
    let first: Comparison.Side
    let second: Comparison.Side
    /// The second less the first.
    var difference: PairedDifference

    init(_ point: Int, _ first: Comparison.Side, _ second: Comparison.Side, _ figure: Figure) {
        self.point = point
        self.first = first
        self.second = second
        difference = PairedDifference.between(first, second, figure)
    }

    func leader(_ figure: Figure) -> Strategy? {
        guard let wantsMore = figure.wantsMore,
            Ranking.matters(
                figure, difference, first.estimate(figure).mean, second.estimate(figure).mean)
        else { return nil }
        return (difference.difference.mean > 0) == wantsMore ? second.strategy : first.strategy
    }

    /// Of each seed; nil where one of the two has no such figure.
    func differences(_ figure: Figure) -> [Double?] {
        zip(first.values[figure] ?? [], second.values[figure] ?? []).map { first, second in
            if let first, let second { second - first } else { nil }
        }
    }
}

/// Where two curves meet between points at which their difference has opposite signs.
private struct Meeting {
    let position: Double
    let interval: ClosedRange<Double>?

    init?(_ pairs: [Pair], _ figure: Figure, _ axis: Sweep.Axis) {
        let means = pairs.map { $0.difference.difference.mean }
        guard
            let step = pairs.indices.dropLast().first(where: {
                means[$0] * means[$0 + 1] <= 0 && means[$0] != means[$0 + 1]
            })
        else { return nil }
        let (low, high) = (
            axis.positions[pairs[step].point], axis.positions[pairs[step + 1].point]
        )
        func place(_ share: Double) -> Double {
            if !axis.isLogarithmic { return low + (high - low) * share }
            return Variates.exp(
                Variates.log(low) + (Variates.log(high) - Variates.log(low)) * share)
        }
        position = place(means[step] / (means[step] - means[step + 1]))
        let isBetweenNeighbours = pairs.count == 2
        let both = zip(pairs[step].differences(figure), pairs[step + 1].differences(figure))
            .compactMap { near, far -> (near: Double, step: Double)? in
                if let near, let far { (near, near - far) } else { nil }
            }
        interval =
            isBetweenNeighbours
            ? Fieller.interval(both.map(\.near), both.map(\.step)).map { shares in
                place(shares.lowerBound.clamped)...place(shares.upperBound.clamped)
            } : nil
    }
}

extension Double {
    /// Taken to the nearest of 0...1.
    fileprivate var clamped: Double { Swift.min(1, Swift.max(0, self)) }
}

/// The ratio of the means of two numbers that are measured together.
enum Fieller {
    /// The 95% interval of mean(`above`) / mean(`below`); nil where it has no end, as the mean below may be
    /// 0.
    ///
    /// Source: E. C. Fieller, *Some problems in interval estimation* (1954).
    static func interval(_ above: [Double], _ below: [Double]) -> ClosedRange<Double>? {
        let count = min(above.count, below.count)
        guard count > 1 else { return nil }
        let (a, b) = (Estimate(above).mean, Estimate(below).mean)
        let n = Double(count)
        let varianceA = Estimate.variance(above, a) / n
        let varianceB = Estimate.variance(below, b) / n
        let together =
            zip(above, below).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) } / (n - 1) / n
        let t = StudentT.quantile(0.95, degrees: count - 1)
        // Roots of (a - x b)^2 = t^2 (varianceA - 2 x together + x^2 varianceB).
        let square = b * b - t * t * varianceB
        let linear = a * b - t * t * together
        let rest = a * a - t * t * varianceA
        let inside = linear * linear - square * rest
        guard square > 0, inside >= 0 else { return nil }
        let half = inside.squareRoot()
        return (linear - half) / square...(linear + half) / square
    }
}
