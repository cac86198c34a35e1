/// Rearranges the survivors of a window: every order rule those records that it is the first to match,
/// among the places that they hold.
///
/// ```
/// in                        a1 x1 a2 x2 a3
/// shuffle where key is a*   a3 x1 a1 x2 a2
/// ```
struct Arrangement: Sendable {
    struct OrderRule: Sendable {
        let scope: RuleScope
        let order: Order
    }

    /// For each slot the rule that a move of its record is put down to, -1 where nothing moves: the
    /// order rule that matched it; where that is `none` or there is none, the first rule of the plan
    /// that changed the order of others in this window.
    private(set) var movedBy: [Int32] = []
    private var isClaimed: [Bool] = []
    private var places: [Int32] = []
    private var items: [Int32] = []
    private var perKey = PerKey()

    mutating func arrange(
        _ survivors: inout [Int32], by rules: [OrderRule], of window: Window
    ) {
        movedBy.refill(with: -1, count: window.entries.count)
        isClaimed.refill(with: false, count: window.entries.count)
        var mover: Int32 = -1
        for index in rules.indices {
            let rule = rules[index].scope.index
            let isMoving = rules[index].order != .none
            claim(from: survivors, for: rules[index].scope, movedBy: isMoving ? rule : -1, window)
            permute(by: rules[index], window)
            for index in items.indices { survivors[Int(places[index])] = items[index] }
            if mover < 0, !items.isAscending { mover = rule }
        }
        if mover < 0 { return }
        for slot in movedBy.indices where movedBy[slot] < 0 { movedBy[slot] = mover }
    }

    /// Collects the records that the rule is the first to match, and the places that they hold.
    private mutating func claim(
        from survivors: [Int32], for scope: RuleScope, movedBy rule: Int32, _ window: Window
    ) {
        places.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        for place in survivors.indices {
            let slot = Int(survivors[place])
            guard !isClaimed[slot], scope.matches(window.entries[slot], in: window) else {
                continue
            }
            isClaimed[slot] = true
            movedBy[slot] = rule
            places.append(Int32(place))
            items.append(Int32(slot))
        }
    }

    /// Draws: at the window's start for `shuffle` and `perKey`, else at each record's offset.
    private mutating func permute(by rule: OrderRule, _ window: Window) {
        let stream = rule.scope.stream
        switch rule.order {
        case .none: break
        case .shuffle:
            var draws = stream.draws(at: window.start)
            Shuffle.permute(&items, &draws)
        case .perKey:
            var draws = stream.draws(at: window.start)
            perKey.permute(&items, of: window, &draws)
        case .displacement(let k):
            Displacement.permute(&items, by: k, of: window, stream)
        case .byDelay(let delay, let spacing):
            ByDelay.permute(&items, by: delay, spacing: spacing, of: window, stream)
        }
    }
}

extension [Int32] {
    fileprivate var isAscending: Bool {
        indices.dropFirst().allSatisfy { self[$0 - 1] <= self[$0] }
    }
}

extension Array {
    /// Makes it `count` times the element, in the memory that it has.
    @inline(__always)
    mutating func refill(with element: Element, count: Int) {
        removeAll(keepingCapacity: true)
        append(contentsOf: repeatElement(element, count: count))
    }
}
