import Simulation

/// Messages that a broker deals out to nodes before they are begun: what comes again may go to any of these.
extension Stepper {
    /// Nobody says which node has what is delivered again: at first the next one, which may begin at once what the first
    /// has still in its hands.
    func dealAnew(_ slot: Int, behind group: Int32) {
        let rules = units[Int(slots[slot].unit)]
        if rules.isDealt { row(slot)[Layout.SlotWord.group] = (group + 1) % rules.groups }
    }

    /// Whether what is on its way can still be dealt out to a node behind; what a source sends is dealt out in turn.
    func canGoElsewhere(_ slot: Int) -> Bool {
        let rules = units[Int(slots[slot].unit)]
        guard rules.isDealt, row(slot)[Layout.SlotWord.counter] < rules.groups - 1 else {
            return false
        }
        let message = slots[slot].message
        return !model.arrivesInSteps[Int(message)]
            || self.message(message)[Layout.MessageWord.flags] & MessageFlag.sent != 0
    }

    func goElsewhere(_ slot: Int) {
        dealAnew(slot, behind: row(slot)[Layout.SlotWord.group])
        row(slot)[Layout.SlotWord.counter] += 1
    }

    /// What a dead node held ahead is the broker's again.
    mutating func dealOutHeld(_ unit: Int, _ group: Int32) {
        for slot in 0..<slotCount
        where Int(slots[slot].unit) == unit && status(slot) == Status.waiting
            && row(slot)[Layout.SlotWord.group] == group
        {
            writes |= slots[slot].queueBit | slots[slot].messageBit
            leaveQueue(slot)
            leaveLane(slot)
            set(slot, Flag.redelivered)
            dealAnew(slot, behind: group)
            setStatus(slot, Status.coming)
        }
    }
}
