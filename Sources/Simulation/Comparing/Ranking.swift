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

    /// Of each behind the best one: whether it is told apart from it.
    private var isApart: [Bool] {
        let best = order[0].estimate(figure).mean
        return zip(order.dropFirst(), behind).map { side, pair in
            Self.matters(figure, pair, best, side.estimate(figure).mean)
        }
    }

    /// The best one and those next to it that cannot be told from it, or are so near that it does not matter.
    public var leaders: [Comparison.Side] {
        Array(order.prefix(1 + (isApart.firstIndex(of: true) ?? behind.count)))
    }

    /// Whether all leaders are so near to the best one that more seeds would not matter.
    public var isNear: Bool {
        let best = order[0].estimate(figure).mean
        return leaders.allSatisfy { side in
            let mean = side.estimate(figure).mean
            return !Self.isLarge(figure, (mean - best).magnitude, mean, best)
        }
    }

    /// Those that are told apart from the best one, the best of them first.
    public var followers: [Comparison.Side] {
        zip(order.dropFirst(), isApart).filter(\.1).map(\.0)
    }

    /// Those that are behind a follower and yet not told apart from the best one: they vary too much between the
    /// seeds to have a place.
    public var unplaced: [Comparison.Side] {
        zip(order.dropFirst(), isApart).dropFirst(leaders.count - 1).filter { !$0.1 }.map(\.0)
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
    /// Strategies that broke no invariant in any run, and stood still in none; all of them where each did. Who
    /// handled no message that is measured is never one.
    public var candidates: [Side] {
        let able = sides.filter { $0.ended > 0 }
        let whole = able.filter { $0.anyBroken.hits == 0 && $0.standstills == 0 }
        return whole.isEmpty ? able : whole
    }

    /// More than this share of messages left over, beyond what the best candidate leaves: its figures are those of
    /// the part that it got done.
    public static let leftOverMargin = 0.01

    /// Candidates that get as many of the messages done as the best of them.
    public var finishers: [Side] {
        let candidates = candidates
        let least = candidates.map { $0.estimate(.leftOver).mean }.min() ?? 0
        return candidates.filter { $0.estimate(.leftOver).mean <= least + Self.leftOverMargin }
    }

    /// Who competes in a figure: in goodput, where it shows by itself what is not done, all candidates; in all
    /// others the finishers that have it.
    public func competitors(in figure: Figure) -> [Side] {
        figure == .goodput ? candidates : finishers.filter { $0.estimate(figure).count > 0 }
    }

    /// The competitors by a figure; nil for a figure that is neither better nor worse, or where nobody competes.
    public func ranking(_ figure: Figure) -> Ranking? {
        Ranking(figure, competitors(in: figure))
    }
}
