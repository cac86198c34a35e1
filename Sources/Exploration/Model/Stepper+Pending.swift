extension Stepper {
    /// What a delivery's next step would touch, as far as that can be told without taking it.
    func pending(_ slot: Int) -> Touched {
        if has(slot, Flag.maybe) && status(slot) == Status.coming
            && state[layout.budgets + Budget.duplicates.rawValue] == 0
        {
            return Touched()
        }
        var touched = Touched(reads: slots[slot].unitBit, writes: slots[slot].messageBit)
        guard status(slot) == Status.running || status(slot) == Status.landing else {
            touched.writes |= slots[slot].queueBit
            if units[Int(slots[slot].unit)].ranksArrivals { touched.writes |= slots[slot].doneBit }
            return touched
        }
        let step = instructions + Int(row(slot)[Layout.SlotWord.counter])
        let key = Int(keys[Int(slots[slot].message)])
        let place = Int(step.pointee.object) * layout.keys + key
        switch step.pointee.code {
        case .load: touched.reads |= entityBits[place]
        case .store:
            touched.writes |= entityBits[place]
            touched.reads |= slots[slot].actBits
        case .acquire, .release: touched.writes |= lockBits[place]
        case .end:
            touched.writes |=
                slots[slot].queueBit | slots[slot].doneBit | slots[slot].endBits
        case .lookUp, .note: touched.writes |= layout.bits[.inbox(step.pointee.object, -1)] ?? 0
        case .effect:
            touched.writes |= layout.bits[.inbox(step.pointee.register, -1)] ?? 0
            touched.reads |= slots[slot].actBits
        case .publish: touched.reads |= slots[slot].actBits
        case .think, .check, .change, .fail, .call, .commit, .carriedOut: break
        }
        return touched
    }
}
