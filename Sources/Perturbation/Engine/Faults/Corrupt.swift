import Configuration

/// Changes values, each copy on its own; what several rules do composes in the order of the plan.
///
/// ```
/// truncate  {"id":7}  ->  {"id
/// flip      {"id":7}  ->  {"id":5}
/// null      {"id":7}  ->  null
/// ```
///
/// An empty value can neither be cut nor have a bit turned, and null stays null: nothing is decided.
///
/// Draws: per delivery, at its record's offset and its copy: one hit; for `truncate` the bytes kept,
/// one number below the value's length as earlier rules leave it; for `flip` the bit, one number below
/// eight times that.
struct Corrupt: Sendable {
    let scope: RuleScope
    let probability: Ratio
    let kind: Rule.CorruptionKind

    /// - Parameter lengths: of the deliveries' values in bytes, -1 for null; kept up to date.
    func apply(to outcome: inout Outcome, lengths: inout [Int32], of window: Window) {
        if probability == .zero { return }
        for index in outcome.deliveries.indices {
            let delivery = outcome.deliveries[index]
            let entry = window.entries[Int(delivery.slot)]
            guard scope.matches(Int(delivery.slot), in: window) else { continue }
            var draws = scope.stream.draws(at: entry.offset, copy: delivery.copy)
            guard draws.hits(probability),
                let corruption = corruption(ofBytes: lengths[index], &draws)
            else { continue }
            switch corruption {
            case .truncate(let count): lengths[index] = count
            case .null: lengths[index] = -1
            case .flip: break
            }
            outcome.corruptions.append(
                .init(
                    slot: delivery.slot, copy: delivery.copy, corruption: corruption,
                    rule: scope.index))
            outcome.deliveries[index].isCorrupted = true
        }
    }

    /// nil where the value is null, or too short for this change.
    private func corruption(ofBytes length: Int32, _ draws: inout Draws) -> Corruption? {
        if length < 0 || (length == 0 && kind != .null) { return nil }
        return switch kind {
        case .null: .null
        case .truncate: .truncate(toBytes: Int32(draws.below(UInt32(length))))
        case .flip: .flip(bit: Int64(draws.below64(UInt64(length) * 8)))
        }
    }
}
