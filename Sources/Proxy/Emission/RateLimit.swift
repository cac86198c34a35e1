import Configuration
import Perturbation

/// Holds deliveries to the plan's rates: a bucket that fills steadily and holds a fiftieth of a second.
///
/// What is due is counted from a base, so that no rounding adds up; where nothing was sent for a while
/// the base moves on, and nothing is made up for.
struct RateLimit {
    private struct Bucket {
        let rate: Rate
        var baseNs: UInt64 = 0
        /// Taken since the base.
        var taken: UInt64 = 0

        /// When the next one may go, early by what the bucket holds.
        var dueNs: UInt64 {
            let due = baseNs &+ rate.due(taken).wholeNanoseconds
            return due > RateLimit.burstNs ? due - RateLimit.burstNs : 0
        }

        mutating func take(_ count: UInt64, at nowNs: UInt64) {
            if baseNs &+ rate.due(taken).wholeNanoseconds < nowNs { (baseNs, taken) = (nowNs, 0) }
            taken += count
        }
    }

    private static let burstNs: UInt64 = 20_000_000

    private var records: Bucket?
    private var bytes: Bucket?

    /// nil where nothing is limited. Of several limits of a kind the lowest counts.
    init?(_ rates: [MaxRate]) {
        for rate in rates {
            switch rate {
            case .records(let rate):
                if records.map({ rate < $0.rate }) ?? true { records = Bucket(rate: rate) }
            case .bytes(let rate):
                if bytes.map({ rate < $0.rate }) ?? true { bytes = Bucket(rate: rate) }
            }
        }
        if records == nil && bytes == nil { return nil }
    }

    /// When the next delivery may go, in nanoseconds of the monotonic clock.
    var dueNs: UInt64 { max(records?.dueNs ?? 0, bytes?.dueNs ?? 0) }

    /// A delivery of so many bytes was sent. One that is larger than what the bucket holds goes in one,
    /// and the next waits the longer.
    mutating func take(bytes count: Int, at nowNs: UInt64) {
        records?.take(1, at: nowNs)
        bytes?.take(UInt64(count), at: nowNs)
    }
}
