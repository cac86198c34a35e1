import Configuration
import Perturbation

/// A distribution of durations, ready to be drawn from, in nanoseconds.
struct Latency {
    private enum Kind: UInt8 {
        case constant, uniform, exponential, lognormal, empirical
    }

    private let kind: Kind
    /// constant: the value; uniform: the least; empirical: how many values.
    private let low: Int64
    /// uniform: how many values.
    private let span: UInt64
    /// exponential: the mean; lognormal: location and scale of the logarithm.
    private let first: Double
    private let second: Double
    private let values: [Int64]

    /// 292 years less some, so that sums of times do not overflow.
    static let longest = Int64.max / 8

    init(_ distribution: DurationDistribution) {
        var (low, span, first, second) = (Int64(0), UInt64(0), 0.0, 0.0)
        var values: [Int64] = []
        switch distribution {
        case .constant(let us):
            kind = .constant
            low = Self.nanoseconds(us)
        case .uniform(let lowUs, let highUs):
            kind = .uniform
            low = Self.nanoseconds(lowUs)
            span = UInt64(Self.nanoseconds(highUs) - low) + 1
        case .exponential(let meanUs):
            kind = .exponential
            first = Double(Self.nanoseconds(meanUs))
        case .lognormal(let meanUs, let c2):
            if meanUs == 0 || c2.numerator == 0 {
                kind = .constant
                low = Self.nanoseconds(meanUs)
            } else {
                kind = .lognormal
                let spread = Double(c2.numerator) / Double(c2.denominator)
                let variance = Variates.log(1 + spread)
                first = Variates.log(Double(Self.nanoseconds(meanUs))) - variance / 2
                second = variance.squareRoot()
            }
        case .empirical(let us):
            kind = .empirical
            values = us.map(Self.nanoseconds)
            low = Int64(values.count)
        }
        (self.low, self.span, self.first, self.second) = (low, span, first, second)
        self.values = values
    }

    private static func nanoseconds(_ us: Int64) -> Int64 {
        let (ns, isOver) = us.multipliedReportingOverflow(by: 1000)
        return isOver ? longest : min(longest, ns)
    }

    /// A duration in nanoseconds, 0 or more.
    ///
    /// Draws: constant nothing; lognormal blocks 0, 1, … of the attempt until the polar method takes one;
    /// all others block 0.
    @inline(__always)
    func draw(_ stream: RandomStream, _ entity: Int64, _ attempt: Int32) -> Int64 {
        switch kind {
        case .constant: return low
        case .exponential:
            return Self.exponential(first, stream.bits(entity, attempt))
        case .uniform:
            let bits = stream.bits(entity, attempt)
            return low + Int64(truncatingIfNeeded: RandomStream.below(span, bits))
        case .lognormal, .empirical: return drawRarely(stream, entity, attempt)
        }
    }

    /// An exponential variate of this mean, rounded to a nanosecond.
    @inline(__always)
    static func exponential(_ mean: Double, _ bits: UInt64) -> Int64 {
        nearest(mean * -Variates.log(RandomStream.unit(bits)))
    }

    var isConstant: Bool { kind == .constant }

    /// The mean of an exponential distribution; nil where it is another.
    var exponentialMean: Double? { kind == .exponential ? first : nil }

    /// Exponential variates of attempt 0 of consecutive entities, the same as one by one, in less time.
    @inline(never)
    static func exponentials(
        _ mean: Double, _ stream: RandomStream, from entity: Int64,
        into times: UnsafeMutablePointer<Int64>, count: Int
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { units in
            for index in 0..<count {
                units[index] = RandomStream.unit(stream.bits(entity &+ Int64(index), 0))
            }
            Variates.log(of: units)
            for index in 0..<count { times[index] = nearest(mean * -units[index]) }
        }
    }

    @inline(never)
    private func drawRarely(_ stream: RandomStream, _ entity: Int64, _ attempt: Int32) -> Int64 {
        if kind == .empirical {
            let bits = stream.bits(entity, attempt)
            return values[Int(RandomStream.below(UInt64(low), bits))]
        }
        // Marsaglia's polar method (1964), the first of its two results.
        var index: UInt32 = 0
        while true {
            let (left, right) = stream.pair(entity, attempt, index)
            let u = RandomStream.unit(left) * 2 - 1
            let v = RandomStream.unit(right) * 2 - 1
            let s = u * u + v * v
            if s > 0 && s < 1 {
                let ratio = -2 * Variates.log(s) / s
                let normal = u * ratio.squareRoot()
                return Self.nearest(Variates.exp(first + second * normal))
            }
            index &+= 1
        }
    }

    @inline(__always)
    private static func nearest(_ value: Double) -> Int64 {
        Int64(min(Double(longest), value + 0.5))
    }
}
