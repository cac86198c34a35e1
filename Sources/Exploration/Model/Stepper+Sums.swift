import Simulation

/// Conservation: of a slot its attempt's changes, of a message those of its last attempt that stored, as whether there
/// are any, and their sum.
extension Stepper {
    private func sum(_ row: Int, _ store: Int) -> Words {
        state + (layout.sums + (row * layout.stores + store) * 2)
    }

    func clearSums(_ slot: Int) {
        for store in 0..<layout.stores {
            sum(slot, store)[0] = 0
            sum(slot, store)[1] = 0
        }
    }

    mutating func noteSum(_ slot: Int, _ table: Int32, _ change: Int32) {
        let own = sum(slot, Int(table))
        own[0] = 1
        own[1] &+= change
        let message = sum(slotCount + Int(slots[slot].origin), Int(table))
        if message[0] == 0 { entity(table, key(slot))[Layout.EntityWord.open] += 1 }
        message[0] = 1
        message[1] = own[1]
    }

    /// A message is done or given up: what it changed is owed for, or not.
    mutating func settleSums(_ slot: Int, isDone: Bool) {
        let origin = slots[slot].origin
        let isOwed =
            isDone
            && message(origin)[Layout.MessageWord.flags]
                & (MessageFlag.settled | MessageFlag.handled) == 0
        for store in 0..<layout.stores {
            let own = sum(slot, store)
            let earlier =
                has(slot, Flag.isRepeat) ? sum(slotCount + Int(origin), store)[1] : 0
            close(origin, store, owing: isOwed ? (own[0] != 0 ? own[1] : earlier) : 0)
        }
        clearSums(slot)
    }

    /// A message was committed and will never be carried out, or was carried out without being told of.
    mutating func settleLost(_ message: Int32, wasCarriedOut: Bool) {
        let origin = model.slots[Int(model.slotsOf[Int(message)].lowerBound)].origin
        for store in 0..<layout.stores {
            let isOwed =
                wasCarriedOut
                && self.message(origin)[Layout.MessageWord.flags] & MessageFlag.handled == 0
            let last = sum(slotCount + Int(origin), store)[1]
            close(origin, store, owing: isOwed ? last : 0)
        }
    }

    /// An attempt is over whose message ended before, and has no other: what it stored is owed for by nobody.
    mutating func closeLate(_ slot: Int) {
        let origin = slots[slot].origin
        let ended = MessageFlag.settled | MessageFlag.handled
        guard message(origin)[Layout.MessageWord.flags] & ended != 0 else { return }
        for store in 0..<layout.stores where sum(slotCount + Int(origin), store)[0] != 0 {
            close(origin, store, owing: 0)
        }
    }

    /// Nobody is at a message any more who would say so: its entity is looked at.
    private mutating func close(_ origin: Int32, _ store: Int, owing: Int32) {
        let key = keys[Int(origin)]
        let entity = entity(Int32(store), key)
        let message = sum(slotCount + Int(origin), store)
        writes |= entityBits[store * layout.keys + Int(key)]
        entity[Layout.EntityWord.owed] &+= owing
        if message[0] != 0 { entity[Layout.EntityWord.open] -= 1 }
        (message[0], message[1]) = (0, 0)
        let expected =
            Int32(clamping: model.program.initials[store]) &+ entity[Layout.EntityWord.owed]
        if entity[Layout.EntityWord.open] == 0 && entity[Layout.EntityWord.value] != expected {
            breaks(.conservation)
        }
    }
}
