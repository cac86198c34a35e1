/// A mean over seeds with its interval.
public struct Estimate: Hashable, Sendable {
    /// 0 where no run has the figure.
    public let mean: Double
    /// Of the 95% interval, by Student's t; nil for a single run.
    public let halfWidth: Double?
    /// The runs that have the figure.
    public let count: Int
    /// All runs.
    public let runs: Int

    /// - Parameter all: one value of each seed; those that are nil count for nothing.
    public init(_ all: [Double?]) {
        let values = all.compactMap { $0 }
        (count, runs) = (values.count, all.count)
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        self.mean = mean
        if values.count < 2 {
            halfWidth = nil
        } else {
            let spread = Self.variance(values, mean) / Double(values.count)
            halfWidth =
                StudentT.quantile(0.95, degrees: values.count - 1) * spread.squareRoot()
        }
    }

    static func variance(_ values: [Double], _ mean: Double) -> Double {
        guard values.count > 1 else { return 0 }
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}

/// A share of runs with its interval.
public struct Proportion: Hashable, Sendable {
    public let hits: Int
    public let count: Int

    public init(hits: Int, of count: Int) {
        self.hits = hits
        self.count = count
    }

    public var share: Double { count > 0 ? Double(hits) / Double(count) : 0 }

    /// Wilson's 95% interval (1927); where nothing was seen its upper end is the rule of three, 3/n, which
    /// bounds what was never seen in n runs.
    public var interval: ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        let (n, z) = (Double(count), 1.959_963_984_540_054)
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z / (1 + z * z / n)
            * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        if hits == 0 { return 0...min(1, 3 / n) }
        return max(0, middle - half)...min(1, middle + half)
    }

    /// How many runs it takes on average until it is seen; nil where it never was.
    public var expectedRuns: Double? { hits > 0 ? 1 / share : nil }
}

/// How a strategy differs from another one under the same seeds.
public struct PairedDifference: Hashable, Sendable {
    /// The other one less this one.
    public let difference: Estimate
    /// Two-sided, of Student's t on the differences; where they are all alike, and so have no variance, of the
    /// sign test (Dixon and Mood 1946): 2^(1-n) for n seeds.
    public let p: Double
    /// After Holm's correction for all strategies compared.
    public internal(set) var adjustedP: Double
    /// The variance that unpaired runs would have over that of the pairs: what common random numbers won.
    public let varianceRatio: Double?

    /// Two strategies of one comparison, without correction.
    public static func between(
        _ base: Comparison.Side, _ other: Comparison.Side, _ figure: Figure
    ) -> PairedDifference {
        PairedDifference(base.values[figure] ?? [], other.values[figure] ?? [])
    }

    init(difference: Estimate, p: Double, adjustedP: Double, varianceRatio: Double?) {
        (self.difference, self.p) = (difference, p)
        (self.adjustedP, self.varianceRatio) = (adjustedP, varianceRatio)
    }

    /// - Parameters: the values of each seed; a seed of which one is missing makes no pair.
    init(_ base: [Double?], _ other: [Double?]) {
        let pairs = zip(base, other).compactMap { base, other -> (base: Double, other: Double)? in
            if let base, let other { (base, other) } else { nil }
        }
        let (base, other) = (pairs.map(\.base), pairs.map(\.other))
        let differences = pairs.map { $0.other - $0.base }
        difference = Estimate(differences)
        let count = differences.count
        let variance = Estimate.variance(differences, difference.mean)
        if count < 2 {
            p = 1
        } else if variance == 0 {
            p = difference.mean == 0 ? 1 : Self.ofSigns(count)
        } else {
            let error = (variance / Double(count)).squareRoot()
            p = StudentT.twoSided(difference.mean / error, degrees: count - 1)
        }
        adjustedP = p
        let apart =
            Estimate.variance(base, Estimate(base).mean)
            + Estimate.variance(other, Estimate(other).mean)
        varianceRatio = variance > 0 ? apart / variance : nil
    }

    /// How likely it is that all signs are alike where both are equally likely.
    private static func ofSigns(_ count: Int) -> Double {
        (1..<count).reduce(1) { p, _ in p / 2 }
    }

    /// Holm's step-down correction (1979): the k-th smallest of m values times m - k + 1, never falling.
    static func correct(_ differences: inout [PairedDifference]) {
        let order = differences.indices.sorted {
            (differences[$0].p, $0) < (differences[$1].p, $1)
        }
        var greatest = 0.0
        for (rank, index) in order.enumerated() {
            let scaled = differences[index].p * Double(differences.count - rank)
            greatest = min(1, max(greatest, scaled))
            differences[index].adjustedP = greatest
        }
    }
}
