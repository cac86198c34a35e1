import Configuration
import Records

/// The order of a network with jitter: sorted by (timestamp + drawn delay, offset).
///
/// ```
/// sent     0ms a   1ms b   2ms c
/// delays      +5      +1      +2
/// arrives     b 2ms   c 4ms   a 5ms
/// ```
///
/// With `spacing`, index x spacing stands in for the timestamps. A record without timestamp has that of
/// the record before it (0 for the first).
///
/// Draws: per record, at its offset, one delay.
enum ByDelay {
    static func permute(
        _ items: Scratch.Numbers, by delay: DurationDistribution, spacing: Duration?,
        of window: Window, _ stream: DrawStream
    ) {
        // Timestamps are any 64-bit number of milliseconds: sums take more bits.
        let step = spacing.map { Int128($0.wholeMicroseconds) }
        var previous: Int128 = 0
        var keyed = items.enumerated().map { index, item in
            let entry = window.entries[Int(item)]
            if let step {
                previous = Int128(index) * step
            } else if entry.timestampKind != .none {
                previous = Int128(entry.timestampMs) * 1000
            }
            var draws = stream.draws(at: entry.offset)
            let due = previous + Int128(delay.microseconds(&draws))
            return (due: due, index: index, item: item)
        }
        keyed.sort { ($0.due, $0.index) < ($1.due, $1.index) }
        for index in items.indices { items[index] = keyed[index].item }
    }
}

extension Duration {
    /// Whole microseconds; what is finer is cut off.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
