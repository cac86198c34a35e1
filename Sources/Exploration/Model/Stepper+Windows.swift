import Simulation

/// The windows of a topic that has a plan. Where one ends is a matter of time, so that it may be anywhere: a record comes
/// in any place that some division into windows, none longer than the plan's, and some draw of its order give it.
extension Stepper {
    /// A record lies in the window of its partition.
    mutating func hold(_ slot: Int) {
        writes |= slots[slot].queueBit
        set(slot, Flag.fresh, false)
        let words = window(slot)
        words[Layout.WindowWord.come] += 1
        let place = words[Layout.WindowWord.come]
        setStatus(slot, Status.held)
        row(slot)[Layout.SlotWord.place] = place
        row(slot)[Self.droppedBefore] = words[Layout.WindowWord.dropped]
        if !isLeftOut(slot) {
            for copy in copies(of: slot, .anywhere) { holdCopy(copy, place) }
        }
        openWindow(slot)
    }

    /// What can come of a record, or a copy of one, beside its coming, or its not coming.
    func holdings(_ slot: Int) -> Actions {
        let planned = model.program.messages[Int(slots[slot].message)].planned
        let budgets = state + layout.budgets
        let isCopy = has(slot, Flag.maybe)
        var actions: Actions = 0
        if isCopy && budgets[Budget.duplicates.rawValue] > 0 { actions |= Action.duplicate.bit }
        if !isCopy && planned.drop == .maybe && budgets[Budget.drops.rawValue] > 0
            && mayStillBeDropped(slot)
        {
            actions |= Action.drop.bit
        }
        let flags = message(slots[slot].message)[Layout.MessageWord.flags]
        if planned.isCorruptible && flags & MessageFlag.corrupted == 0
            && budgets[Budget.corruptions.rawValue] > 0
        {
            actions |= Action.corrupt.bit
        }
        return actions
    }

    /// A record comes to its queue, or what the plan has become of it.
    mutating func comeFromWindow(_ slot: Int, _ action: Action) {
        writes |= slots[slot].queueBit
        let flags = message(slots[slot].message) + Layout.MessageWord.flags
        switch action {
        case .corrupt:
            flags.pointee |= MessageFlag.corrupted
            announce(slot, .corrupt)
            return
        case .drop:
            for copy in copies(of: slot, .anywhere, status: Status.held) { giveUp(copy) }
            dropFromWindow(slot)
        case .duplicate:
            announce(slot, .again)
            enter(slot)
        case _ where has(slot, Flag.maybe): giveUp(slot)
        default:
            noteOrdered(slot)
            let place = row(slot)[Layout.SlotWord.place]
            enter(slot)
            for copy in copies(of: slot, .adjacent) { holdCopy(copy, place) }
        }
        openWindow(slot)
        promote(slots[slot].unit)
    }

    private mutating func enter(_ slot: Int) {
        message(slots[slot].message)[Layout.MessageWord.flags] |= MessageFlag.sent
        row(slot)[Layout.SlotWord.place] = 0
        row(slot)[Self.droppedBefore] = 0
        set(slot, Flag.maybe, false)
        enterLog(slot)
        enqueue(slot)
    }

    /// Of a record that lies in a window: how many were dropped in front of it. Its place among those that are left is
    /// what bounded disorder is about.
    private static var droppedBefore: Int { Layout.SlotWord.token }

    /// Whether the order of its partition is one of ranks.
    private func isRanked(_ slot: Int) -> Bool {
        switch order(slot) {
        case .any, .kept, .perKey: false
        case .displaced, .jittered: true
        }
    }

    private func rank(inWindow slot: Int) -> Int32 {
        row(slot)[Layout.SlotWord.place] - row(slot)[Self.droppedBefore]
    }

    /// What is dropped is so before the rest is brought into an order: once a later one has come past a record, it was
    /// one of those.
    private func mayStillBeDropped(_ slot: Int) -> Bool {
        guard isRanked(slot) else { return true }
        let place = row(slot)[Layout.SlotWord.place]
        let earlier = records(besides: slot).count { row($0)[Layout.SlotWord.place] < place }
        return window(slot)[Layout.WindowWord.gone] == place - 1 - Int32(earlier)
    }

    private func dropFromWindow(_ slot: Int) {
        let words = window(slot)
        words[Layout.WindowWord.gone] += 1
        if isRanked(slot) {
            words[Layout.WindowWord.dropped] += 1
            let place = row(slot)[Layout.SlotWord.place]
            for other in records(besides: slot) where row(other)[Layout.SlotWord.place] > place {
                row(other)[Self.droppedBefore] += 1
            }
        }
        message(slots[slot].message)[Layout.MessageWord.flags] |=
            MessageFlag.settled | MessageFlag.lost
        announce(slot, .drop)
        vanish(slot)
    }

    // MARK: Copies

    /// Those of a record's copies whose slot is as it is asked for and that were not sent yet.
    private func copies(
        of slot: Int, _ kind: StepProgram.CopyKind, status: Int32 = Status.absent
    ) -> [Int] {
        let root = slots[slot].origin
        return model.program.messages.indices.compactMap { index in
            let message = model.program.messages[index]
            guard message.original == root, message.copy == kind else { return nil }
            let flags = self.message(Int32(index))[Layout.MessageWord.flags]
            let copy = Int(model.slotsOf[index].lowerBound)
            let isFree = flags & (MessageFlag.sent | MessageFlag.settled) == 0
            return isFree && self.status(copy) == status ? copy : nil
        }
    }

    private func holdCopy(_ copy: Int, _ place: Int32) {
        setStatus(copy, Status.held)
        set(copy, Flag.maybe)
        set(copy, Flag.redelivered)
        row(copy)[Layout.SlotWord.place] = place
    }

    /// Nobody can tell that from its never having been there.
    private func giveUp(_ copy: Int) {
        message(slots[copy].message)[Layout.MessageWord.flags] |= MessageFlag.settled
        vanish(copy)
    }

    // MARK: Orders

    private func window(_ slot: Int) -> Words {
        let place = layout.windowOf[Int(slots[slot].unit)] + Int(max(0, partition(of: slot)))
        return state + (layout.windows + place * Layout.WindowWord.count)
    }

    private func order(_ slot: Int) -> StepProgram.Windows.Order {
        let windows = model.program.windows[Int(slots[slot].unit)]
        return windows?.orders[Int(max(0, partition(of: slot)))] ?? .kept
    }

    /// All that lie in the window of a slot's partition.
    private func held(_ slot: Int) -> [Int] {
        let own = partition(of: slot)
        return (0..<slotCount).filter {
            status($0) == Status.held && slots[$0].unit == slots[slot].unit
                && partition(of: $0) == own
        }
    }

    private func records(besides slot: Int) -> [Int] {
        held(slot).filter { $0 != slot && !has($0, Flag.maybe) }
    }

    /// Whether the plan certainly leaves a record out.
    private func isLeftOut(_ slot: Int) -> Bool {
        !has(slot, Flag.maybe)
            && model.program.messages[Int(slots[slot].message)].planned.drop == .always
    }

    /// Says who can come next in a slot's partition. What is certainly left out is so as soon as it is in a window.
    private func openWindow(_ slot: Int) {
        let most = units[Int(slots[slot].unit)].window
        beginWindow(slot)
        while let next = held(slot).first(where: {
            isLeftOut($0) && row($0)[Layout.SlotWord.place] <= most
        }) {
            dropFromWindow(next)
            beginWindow(slot)
        }
        let held = held(slot)
        let next = held.first { isAdjacent($0) }
        for other in held {
            let isWithin = row(other)[Layout.SlotWord.place] <= most
            let mayCome = isWithin && (has(other, Flag.maybe) || isInOrder(other))
            setEnabled(other, next.map { $0 == other } ?? mayCome)
        }
    }

    /// Behind a window's last record a new one begins.
    private func beginWindow(_ slot: Int) {
        let held = held(slot)
        let words = window(slot)
        let first = held.map { row($0)[Layout.SlotWord.place] }.min() ?? .max
        let gone = words[Layout.WindowWord.gone]
        if first > gone {
            for other in held {
                row(other)[Layout.SlotWord.place] -= gone
                row(other)[Self.droppedBefore] = 0
            }
            let left = words[Layout.WindowWord.come] - gone
            for word in 0..<Layout.WindowWord.count { words[word] = 0 }
            words[Layout.WindowWord.come] = left
        }
    }

    /// A copy that comes right behind its record or not at all.
    private func isAdjacent(_ slot: Int) -> Bool {
        has(slot, Flag.maybe)
            && model.program.messages[Int(slots[slot].message)].copy == .adjacent
    }

    private func isInOrder(_ slot: Int) -> Bool {
        let place = row(slot)[Layout.SlotWord.place]
        let others = records(besides: slot)
        let earlier = others.filter { row($0)[Layout.SlotWord.place] < place }
        switch order(slot) {
        case .any: return true
        case .kept: return earlier.isEmpty
        case .perKey:
            let message = model.program.messages[Int(slots[slot].message)]
            return message.isKeyless
                || !earlier.contains {
                    let other = model.program.messages[Int(slots[$0].message)]
                    return other.key == message.key && !other.isKeyless
                }
        case .displaced(let places): return isWithin(slot, others, step: 1, most: places)
        case .jittered(let step, let most):
            return isWithin(slot, others, step: step, most: most)
        }
    }

    /// Whether a record and all that are left behind it can have numbers that rise: each its rank x step and a drawn one
    /// up to `most`.
    private func isWithin(_ slot: Int, _ others: [Int], step: Int32, most: Int32) -> Bool {
        let own = rank(inWindow: slot)
        let first = others.map { rank(inWindow: $0) }.min() ?? own
        var last = level(slot, step)
        if first < own && !isLaterFirst(slot) { last += 1 }
        return last <= min(own, first) * step + most
    }

    /// Of equal numbers.
    private func isLaterFirst(_ slot: Int) -> Bool {
        if case .jittered = order(slot) { false } else { true }
    }

    /// The least number that a record can have which comes next.
    private func level(_ slot: Int, _ step: Int32) -> Int32 {
        let words = window(slot)
        let own = rank(inWindow: slot)
        let isLater = own > words[Layout.WindowWord.last]
        let rises: Int32 = isLater == isLaterFirst(slot) ? 1 : 0
        return max(own * step, words[Layout.WindowWord.level] + rises)
    }

    private func noteOrdered(_ slot: Int) {
        let words = window(slot)
        let step: Int32? =
            switch order(slot) {
            case .displaced: 1
            case .jittered(let step, _): step
            case .any, .kept, .perKey: nil
            }
        if let step {
            words[Layout.WindowWord.level] = level(slot, step)
            words[Layout.WindowWord.last] = rank(inWindow: slot)
        }
        words[Layout.WindowWord.gone] += 1
    }
}
