/// How often durations occurred, in buckets of at most 1/256 of their value, so quantiles are within 0.4%;
/// in the manner of HdrHistogram.
public struct Histogram: Hashable, Sendable {
    private static let bits = 8
    private static let perOctave = 1 << bits
    fileprivate static let size = (64 - bits) * perOctave

    private var buckets: [UInt32]
    public private(set) var count = 0
    /// The least and the greatest that was added: no quantile lies outside.
    private var least = Int64.max
    private var greatest = Int64.min

    init() { buckets = [] }

    fileprivate init(_ buckets: UnsafeMutablePointer<UInt32>, _ added: Tally) {
        (least, greatest) = (added.least, added.greatest)
        self.buckets = Array(UnsafeBufferPointer(start: buckets, count: Self.size))
        count = self.buckets.reduce(0) { $0 + Int($1) }
    }

    @inline(__always)
    fileprivate static func bucket(_ value: UInt64) -> Int {
        let top = 63 - (value | UInt64(perOctave)).leadingZeroBitCount
        let shift = top - bits
        return (shift << bits) + Int(truncatingIfNeeded: value >> UInt64(shift))
    }

    /// The value below which this share lies, interpolated within its bucket and between the least and the greatest
    /// value; nil where nothing was added.
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
                let value = low + width * max(0, rank - below) / here
                return min(max(value, Double(least)), Double(greatest))
            }
            below += here
        }
        return nil
    }

    private static func range(_ index: Int) -> (low: Double, width: Double) {
        // Here a bucket is one value.
        if index < perOctave * 2 { return (Double(index), 0) }
        let shift = (index >> bits) - 1
        let mantissa = UInt64(index - (shift << bits))
        return (Double(mantissa << UInt64(shift)), Double(UInt64(1) << UInt64(shift)))
    }

    mutating func merge(_ other: Histogram) {
        count += other.count
        (least, greatest) = (min(least, other.least), max(greatest, other.greatest))
        if buckets.isEmpty {
            buckets = other.buckets
            return
        }
        for (index, bucket) in other.buckets.enumerated() { buckets[index] &+= bucket }
    }
}

/// A histogram that is being filled.
struct OpenHistogram: ~Copyable {
    private let buckets: UnsafeMutablePointer<UInt32>

    init() {
        buckets = .allocate(capacity: Histogram.size)
        buckets.initialize(repeating: 0, count: Histogram.size)
    }

    deinit { buckets.deallocate() }

    /// - Complexity: O(1)
    @inline(__always)
    func add(_ nanoseconds: Int64) {
        buckets[Histogram.bucket(UInt64(max(0, nanoseconds)))] &+= 1
    }

    /// - Parameter added: the same values, added up.
    func closed(_ added: Tally) -> Histogram { Histogram(buckets, added) }
}
