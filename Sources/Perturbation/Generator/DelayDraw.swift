import Configuration

extension DurationDistribution {
    /// The longest delay that is drawn: 1,000 days, in microseconds.
    static let longest: Int64 = 86_400_000_000_000

    /// A delay in whole microseconds.
    ///
    /// Draws: constant nothing; uniform one bounded number (both ends included); exponential one pair
    /// of words; lognormal pairs of words until the polar method takes them; empirical one bounded
    /// number, an index.
    func microseconds(_ draws: inout Draws) -> Int64 {
        switch self {
        case .constant(let us): return us
        case .uniform(let low, let high):
            return low + Int64(draws.below64(UInt64(high - low) + 1))
        case .exponential(let mean):
            return Self.whole(Double(mean) * Variates.exponential(&draws))
        case .lognormal(let mean, let c2):
            // Mean m and squared coefficient of variation c: sigma^2 = ln(1 + c), mu = ln m - sigma^2/2.
            let variance = Variates.log(1 + Double(c2.numerator) / Double(c2.denominator))
            let location = Variates.log(Double(max(mean, 1))) - variance / 2
            let normal = Variates.normal(&draws)
            return Self.whole(Variates.exp(location + variance.squareRoot() * normal))
        case .empirical(let values):
            return values.isEmpty ? 0 : values[Int(draws.below64(UInt64(values.count)))]
        }
    }

    private static func whole(_ value: Double) -> Int64 {
        Int64(min(Double(longest), value.rounded(.down)))
    }
}
