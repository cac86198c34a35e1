/// How often durations occurred, in buckets of at most 1/256 of their value, so quantiles are within 0.4%;
/// in the manner of HdrHistogram.
public struct Histogram: Hashable, Sendable {
    private static let bits = 8
    private static let perOctave = 1 << bits

    private var buckets: [UInt32]
    public private(set) var count = 0

    init() {
        buckets = [UInt32](repeating: 0, count: (64 - Self.bits) * Self.perOctave)
    }

    /// - Complexity: O(1)
    @inline(__always)
    mutating func add(_ nanoseconds: Int64) {
        let value = UInt64(max(0, nanoseconds))
        count += 1
        buckets[Self.bucket(value)] &+= 1
    }

    @inline(__always)
    private static func bucket(_ value: UInt64) -> Int {
        let top = 63 - (value | UInt64(perOctave)).leadingZeroBitCount
        let shift = top - bits
        return (shift << bits) + Int(truncatingIfNeeded: value >> UInt64(shift))
    }

    /// The value below which this share lies, interpolated within its bucket; nil where nothing was added.
    ///
    /// - Complexity: O(buckets)
    public func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = share * Double(count)
        var below = 0.0
        for (index, bucket) in buckets.enumerated() where bucket > 0 {
            let here = Double(bucket)
            if below + here >= rank {
                let (low, width) = Self.range(index)
                return low + width * max(0, rank - below) / here
            }
            below += here
        }
        return nil
    }

    private static func range(_ index: Int) -> (low: Double, width: Double) {
        if index < perOctave * 2 { return (Double(index), 1) }
        let shift = (index >> bits) - 1
        let mantissa = UInt64(index - (shift << bits))
        return (Double(mantissa << UInt64(shift)), Double(UInt64(1) << UInt64(shift)))
    }

    mutating func merge(_ other: Histogram) {
        count += other.count
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
    }
}
