/// Strategies in the order of a figure, and which of them are told apart.
public struct Ranking: Sendable {
    public let figure: Figure
    /// By their means, the best first.
    public let order: [Comparison.Side]
    /// How each of the others differs from the best one, in their order, corrected for their number.
    public let behind: [PairedDifference]

    /// Differences of less than 1% are called none, however surely they are seen.
    public static let margin = 0.01
    /// And, of shares, those of less than a tenth of a percent.
    public static let shareMargin = 0.001
    public static let significance = 0.05

    init?(_ figure: Figure, _ sides: [Comparison.Side]) {
        guard let wantsMore = figure.wantsMore, !sides.isEmpty else { return nil }
        self.figure = figure
        let means = sides.map { $0.estimate(figure).mean }
        let ranks = sides.indices.sorted { left, right in
            let (one, other) =
                wantsMore ? (means[right], means[left]) : (means[left], means[right])
            return (one, left) < (other, right)
        }
        order = ranks.map { sides[$0] }
        let best = order[0].values[figure] ?? []
        var behind = order.dropFirst().map { PairedDifference(best, $0.values[figure] ?? []) }
        PairedDifference.correct(&behind)
        self.behind = behind
    }

    /// The best one and those that cannot be told from it, or are so near that it does not matter.
    public var leaders: [Comparison.Side] {
        let best = order[0].estimate(figure).mean
        return [order[0]]
            + zip(order.dropFirst(), behind).filter { side, pair in
                !Self.matters(figure, pair, best, side.estimate(figure).mean)
            }.map(\.0)
    }

    /// Whether all leaders are so near to the best one that more seeds would not matter.
    public var isNear: Bool {
        let best = order[0].estimate(figure).mean
        return leaders.allSatisfy { side in
            let mean = side.estimate(figure).mean
            return !Self.isLarge(figure, (mean - best).magnitude, mean, best)
        }
    }

    /// The others, the best first.
    public var followers: [Comparison.Side] {
        let leading = Set(leaders.map(\.strategy))
        return order.filter { !leading.contains($0.strategy) }
    }

    /// Whether a difference is significant, and large enough to matter.
    static func matters(
        _ figure: Figure, _ pair: PairedDifference, _ one: Double, _ other: Double
    ) -> Bool {
        pair.adjustedP < significance
            && isLarge(figure, pair.difference.mean.magnitude, one, other)
    }

    private static func isLarge(
        _ figure: Figure, _ size: Double, _ one: Double, _ other: Double
    ) -> Bool {
        if figure.unit == .share, size < shareMargin { return false }
        return size > 0 && size >= margin * max(one.magnitude, other.magnitude)
    }
}

extension Comparison {
    /// Strategies that broke no invariant in any run, and stood still in none; all of them where each did.
    public var candidates: [Side] {
        let whole = sides.filter { $0.anyBroken.hits == 0 && $0.standstills == 0 }
        return whole.isEmpty ? sides : whole
    }

    /// The candidates by a figure; nil for a figure that is neither better nor worse.
    public func ranking(_ figure: Figure) -> Ranking? { Ranking(figure, candidates) }
}
