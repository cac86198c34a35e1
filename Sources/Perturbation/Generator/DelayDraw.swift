import Configuration

extension DurationDistribution {
    /// The longest delay of a delivery: 1,000 days, in microseconds. What is drawn or added up beyond
    /// it is taken to it.
    static let longest: Int64 = 86_400_000_000_000

    /// A delay in whole microseconds, 0 to ``longest``.
    ///
    /// Draws: constant nothing; uniform one bounded number (both ends included); exponential one pair
    /// of words; lognormal pairs of words until the polar method takes them, but nothing where mean or
    /// variation is 0; empirical one bounded number, an index.
    func microseconds(_ draws: inout Draws) -> Int64 {
        switch self {
        case .constant(let us): return Self.limited(us)
        case .uniform(let low, let high):
            return Self.limited(low + Int64(draws.below64(UInt64(high - low) + 1)))
        case .exponential(let mean):
            return Self.nearest(Double(mean) * Variates.exponential(&draws))
        case .lognormal(let mean, let c2):
            if mean == 0 || c2.numerator == 0 { return Self.limited(mean) }
            // Mean m and squared coefficient of variation c: sigma^2 = ln(1 + c), mu = ln m - sigma^2/2.
            let variance = Variates.log(1 + Double(c2.numerator) / Double(c2.denominator))
            let location = Variates.log(Double(mean)) - variance / 2
            let normal = Variates.normal(&draws)
            return Self.nearest(Variates.exp(location + variance.squareRoot() * normal))
        case .empirical(let values):
            return Self.limited(
                values.isEmpty ? 0 : values[Int(draws.below64(UInt64(values.count)))])
        }
    }

    private static func limited(_ us: Int64) -> Int64 { min(longest, max(0, us)) }

    /// The nearest whole number, halves upwards.
    private static func nearest(_ value: Double) -> Int64 {
        Int64(min(Double(longest), (value + 0.5).rounded(.down)))
    }
}
