/// An order rule, compiled for one partition.
struct OrderRule: Sendable {
    let scope: RuleScope
    let order: Order

    /// Puts the slots of the records that it matches, which rise, into its order.
    ///
    /// Draws: at the window's start for `shuffle` and `perKey`, else at each record's offset.
    func permute(_ slots: Scratch.Numbers, of window: Window, _ scratch: inout Scratch) {
        let stream = scope.stream
        switch order {
        case .none: break
        case .shuffle:
            var draws = stream.draws(at: window.start)
            Shuffle.permute(slots, &draws)
        case .perKey:
            var draws = stream.draws(at: window.start)
            PerKey.permute(slots, of: window, &draws, &scratch)
        case .displacement(let k):
            Displacement.permute(slots, by: k, of: window, stream)
        case .byDelay(let delay, let spacing):
            ByDelay.permute(slots, by: delay, spacing: spacing, of: window, stream)
        }
    }
}
