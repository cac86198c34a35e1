import Simulation

extension Stepper {
    // MARK: Positions

    mutating func commitPosition(
        _ slot: Int, _ step: UnsafeMutablePointer<Instruction>
    ) -> Outcome {
        let message = message(slots[slot].message)
        message[Layout.MessageWord.flags] |=
            step.pointee.amount > 0 ? MessageFlag.atRisk : MessageFlag.carriedOut
        tell(slot, .position, footprint(.queue, slots[slot].unit, 0, .readModifyWrite))
        return .goOn
    }

    /// What a committed message does is done.
    func carriedOut(_ slot: Int) {
        let flags = message(slots[slot].message) + Layout.MessageWord.flags
        guard flags.pointee & MessageFlag.atRisk != 0 else { return }
        flags.pointee = flags.pointee & ~MessageFlag.atRisk | MessageFlag.carriedOut
    }

    /// What was committed and lay in a dead node's memory alone.
    mutating func loseCommitted(_ unit: Int, _ group: Int32) {
        for (index, message) in model.program.messages.enumerated()
        where Int(message.unit) == unit && owner(unit, message.partition) == group {
            // Somebody elsewhere may have it in hand.
            let isKept = model.slotsOf[index].contains { has(Int($0), Flag.counts) }
            if !isKept { loseCommitted(Int32(index)) }
        }
    }

    /// Where its message is committed nobody else carries out what it does; else that is in vain from now on.
    func letStray(_ slot: Int) {
        set(slot, Flag.stray)
        let flags = message(slots[slot].message)[Layout.MessageWord.flags]
        let isCommitted = flags & (MessageFlag.atRisk | MessageFlag.carriedOut) != 0
        if isCommitted && has(slot, Flag.current) && !has(slot, Flag.back) {
            set(slot, Flag.counts)
        } else {
            set(slot, Flag.current, false)
        }
    }

    func isVain(_ slot: Int) -> Bool { has(slot, Flag.stray) && !has(slot, Flag.counts) }

    mutating func loseCommitted(_ message: Int32) {
        let flags = self.message(message) + Layout.MessageWord.flags
        guard flags.pointee & MessageFlag.settled == 0 else { return }
        let isLost = flags.pointee & MessageFlag.atRisk != 0
        guard isLost || flags.pointee & MessageFlag.carriedOut != 0 else { return }
        flags.pointee |= MessageFlag.settled | (isLost ? MessageFlag.lost : 0)
        if isLost { tell(Int(model.slotsOf[Int(message)].lowerBound), .lose) }
        if layout.tracksConservation { settleLost(message, wasCarriedOut: !isLost) }
    }

    func owner(_ unit: Int, _ partition: Int32) -> Int32 {
        state[layout.positions + 2 * (layout.positionOf[unit] + Int(partition))]
    }

    func setOwner(_ unit: Int, _ partition: Int32, _ group: Int32) {
        guard owner(unit, partition) != group else { return }
        state[layout.positions + 2 * (layout.positionOf[unit] + Int(partition))] = group
        announce(.assign, unit, node: group, partition: partition)
    }

    /// The position of a partition goes past all that is done.
    func movePosition(_ unit: Int, _ partition: Int32) {
        let position =
            state + (layout.positions + 2 * (layout.positionOf[unit] + Int(partition)) + 1)
        position.pointee = lowWater(unit, partition)
    }

    /// How many of a partition's messages, from the first on, are done or committed.
    private func lowWater(_ unit: Int, _ partition: Int32) -> Int32 {
        var count: Int32 = 0
        var last = -1
        while let index = logged(unit, partition, behind: last) {
            last = index
            let flags = message(Int32(index))[Layout.MessageWord.flags]
            let passed = MessageFlag.settled | MessageFlag.atRisk | MessageFlag.carriedOut
            guard flags & passed != 0 else { return count }
            count += 1
        }
        return count
    }

    /// All behind the position of a partition once more, in order; what is under way elsewhere stays.
    mutating func rewind(_ unit: Int, _ partition: Int32) {
        let position =
            units[unit].commitsByTimer
            ? state[layout.positions + 2 * (layout.positionOf[unit] + Int(partition)) + 1]
            : lowWater(unit, partition)
        var count: Int32 = 0
        var last = -1
        while let index = logged(unit, partition, behind: last) {
            last = index
            comeAgain(index, isBehind: count >= position)
            count += 1
        }
    }

    /// - Parameter isBehind: whether it stands behind the position.
    private mutating func comeAgain(_ index: Int, isBehind: Bool) {
        let range = model.slotsOf[index]
        for slot in range where status(Int(slot)) == Status.waiting { leaveAndEnter(Int(slot)) }
        let isThere = range.contains {
            status(Int($0)) != Status.absent && !has(Int($0), Flag.copy)
                && !has(Int($0), Flag.stray)
        }
        guard isBehind, !isThere else { return }
        let slot = spare(Int32(index))
        guard slot >= 0 else {
            overflows = true
            return
        }
        let message = message(Int32(index))
        message[Layout.MessageWord.flags] &=
            ~(MessageFlag.settled | MessageFlag.atRisk | MessageFlag.carriedOut)
        message[Layout.MessageWord.failures] = 0
        set(slot, Flag.redelivered)
        attempts[slot] += observer == nil ? 0 : 1
        tell(slot, .replay)
        enqueue(slot)
    }

    /// To the end of the queue under its owner of now.
    private mutating func leaveAndEnter(_ slot: Int) {
        let place = row(slot)[Layout.SlotWord.place]
        for other in 0..<slotCount
        where other != slot && slots[other].unit == slots[slot].unit
            && status(other) == Status.waiting && row(other)[Layout.SlotWord.place] > place
        {
            row(other)[Layout.SlotWord.place] -= 1
        }
        leaveLane(slot)
        enqueue(slot)
    }

    // MARK: The log

    /// A message that comes to a partition for the first time has its place there from now on.
    func enterLog(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        guard units[unit].keepsLog else { return }
        let own = state + (layout.log + Int(slots[slot].message))
        guard own.pointee == 0 else { return }
        let partition = partition(of: slot)
        var last = -1
        var count: Int32 = 0
        while let index = logged(unit, partition, behind: last) {
            last = index
            count += 1
        }
        own.pointee = count + 1
    }

    /// The message of a partition behind another one; nil: that was the last.
    ///
    /// - Parameter last: -1: the first.
    private func logged(_ unit: Int, _ partition: Int32, behind last: Int) -> Int? {
        let messages = model.program.messages
        func isOwn(_ index: Int) -> Bool {
            Int(messages[index].unit) == unit && messages[index].partition == partition
        }
        guard units[unit].keepsLog else { return (last + 1..<messages.count).first(where: isOwn) }
        let place = last < 0 ? 1 : state[layout.log + last] + 1
        return messages.indices.first { state[layout.log + $0] == place && isOwn($0) }
    }
}
