/// Rearranges the survivors of a window: every order rule those records that it is the first to match,
/// among the places that they hold.
///
/// ```
/// in                        a1 x1 a2 x2 a3
/// shuffle where key is a*   a3 x1 a1 x2 a2
/// ```
struct Arrangement {
    private let survivors: Scratch.Numbers
    /// The slots that a rule claimed already.
    private let isClaimed: Scratch.Numbers
    private let movedBy: Scratch.Numbers
    private let places: Scratch.Numbers
    private let items: Scratch.Numbers
    private let window: Window

    /// Applies the rules to the survivors.
    ///
    /// - Returns: what moves are put down to: the order rule that matched the record; where that is
    ///   `none` or there is none, the first rule of the plan that changed the order of others in this
    ///   window.
    static func apply(
        _ rules: [OrderRule], to survivors: Scratch.Numbers, of window: Window,
        _ scratch: inout Scratch
    ) -> Movers {
        let count = window.entries.count
        if rules.isEmpty { return Movers(all: -1, slots: count) }
        if rules.count == 1, rules[0].scope.matchesAll {
            rules[0].permute(survivors, of: window, &scratch)
            return Movers(all: rules[0].scope.index, slots: count)
        }
        let arrangement = Arrangement(survivors, window, &scratch)
        arrangement.apply(rules, &scratch)
        return Movers(arrangement.movedBy)
    }

    private init(_ survivors: Scratch.Numbers, _ window: Window, _ scratch: inout Scratch) {
        let count = window.entries.count
        self.survivors = survivors
        self.window = window
        movedBy = scratch.take(count, filledWith: -1)
        isClaimed = scratch.take(count, filledWith: 0)
        places = scratch.take(count)
        items = scratch.take(count)
    }

    private func apply(_ rules: [OrderRule], _ scratch: inout Scratch) {
        var mover: Int32 = -1
        for index in rules.indices {
            let count = claim(for: rules[index])
            let claimed = Scratch.Numbers(rebasing: items[..<count])
            rules[index].permute(claimed, of: window, &scratch)
            for item in claimed.indices { survivors[Int(places[item])] = claimed[item] }
            if mover < 0, !isRising(claimed) { mover = rules[index].scope.index }
        }
        for slot in movedBy.indices where movedBy[slot] < 0 { movedBy[slot] = mover }
    }

    /// Collects the records that the rule is the first to match, and the places that they hold.
    ///
    /// - Returns: how many there are.
    private func claim(for rule: OrderRule) -> Int {
        let mover = rule.order == .none ? -1 : rule.scope.index
        var count = 0
        for place in survivors.indices {
            let slot = Int(survivors[place])
            guard isClaimed[slot] == 0, rule.scope.matches(slot, in: window) else { continue }
            isClaimed[slot] = 1
            movedBy[slot] = mover
            places[count] = Int32(place)
            items[count] = Int32(slot)
            count += 1
        }
        return count
    }

    private func isRising(_ slots: Scratch.Numbers) -> Bool {
        var last: Int32 = -1
        for slot in slots {
            if slot < last { return false }
            last = slot
        }
        return true
    }
}
