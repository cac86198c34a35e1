import Records

/// Bounded disorder: sorted by i + U{0..k}, of equals the later one first, so no record moves further
/// than k places and some do. (With the earlier one first none would move further than k - 1, and
/// k = 1 would do nothing.)
///
/// ```
/// k = 1:  in  a b c d e
///         out b a c e d
/// ```
///
/// Draws: per record, at its offset, one number below k + 1.
enum Displacement {
    static func permute(
        _ items: Scratch.Numbers, by k: Int, of window: Window, _ stream: DrawStream
    ) {
        var keyed = items.enumerated().map { index, item in
            var draws = stream.draws(at: window.entries[Int(item)].offset)
            return (place: index + Int(draws.below64(UInt64(k) + 1)), index: index, item: item)
        }
        keyed.sort { ($0.place, $1.index) < ($1.place, $0.index) }
        for index in items.indices { items[index] = keyed[index].item }
    }
}
