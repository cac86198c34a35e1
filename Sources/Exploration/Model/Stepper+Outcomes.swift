import Simulation

extension Stepper {
    /// An attempt ended well.
    mutating func finish(_ slot: Int) {
        noteEnd(slot)
        releaseAll(slot)
        let unit = Int(slots[slot].unit)
        let message = message(slots[slot].message)
        let isCurrent = has(slot, Flag.current)
        writes |= slots[slot].queueBit | slots[slot].endBits
        let isLate = !isCurrent && !units[unit].takesLateAcks
        if isSettled(slot) || isVain(slot) || isLate {
            tell(slot, .lateAck)
            if layout.tracksConservation { closeLate(slot) }
        } else {
            tell(slot, .commit)
            if layout.tracksConservation { settleSums(slot, isDone: true) }
            if layout.keepsOrder { noteOrder(slot) }
            if !has(slot, Flag.copy) {
                message[Layout.MessageWord.flags] |= MessageFlag.settled
            }
            if layout.tracksConservation {
                self.message(slots[slot].origin)[Layout.MessageWord.flags] |= MessageFlag.handled
            }
        }
        letGo(slot, keepsLane: !has(slot, Flag.stray) && (!isCurrent || has(slot, Flag.back)))
    }

    /// The worker is free, and the lane unless somebody else has it by now.
    private mutating func letGo(_ slot: Int, keepsLane: Bool = false) {
        let unit = slots[slot].unit
        if !keepsLane || units[Int(unit)].isDealt { leaveLane(slot) }
        freeWorker(slot)
        vanish(slot)
        promote(unit)
    }

    /// An attempt failed: the policy of its kind says what comes next.
    mutating func fail(_ slot: Int, _ kind: FailureKind) {
        if isLeftBehind(slot) { return endLeftBehind(slot) }
        releaseAll(slot)
        if layout.tracksConservation { closeLate(slot) }
        let unit = Int(slots[slot].unit)
        let index = slots[slot].message
        let message = message(index)
        let isCurrent = has(slot, Flag.current) && !has(slot, Flag.back)
        writes |= slots[slot].queueBit | slots[slot].endBits
        if isSettled(slot) || !isCurrent || isVain(slot) {
            return letGo(slot, keepsLane: !isCurrent && !has(slot, Flag.stray))
        }
        let policy = model.program.units[unit].policies[kind.rawValue]
        let failures = Int(message[Layout.MessageWord.failures])
        var action = failures
        if failures >= policy.actions.count {
            guard policy.repeats && !policy.actions.isEmpty else {
                if !policy.discards && park(slot) { return }
                bury(slot, discards: policy.discards)
                return letGo(slot)
            }
            action = policy.actions.count - 1
        } else if failures + 1 <= policy.actions.count {
            // Beyond the last it does not matter how many there were.
            message[Layout.MessageWord.failures] += 1
        }
        if policy.actions[action] != .inline,
            message[Layout.MessageWord.deliveries] >= units[unit].maxDeliveries
        {
            // Its last delivery is used up.
            if park(slot) { return }
            bury(slot, discards: false)
            return letGo(slot)
        }
        switch policy.actions[action] {
        case .inline:
            tell(slot, .retry)
            attempts[slot] += observer == nil ? 0 : 1
            startAttempt(slot)
        case .requeue:
            tell(slot, .requeue)
            putBack(slot, later: false)
        case .schedule:
            tell(slot, .schedule)
            putBack(slot, later: true)
        case .scheduleInTurn:
            tell(slot, .schedule)
            putBack(slot, later: false, inTurn: true)
        }
    }

    /// A message that failed goes to its queue again.
    private mutating func putBack(_ slot: Int, later: Bool, inTurn: Bool = false) {
        let unit = slots[slot].unit
        if !inTurn { leaveLane(slot) }
        freeWorker(slot)
        keepFlags(slot, Flag.copy | Flag.redelivered | (inTurn ? Flag.ownsLane : 0))
        attempts[slot] += observer == nil ? 0 : 1
        let isDealt = units[Int(unit)].isDealt && !inTurn
        if isDealt || later && units[Int(unit)].mayWait {
            setStatus(slot, Status.coming)
        } else {
            enqueue(slot, inFront: inTurn)
        }
        promote(unit)
    }

    /// A delivery is as it was before it began, but for these flags.
    func keepFlags(_ slot: Int, _ flags: Int32) {
        let row = row(slot)
        let kept = row[Layout.SlotWord.status] & flags
        let group = row[Layout.SlotWord.group]
        for word in 0..<slotWords { row[word] = 0 }
        row[Layout.SlotWord.status] = kept
        row[Layout.SlotWord.group] = group
        setEnabled(slot, false)
    }

    /// A dead letter that is moved back some day: behind all that has come until then, counted anew.
    ///
    /// - Returns: false where this is its end.
    mutating func park(_ slot: Int) -> Bool {
        let unit = slots[slot].unit
        guard isMovedBack(slot) else { return false }
        noteRedrive(slot)
        leaveLane(slot)
        freeWorker(slot)
        keepFlags(slot, Flag.copy | Flag.redelivered)
        attempts[slot] += observer == nil ? 0 : 1
        if units[Int(unit)].mayWait || units[Int(unit)].isDealt {
            setStatus(slot, Status.coming)
        } else {
            enqueue(slot)
        }
        promote(unit)
        return true
    }

    func isMovedBack(_ slot: Int) -> Bool {
        let flags = message(slots[slot].message)[Layout.MessageWord.flags]
        return flags / MessageFlag.redriven < units[Int(slots[slot].unit)].redrives
    }

    func noteRedrive(_ slot: Int) {
        let message = message(slots[slot].message)
        message[Layout.MessageWord.flags] += MessageFlag.redriven
        message[Layout.MessageWord.failures] = 0
        message[Layout.MessageWord.deliveries] = 0
        tell(slot, .park)
    }

    mutating func bury(_ slot: Int, discards: Bool) {
        let message = message(slots[slot].message)
        message[Layout.MessageWord.flags] |= MessageFlag.settled | MessageFlag.dead
        if judgesRepeats {
            self.message(slots[slot].origin)[Layout.MessageWord.flags] |= MessageFlag.endedByItself
        }
        if layout.tracksConservation { settleSums(slot, isDone: false) }
        tell(slot, discards ? .discard : .deadLetter)
        if !discards && units[Int(slots[slot].unit)].lettersAreRead {
            // Somebody works on it from here on.
            for index in model.program.messages.indices
            where model.program.messages[index].parent == slots[slot].origin
                && model.program.messages[index].publisher == StepProgram.Message.deadLetter
                && model.program.messages[index].original < 0
            {
                send(Int32(index), later: true)
            }
            return
        }
        guard !discards, mostDead < .max else { return }
        word(layout.dead).pointee += 1
        if state[layout.dead] > mostDead { broken |= Finding.deadLetterBit }
    }

    /// Whether a message is done after a later one of its key.
    private mutating func noteOrder(_ slot: Int) {
        let index = slots[slot].origin
        let message = message(index)
        writes |= slots[slot].doneBit
        if message[Layout.MessageWord.flags] & MessageFlag.handled != 0 { return }
        message[Layout.MessageWord.flags] |= MessageFlag.handled
        // As a source has them, or as they came.
        let rank =
            units[Int(slots[slot].unit)].ranksArrivals
            ? state[layout.ranks + Int(index)] : index + 1
        let last = state + (layout.done + Int(slots[slot].unit) * layout.keys + Int(key(slot)))
        if rank < last.pointee { breaks(.fifoPerKey) } else { last.pointee = rank }
    }

    // MARK: The end

    /// What is wrong where nothing goes on any more.
    func findingAtEnd() -> Finding? {
        if endsLater || givesUpLater { return nil }
        for slot in 0..<slotCount where status(slot) != Status.absent { return .deadlock }
        guard watched & Invariant.allHandledOrDead.bit != 0 else { return nil }
        for (index, place) in model.program.messages.enumerated() {
            // What is sent again is owed to nobody.
            if place.original >= 0 { continue }
            let flags = message(Int32(index))[Layout.MessageWord.flags]
            if flags & MessageFlag.lost != 0 && model.topology.delivery != .atMostOnce {
                return .broken(.allHandledOrDead)
            }
            // What was never published is nobody's.
            if place.parent < 0 && flags & MessageFlag.settled == 0 {
                return .broken(.allHandledOrDead)
            }
            if wasNeverCarriedOut(index) { return .broken(.allHandledOrDead) }
        }
        return nil
    }
}
