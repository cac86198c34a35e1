import Simulation

extension Stepper {
    @inline(__always)
    func key(_ slot: Int) -> Int32 { keys[Int(slots[slot].message)] }

    @inline(__always)
    private func entityBit(_ slot: Int, _ table: Int32) -> UInt64 {
        entityBits[Int(table) * layout.keys + Int(key(slot))]
    }

    @inline(__always)
    mutating func breaks(_ invariant: Invariant) { broken |= invariant.bit & watched }

    func footprint(
        _ kind: Footprint.Kind, _ table: Int32, _ key: Int32, _ access: Footprint.Access
    ) -> Footprint? {
        observer == nil ? nil : Footprint.made(kind, table, key, access)
    }

    mutating func load(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        let table = step.pointee.object
        let entity = entity(table, key(slot))
        let registers = registers(slot)
        let learns = step.pointee.fencing.isLoad
        if learns {
            writes |= entityBit(slot, table)
            let token = row(slot)[Layout.SlotWord.token]
            if token < entity[Layout.EntityWord.token] {
                tell(slot, .fence, footprint(.entity, table, key(slot), .read), token)
                return .failed(.conflict)
            }
            entity[Layout.EntityWord.token] = token
        } else {
            reads |= entityBit(slot, table)
        }
        let register = 1 + 2 * Int(step.pointee.register)
        registers[register] = entity[Layout.EntityWord.value]
        registers[register + 1] = entity[Layout.EntityWord.version]
        tell(
            slot, .load,
            footprint(
                .entity, table, key(slot),
                learns ? .readModifyWrite : .read),
            entity[Layout.EntityWord.value], entity[Layout.EntityWord.version])
        return .goOn
    }

    mutating func store(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        let table = step.pointee.object
        let bit = entityBit(slot, table)
        let entity = entity(table, key(slot))
        let registers = registers(slot)
        let register = 1 + 2 * Int(step.pointee.register)
        let change = registers[0]
        let version = entity[Layout.EntityWord.version]
        // What looks at nothing is not stale.
        let isStale =
            keepsVersions && version != registers[register + 1] && registers[register + 1] >= 0
        reads |= slots[slot].actBits
        noteStoreUnderLock(slot)
        let isFenced = !step.pointee.fencing.isNone
        if isFenced
            && row(slot)[Layout.SlotWord.token] < entity[Layout.EntityWord.token]
        {
            reads |= bit
            tell(
                slot, .fence, footprint(.entity, table, key(slot), .read),
                row(slot)[Layout.SlotWord.token])
            return .failed(.conflict)
        }
        var value = entity[Layout.EntityWord.value] &+ change
        var access = Footprint.Access.readModifyWrite
        var (isAddition, isWrite) = (false, false)
        switch step.pointee.mode {
        case .value:
            value = registers[register] &+ change
            (access, isWrite) = (.write, true)
        case .delta: (access, isAddition) = (.commutative, true)
        case .versioned:
            if isStale {
                reads |= bit
                tell(
                    slot, .conflict, footprint(.entity, table, key(slot), .read),
                    registers[register + 1], version)
                return .failed(.conflict)
            }
        case .conditional:
            if Int64(entity[Layout.EntityWord.value]) < step.pointee.amount {
                reads |= bit
                tell(
                    slot, .reject, footprint(.entity, table, key(slot), .read),
                    entity[Layout.EntityWord.value])
                return .ended
            }
        }
        // Additions commute where nobody asks who came first.
        if isAddition && !keepsVersions && !watchesOversell && !layout.tracksConservation {
            adds |= bit
        } else {
            writes |= bit
        }
        if layout.tracksConservation {
            noteSum(
                slot, table,
                isWrite ? change : value &- entity[Layout.EntityWord.value])
        }
        if watchesStaleness {
            judgeStaleness(slot, except: isWrite ? -1 : table)
        }
        if keepsVersions {
            entity[Layout.EntityWord.version] = version &+ 1
            registers[register + 1] = version &+ 1
        }
        if isFenced {
            entity[Layout.EntityWord.token] = row(slot)[Layout.SlotWord.token]
        }
        if isStale, case .value = step.pointee.mode { breaks(.noLostUpdate) }
        if change != 0 {
            noteDeed(slot, step.pointee.deed)
            if watchesOversell {
                let accepted = entity[Layout.EntityWord.accepted]
                if change < 0 && Int64(-accepted &- change) > step.pointee.stock {
                    breaks(.noOversell)
                }
                entity[Layout.EntityWord.accepted] = accepted &+ change
            }
        }
        entity[Layout.EntityWord.value] = value
        registers[register] = value
        tell(
            slot, .store, footprint(.entity, table, key(slot), access), value,
            entity[Layout.EntityWord.version])
        return .goOn
    }

    /// An effect, a store that changes something, or a publication: once for a message.
    mutating func noteDeed(_ slot: Int, _ deed: UInt64) {
        if judgesRepeats {
            message(slots[slot].origin)[Layout.MessageWord.flags] |= MessageFlag.acted
        }
        guard watchesEffects, deed != 0 else { return }
        let deeds = message(slots[slot].origin) + Layout.MessageWord.deeds
        let bit = Int32(1) << Int32(deed.trailingZeroBitCount % 31)
        if deeds.pointee & bit != 0 {
            let isExcused =
                model.topology.delivery != .atLeastOnce && has(slot, Flag.redelivered)
            if !isExcused { breaks(.exactlyOnceEffect) }
        }
        deeds.pointee |= bit
    }

    /// Whether an act rests on a version that was overwritten more often than the bound allows.
    mutating func judgeStaleness(_ slot: Int, except own: Int32) {
        let registers = registers(slot)
        var counter = row(slot)[Layout.SlotWord.counter] - 2
        let first = firsts[Int(slots[slot].unit)]
        var seen: UInt64 = 0
        while counter >= first {
            let step = instructions + Int(counter)
            counter -= 1
            guard step.pointee.code == .load else { continue }
            let bit: UInt64 = 1 << UInt64(step.pointee.register & 63)
            if seen & bit != 0 || step.pointee.object == own { continue }
            seen |= bit
            reads |= entityBit(slot, step.pointee.object)
            let loaded = registers[2 + 2 * Int(step.pointee.register)]
            let latest = entity(step.pointee.object, key(slot))[Layout.EntityWord.version]
            if loaded >= 0 && latest - loaded > staleVersions { breaks(.boundedStaleness) }
        }
    }

    // MARK: Effects and inboxes

    mutating func effect(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        if step.pointee.register >= 0 {
            let isNew = makeKnown(slot, step.pointee.register)
            if !isNew {
                endAsRepeat(slot)
                return .ended
            }
        }
        if watchesStaleness { judgeStaleness(slot, except: -1) }
        reads |= slots[slot].actBits
        noteDeed(slot, step.pointee.deed)
        tell(
            slot, .effect,
            footprint(.service, 0x4000 | step.pointee.object, slots[slot].origin, .commutative))
        return .goOn
    }

    private func inbox(_ slot: Int, _ index: Int32) -> Words {
        var node = 0
        if model.program.inboxes[Int(index)].place == .memory {
            node = Int(units[Int(slots[slot].unit)].node + row(slot)[Layout.SlotWord.group])
        }
        return state
            + (layout.inboxes + (Int(index) * layout.inboxNodes + node) * layout.inboxWords)
    }

    private mutating func touchInbox(_ slot: Int, _ index: Int32) {
        guard model.program.inboxes[Int(index)].last != nil else { return }
        writes |= layout.bits[.inbox(index, -1)] ?? 0
    }

    func isKnown(_ slot: Int, _ index: Int32) -> Bool {
        let message = slots[slot].origin
        return inbox(slot, index)[Int(message >> 5)] & Int32(bitPattern: 1 << UInt32(message & 31))
            != 0
    }

    private func setKnown(_ words: Words, _ message: Int32, _ isKnown: Bool) {
        let bit = Int32(bitPattern: 1 << UInt32(message & 31))
        if isKnown { words[Int(message >> 5)] |= bit } else { words[Int(message >> 5)] &= ~bit }
    }

    private mutating func makeKnown(_ slot: Int, _ index: Int32) -> Bool {
        touchInbox(slot, index)
        let isNew = !isKnown(slot, index)
        tell(
            slot, .note, footprint(.inbox, index, slots[slot].origin, .readModifyWrite),
            isNew ? 1 : 0)
        guard isNew else { return false }
        let words = inbox(slot, index)
        setKnown(words, slots[slot].origin, true)
        guard let last = model.program.inboxes[Int(index)].last, last < Model.mostSlots else {
            return true
        }
        // Those that are kept, the oldest first, each by its number from 1.
        var count = 0
        while count < last && words[2 + count] != 0 { count += 1 }
        if count == last {
            setKnown(words, words[2] - 1, false)
            for place in 1..<max(1, last) { words[1 + place] = words[2 + place] }
            count -= 1
        }
        words[2 + count] = slots[slot].origin + 1
        return true
    }

    mutating func lookUp(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        touchInbox(slot, step.pointee.object)
        let isKnown = isKnown(slot, step.pointee.object)
        tell(
            slot, .lookUp, footprint(.inbox, step.pointee.object, slots[slot].origin, .read),
            isKnown ? 1 : 0)
        guard isKnown else { return .goOn }
        endAsRepeat(slot)
        tell(slot, .duplicate)
        return .ended
    }

    private func endAsRepeat(_ slot: Int) {
        set(slot, Flag.isRepeat)
        if judgesRepeats && row(slot)[Layout.SlotWord.back] == 0 { set(slot, Flag.endsAsRepeat) }
    }

    /// An attempt came to its end.
    func noteEnd(_ slot: Int) {
        guard judgesRepeats else { return }
        message(slots[slot].origin)[Layout.MessageWord.flags] |=
            has(slot, Flag.endsAsRepeat) ? MessageFlag.endedAsRepeat : MessageFlag.endedByItself
    }

    /// Whether a message is done because an attempt took it for a repeat of one that carried nothing out.
    func wasNeverCarriedOut(_ message: Int) -> Bool {
        guard judgesRepeats else { return false }
        let told = MessageFlag.endedAsRepeat | MessageFlag.endedByItself | MessageFlag.acted
        let flags = self.message(Int32(message))[Layout.MessageWord.flags]
        return flags & told == MessageFlag.endedAsRepeat && flags & MessageFlag.settled != 0
            && units[Int(model.program.messages[message].unit)].hasDeeds
    }

    mutating func note(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        if !makeKnown(slot, step.pointee.object) { set(slot, Flag.isRepeat) }
        return .goOn
    }

    /// The window of the inbox that the next operation asks is over for the message.
    mutating func forget(_ slot: Int) {
        let step = instructions + Int(row(slot)[Layout.SlotWord.counter])
        let index = step.pointee.code == .effect ? step.pointee.register : step.pointee.object
        setKnown(inbox(slot, index), slots[slot].origin, false)
        tell(slot, .forget, footprint(.inbox, index, key(slot), .write))
    }

    /// A node's memory is gone.
    func clearMemory(_ node: Int) {
        for (index, inbox) in model.program.inboxes.enumerated() where inbox.place == .memory {
            let words =
                state
                + (layout.inboxes + (index * layout.inboxNodes + node) * layout.inboxWords)
            for word in 0..<layout.inboxWords { words[word] = 0 }
        }
    }
}

extension StepProgram.Fencing {
    @inline(__always)
    fileprivate var isNone: Bool { if case .none = self { true } else { false } }

    @inline(__always)
    fileprivate var isLoad: Bool { if case .load = self { true } else { false } }
}
