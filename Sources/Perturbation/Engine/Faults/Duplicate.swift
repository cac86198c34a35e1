import Configuration

/// Sends records again; copies count from 1 over all rules, in the order of the plan.
///
/// ```
/// in       a b c d e
/// adjacent a b b c d e
/// anywhere a b c d b e
/// ```
///
/// Draws: per record, at its offset: one hit; where the number of copies varies, one number below
/// (most - fewest + 1); for each copy that goes anywhere its gap, one number below (survivors + 1).
struct Duplicate: Sendable {
    let scope: RuleScope
    let probability: Ratio
    let copies: ClosedRange<Int>
    let placement: Rule.Placement

    /// Adds the copies of the survivors of `window`.
    func draw(into all: inout Copies, survivors: Scratch.Numbers, of window: Window) {
        if probability == .zero { return }
        var hits = Hits(scope.stream, probability)
        for slot in survivors {
            guard scope.matches(Int(slot), in: window) else { continue }
            let offset = window.entries[Int(slot)].offset
            if hits.hit(at: offset) {
                add(slot, scope.stream.draws(at: offset), to: &all, survivors.count)
            }
        }
    }

    private func add(
        _ slot: Int32, _ draws: consuming Draws, to all: inout Copies, _ survivors: Int
    ) {
        _ = draws.hits(probability)
        let more = UInt64(copies.upperBound - copies.lowerBound)
        let count = copies.lowerBound + (more == 0 ? 0 : Int(draws.below64(more + 1)))
        for _ in 0..<count {
            let gap = placement == .anywhere ? Int32(draws.below64(UInt64(survivors) + 1)) : nil
            all.add(slot: slot, gap: gap, rule: scope.index)
        }
    }
}
