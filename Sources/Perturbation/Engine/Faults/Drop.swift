import Configuration

/// Loses records; the first rule that does ends the record.
///
/// ```
/// in  a b c d e
/// out a b   d e
/// ```
///
/// Draws: per record, at its offset, one hit.
struct Drop: Sendable {
    let scope: RuleScope
    let probability: Ratio

    /// Marks the records that it drops with its index; those dropped already stay as they are.
    func mark(_ droppedBy: inout [Int32], of window: Window) {
        if probability == .zero { return }
        droppedBy.withUnsafeMutableBufferPointer { droppedBy in
            for slot in droppedBy.indices where droppedBy[slot] == Canonical.notDropped {
                let entry = window.entries[slot]
                guard scope.matches(entry, in: window) else { continue }
                var draws = scope.stream.draws(at: entry.offset)
                if draws.hits(probability.numerator, in: probability.denominator) {
                    droppedBy[slot] = scope.index
                }
            }
        }
    }
}
