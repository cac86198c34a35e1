/// How long something takes, drawn anew each time; all times in whole microseconds.
public enum DurationDistribution: Hashable, Sendable {
    /// `5ms` or `constant(5ms)`.
    case constant(us: Int64)
    /// `uniform(1ms..5ms)`: every microsecond of the range equally likely, both ends included.
    case uniform(lowUs: Int64, highUs: Int64)
    /// `exponential(20ms)`: by its mean.
    case exponential(meanUs: Int64)
    /// `lognormal(20ms, 0.5)`: by its mean (not its median) and its squared coefficient of
    /// variation c2 = variance / mean^2, as in the queueing literature. With s2 = ln(1 + c2) the
    /// logarithm is normal with variance s2 and mean ln(mean) - s2/2.
    case lognormal(meanUs: Int64, c2: Ratio)
    /// `[1ms, 2ms, 2ms, 9ms]` or `empirical(1ms, 2ms, 2ms, 9ms)`: every value of the sorted list
    /// equally likely, repeats counting; never empty.
    case empirical(us: [Int64])
}

extension DurationDistribution: CustomStringConvertible {
    /// A spelling that reads back as the same value: `uniform(1ms..5ms)`.
    public var description: String {
        switch self {
        case .constant(let us): spelled(us)
        case .uniform(let low, let high): "uniform(\(spelled(low))..\(spelled(high)))"
        case .exponential(let mean): "exponential(\(spelled(mean)))"
        case .lognormal(let mean, let c2): "lognormal(\(spelled(mean)), \(c2))"
        case .empirical(let values):
            "empirical(\(values.map(spelled).joined(separator: ", ")))"
        }
    }
}

private func spelled(_ us: Int64) -> String { Duration.microseconds(us).spelled }
