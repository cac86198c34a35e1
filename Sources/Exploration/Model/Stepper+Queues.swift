import Simulation

extension Stepper {
    /// A free slot for one more delivery of a message; -1: there is none.
    func spare(_ message: Int32) -> Int {
        for slot in model.slotsOf[Int(message)] where status(Int(slot)) == Status.absent {
            return Int(slot)
        }
        return -1
    }

    /// What was on its way is in its queue.
    mutating func arrive(_ slot: Int) {
        let message = slots[slot].message
        let first = model.slotsOf[Int(message)].lowerBound
        let flags = self.message(message) + Layout.MessageWord.flags
        if model.arrivesInSteps[Int(message)] && Int32(slot) == first
            && flags.pointee & MessageFlag.sent == 0
        {
            flags.pointee |= MessageFlag.sent
            letFollow(Int(message))
        }
        if isSettled(slot) { return vanish(slot) }
        if units[Int(slots[slot].unit)].isDealt { row(slot)[Layout.SlotWord.counter] = 0 }
        writes |= slots[slot].queueBit
        admit(slot)
        promote(slots[slot].unit)
    }

    /// On its way for the first time.
    func setOut(_ slot: Int) {
        setStatus(slot, Status.coming)
        if units[Int(slots[slot].unit)].window > 0 { set(slot, Flag.fresh) }
    }

    /// What is there lies in a window of its topic first where that has a plan, and in its queue else.
    mutating func admit(_ slot: Int) {
        if units[Int(slots[slot].unit)].ranksArrivals { rank(slot) }
        if endsApart {
            writes |= slots[slot].endBits
            tell(slot, .arrive)
        }
        if isFirstWindowed(slot) { return hold(slot) }
        enterLog(slot)
        enqueue(slot)
    }

    /// A message has come before all of its key that have not.
    private mutating func rank(_ slot: Int) {
        writes |= slots[slot].doneBit
        let own = slots[slot].origin
        guard state[layout.ranks + Int(own)] == 0 else { return }
        let messages = model.program.messages
        var last: Int32 = 0
        for index in messages.indices
        where messages[index].unit == slots[slot].unit && messages[index].key == key(slot) {
            last = max(last, state[layout.ranks + index])
        }
        state[layout.ranks + Int(own)] = last + 1
    }

    private func isFirstWindowed(_ slot: Int) -> Bool {
        guard units[Int(slots[slot].unit)].window > 0 else { return false }
        return status(slot) == Status.absent || has(slot, Flag.fresh)
    }

    /// Of a source whose messages come one after the other the next one sets out, and what it may send of this one
    /// again.
    private func letFollow(_ message: Int) {
        let source = model.program.messages[message].source
        var isFollowed = false
        for next in model.program.messages.indices where next > message {
            let other = model.program.messages[next]
            let slot = Int(model.slotsOf[next].lowerBound)
            if other.original == Int32(message) {
                if other.copy == .source { mayComeAgain(slot) }
            } else if other.parent < 0 && other.original < 0 && other.source == source
                && !isFollowed
            {
                setOut(slot)
                isFollowed = true
            }
        }
    }

    /// Its turn says whether it comes at all.
    func mayComeAgain(_ slot: Int) {
        setOut(slot)
        set(slot, Flag.maybe)
        set(slot, Flag.redelivered)
    }

    /// What a source sends once more is there now, or will never be.
    mutating func decideAgain(_ slot: Int, comes: Bool) {
        set(slot, Flag.maybe, false)
        let flags = message(slots[slot].message) + Layout.MessageWord.flags
        if comes {
            flags.pointee |= MessageFlag.sent
            announce(slot, .again)
            writes |= slots[slot].messageBit
            reads |= slots[slot].unitBit
            // To which node is another turn's.
            if units[Int(slots[slot].unit)].isDealt { return }
            return arrive(slot)
        }
        // Nobody can tell that from its not having been decided yet.
        flags.pointee |= MessageFlag.settled
        vanish(slot)
    }

    /// To the end of its queue.
    mutating func enqueue(_ slot: Int, inFront: Bool = false) {
        writes |= slots[slot].queueBit
        let unit = slots[slot].unit
        setStatus(slot, Status.waiting)
        guard units[Int(unit)].mayWait else { return }
        var last: Int32 = 0
        for other in 0..<slotCount
        where other != slot && slots[other].unit == unit && status(other) == Status.waiting {
            if inFront {
                row(other)[Layout.SlotWord.place] += 1
            } else {
                last = max(last, row(other)[Layout.SlotWord.place])
            }
        }
        row(slot)[Layout.SlotWord.place] = last + 1
        if units[Int(unit)].moves { row(slot)[Layout.SlotWord.group] = owner(of: slot) }
    }

    /// Whoever may begin does: in the order of the queue, where a worker and the lane are free.
    mutating func promote(_ unit: Int32) {
        guard units[Int(unit)].mayWait else {
            for slot in 0..<slotCount
            where slots[slot].unit == unit && status(slot) == Status.waiting {
                take(slot)
            }
            return
        }
        var place: Int32 = 1
        while let slot = waiting(unit, at: place) {
            place += 1
            guard mayBegin(slot) else { continue }
            leaveQueue(slot)
            take(slot)
            // Those behind have moved up; who could not begin cannot now either.
            place -= 1
        }
    }

    private func waiting(_ unit: Int32, at place: Int32) -> Int? {
        for slot in 0..<slotCount
        where slots[slot].unit == unit && status(slot) == Status.waiting
            && row(slot)[Layout.SlotWord.place] == place
        {
            return slot
        }
        return nil
    }

    func leaveQueue(_ slot: Int) {
        let place = row(slot)[Layout.SlotWord.place]
        for other in 0..<slotCount
        where other != slot && slots[other].unit == slots[slot].unit
            && status(other) == Status.waiting && row(other)[Layout.SlotWord.place] > place
        {
            row(other)[Layout.SlotWord.place] -= 1
        }
        row(slot)[Layout.SlotWord.place] = 0
    }

    private func mayBegin(_ slot: Int) -> Bool {
        let unit = Int(slots[slot].unit)
        let group = Int(row(slot)[Layout.SlotWord.group])
        if state[layout.busyGroups + layout.groupOf[unit] + group] >= units[unit].capacity {
            return false
        }
        if units[unit].moves && units[unit].revoked == .finished && drains(slot) { return false }
        let lane = lane(slot)
        return lane < 0 || has(slot, Flag.ownsLane) || state[layout.busyLanes + lane] == 0
    }

    /// Whether who had the partition before still works on it.
    private func drains(_ slot: Int) -> Bool {
        let partition = partition(of: slot)
        let group = row(slot)[Layout.SlotWord.group]
        for other in 0..<slotCount
        where slots[other].unit == slots[slot].unit && has(other, Flag.holdsWorker)
            && self.partition(of: other) == partition
            && row(other)[Layout.SlotWord.group] != group && !has(other, Flag.stray)
        {
            return true
        }
        return false
    }

    func partition(of slot: Int) -> Int32 {
        model.program.messages[Int(slots[slot].message)].partition
    }

    func owner(of slot: Int) -> Int32 {
        let place = layout.positionOf[Int(slots[slot].unit)] + Int(partition(of: slot))
        return state[layout.positions + 2 * place]
    }

    /// Which lane it waits for among all; -1: none.
    func lane(_ slot: Int) -> Int {
        let unit = Int(slots[slot].unit)
        guard units[unit].moves || units[unit].isDealt else {
            return slots[slot].lane < 0 ? -1 : layout.laneOf[unit] + Int(slots[slot].lane)
        }
        let turn = model.program.messages[Int(slots[slot].message)].turn
        if turn < 0 { return -1 }
        return layout.laneOf[unit]
            + Int(turn * units[unit].groups + row(slot)[Layout.SlotWord.group])
    }

    /// A worker has it in its hands.
    private mutating func take(_ slot: Int) {
        let index = slots[slot].message
        let message = message(index)
        if isSettled(slot) {
            leaveLane(slot)
            return vanish(slot)
        }
        for other in model.slotsOf[Int(index)]
        where Int(other) != slot && !has(slot, Flag.copy) && !has(Int(other), Flag.copy) {
            set(Int(other), Flag.current, false)
        }
        set(slot, Flag.back, false)
        let unit = Int(slots[slot].unit)
        let lane = lane(slot)
        if lane >= 0 && !has(slot, Flag.ownsLane) {
            word(layout.busyLanes + lane).pointee += 1
            set(slot, Flag.ownsLane)
        }
        word(layout.busyGroups + layout.groupOf[unit] + Int(row(slot)[Layout.SlotWord.group]))
            .pointee += 1
        set(slot, Flag.holdsWorker)
        set(slot, Flag.current)
        if units[unit].maxDeliveries < .max { message[Layout.MessageWord.deliveries] += 1 }
        if observer != nil { nameWorker(slot) }
        startAttempt(slot)
    }

    /// For the observer: the first worker of its group that has nothing to do.
    private mutating func nameWorker(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        let group = row(slot)[Layout.SlotWord.group]
        let first = Int32(unit * model.slots.count)
        var index: Int32 = group
        let taken = (0..<slotCount).filter { $0 != slot && has($0, Flag.holdsWorker) }
            .map { workers[$0] }
        while taken.contains(first + index) { index += units[unit].groups }
        workers[slot] = first + index
    }

    mutating func leaveLane(_ slot: Int) {
        let lane = lane(slot)
        if lane >= 0 && has(slot, Flag.ownsLane) { word(layout.busyLanes + lane).pointee -= 1 }
        set(slot, Flag.ownsLane, false)
    }

    mutating func freeWorker(_ slot: Int) {
        guard has(slot, Flag.holdsWorker) else { return }
        set(slot, Flag.holdsWorker, false)
        let unit = Int(slots[slot].unit)
        word(layout.busyGroups + layout.groupOf[unit] + Int(row(slot)[Layout.SlotWord.group]))
            .pointee -= 1
    }

    /// Whether a delivery's message is done with.
    func isSettled(_ slot: Int) -> Bool {
        message(slots[slot].message)[Layout.MessageWord.flags] & MessageFlag.settled != 0
            && !has(slot, Flag.copy)
    }

    /// The delivery is over, and its slot as it was at the start.
    func vanish(_ slot: Int) {
        let row = row(slot)
        for word in 0..<slotWords { row[word] = 0 }
        row[Layout.SlotWord.group] = slots[slot].group
        setEnabled(slot, false)
    }

    // MARK: Publishing

    mutating func publish(
        _ slot: Int, _ step: UnsafeMutablePointer<Instruction>
    ) -> Outcome {
        if watchesStaleness { judgeStaleness(slot, except: -1) }
        reads |= slots[slot].actBits
        noteDeed(slot, step.pointee.deed)
        tell(slot, .publish, footprint(.queue, step.pointee.object, 0, .readModifyWrite))
        let publisher = Int32(step - instructions)
        let parent = slots[slot].origin
        for (index, message) in model.program.messages.enumerated()
        where message.parent == parent && message.publisher == publisher && message.original < 0 {
            let mayRepeat = step.pointee.first != .never && hasFaults
            send(Int32(index), later: step.pointee.isTimed || mayRepeat)
        }
        return .goOn
    }

    mutating func send(_ message: Int32, later: Bool) {
        let slot = spare(message)
        writes |= slots[Int(model.slotsOf[Int(message)].lowerBound)].messageBit
        guard slot >= 0 else {
            overflows = true
            return
        }
        let flags = self.message(message)
        if flags[Layout.MessageWord.flags] & MessageFlag.sent != 0 {
            set(slot, Flag.redelivered)
            set(slot, Flag.copy)
        }
        flags[Layout.MessageWord.flags] |= MessageFlag.sent
        let rules = units[Int(slots[slot].unit)]
        if later || rules.delays || rules.isDealt {
            setOut(slot)
        } else {
            admit(slot)
            promote(slots[slot].unit)
        }
    }
}
