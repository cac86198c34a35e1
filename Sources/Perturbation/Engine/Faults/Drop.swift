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
    func mark(_ droppedBy: Scratch.Numbers, of window: Window) {
        if probability == .zero { return }
        var hits = Hits(scope.stream, probability)
        for slot in droppedBy.indices where droppedBy[slot] == Canonical.notDropped {
            guard scope.matches(slot, in: window) else { continue }
            if hits.hit(at: window.entries[slot].offset) { droppedBy[slot] = scope.index }
        }
    }
}
