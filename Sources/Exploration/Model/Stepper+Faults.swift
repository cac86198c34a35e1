import Simulation

extension Stepper {
    // MARK: Crashes

    /// The delivery's worker dies, with its node where the node dies as one.
    mutating func crash(_ slot: Int, commits: Bool) {
        let unit = Int(slots[slot].unit)
        let group = row(slot)[Layout.SlotWord.group]
        guard units[unit].diesByNode else {
            die(slot)
            if units[unit].isDealt && units[unit].capacity == 1 { dealOutHeld(unit, group) }
            return promote(slots[slot].unit)
        }
        writes |= slots[slot].unitBit
        clearMemory(Int(units[unit].node + group))
        // Whoever owns a partition by now, what was in the dead node's hands comes again.
        var struck: UInt64 = 0
        for other in 0..<slotCount
        where Int(slots[other].unit) == unit && row(other)[Layout.SlotWord.group] == group
            && (status(other) == Status.running || status(other) == Status.blocked)
            && !isLeftBehind(other)
        {
            writes |= slots[other].queueBit | slots[other].messageBit
            if units[unit].keepsPositions || units[unit].moves {
                tell(other, .kill)
                struck |= 1 << UInt64(partition(of: other) & 63)
                if has(other, Flag.counts) { loseCommitted(slots[other].message) }
                drop(other)
            } else {
                die(other)
            }
        }
        if units[unit].isDealt { dealOutHeld(unit, group) }
        if units[unit].keepsPositions { loseCommitted(unit, group) }
        for partition in 0..<units[unit].partitions
        where units[unit].keepsPositions || units[unit].moves {
            let isOwned = owner(unit, partition) == group
            guard isOwned || struck & 1 << UInt64(partition & 63) != 0 else { continue }
            if commits { movePosition(unit, partition) }
            if isOwned && units[unit].moves && units[unit].groups > 1 {
                setOwner(unit, partition, (group + 1) % units[unit].groups)
            }
            rewind(unit, partition)
        }
        promote(Int32(unit))
    }

    /// The same behind a store that was sent: that one takes effect at any later time.
    mutating func crashLanding(_ slot: Int) {
        let left = spare(slots[slot].message)
        row(left).update(from: row(slot), count: slotWords)
        row(left)[Layout.SlotWord.held] = 0
        row(left)[Layout.SlotWord.place] = 0
        // Nobody waits for it: its message is delivered again.
        row(left)[Layout.SlotWord.status] =
            row(slot)[Layout.SlotWord.status] & Flag.redelivered | Flag.stray
        attempts[left] = attempts[slot]
        workers[left] = workers[slot]
        setStatus(left, Status.landing)
        crash(slot, commits: false)
    }

    /// The store of a dead worker takes effect, if the store takes it.
    mutating func land(_ slot: Int) {
        let step = instructions + Int(row(slot)[Layout.SlotWord.counter])
        row(slot)[Layout.SlotWord.counter] += 1
        _ = store(slot, step)
        if layout.tracksConservation {
            closeLate(slot)
            clearSums(slot)
        }
        vanish(slot)
    }

    /// One worker dies; its message keeps its turn and is delivered again.
    private mutating func die(_ slot: Int) {
        tell(slot, .kill)
        leaveService(slot)
        let isOpen =
            has(slot, Flag.current) && !has(slot, Flag.back) && !isSettled(slot)
            && !has(slot, Flag.stray)
        abandonLocks(slot)
        let unit = Int(slots[slot].unit)
        writes |= slots[slot].queueBit | slots[slot].endBits
        freeWorker(slot)
        guard isOpen else {
            if has(slot, Flag.current) { leaveLane(slot) }
            if layout.tracksConservation { closeLate(slot) }
            return vanish(slot)
        }
        if units[unit].forgetsCounts {
            message(slots[slot].message)[Layout.MessageWord.deliveries] = 0
            message(slots[slot].message)[Layout.MessageWord.failures] = 0
        }
        // What is dealt out has its turn at a node, which it leaves.
        if units[unit].isDealt { leaveLane(slot) }
        let keepsTurn = has(slot, Flag.ownsLane)
        keepFlags(slot, Flag.copy | Flag.ownsLane)
        set(slot, Flag.redelivered)
        deliverAgain(slot, unit, inFront: keepsTurn)
    }

    /// From the broker once more, unless that was once too often.
    private mutating func deliverAgain(_ slot: Int, _ unit: Int, inFront: Bool) {
        if !has(slot, Flag.ownsLane) { dealAnew(slot, behind: row(slot)[Layout.SlotWord.group]) }
        attempts[slot] += observer == nil ? 0 : 1
        let deliveries = message(slots[slot].message)[Layout.MessageWord.deliveries]
        if deliveries >= units[unit].maxDeliveries {
            if park(slot) { return }
            bury(slot, discards: false)
            leaveLane(slot)
            return vanish(slot)
        }
        tell(slot, .redeliver)
        if (units[unit].mayWait || units[unit].isDealt) && !inFront {
            setStatus(slot, Status.coming)
        } else {
            enqueue(slot, inFront: inFront)
        }
    }

    /// Work ends at once, and the delivery with it.
    private mutating func drop(_ slot: Int) {
        leaveService(slot)
        if layout.tracksConservation { closeLate(slot) }
        writes |= slots[slot].endBits
        abandonLocks(slot)
        leaveLane(slot)
        freeWorker(slot)
        vanish(slot)
    }

    // MARK: Repeats

    /// The broker takes the delivery for lost, and it goes on.
    mutating func redeliver(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        let message = slots[slot].message
        writes |= slots[slot].queueBit
        if self.message(message)[Layout.MessageWord.deliveries] >= units[unit].maxDeliveries {
            set(slot, Flag.current, false)
            let again = spare(message)
            if isMovedBack(slot) && again >= 0 {
                noteRedrive(slot)
                set(again, Flag.redelivered)
                setStatus(again, Status.coming)
            } else {
                bury(slot, discards: false)
            }
            leaveLane(slot)
            return promote(Int32(unit))
        }
        let again = spare(message)
        set(again, Flag.redelivered)
        dealAnew(again, behind: row(slot)[Layout.SlotWord.group])
        if units[unit].keepsPositions || units[unit].moves {
            // A log has it twice: who wrote it tried again.
            set(again, Flag.copy)
        } else {
            // Its node does not know, and begins nothing else of its turn.
            if !units[unit].isDealt { leaveLane(slot) }
            set(slot, Flag.back)
            if has(slot, Flag.copy) { set(again, Flag.copy) }
        }
        tell(slot, .redeliver)
        attempts[again] = attempts[slot] + 1
        if units[unit].isDealt { setStatus(again, Status.coming) } else { enqueue(again) }
        promote(Int32(unit))
    }

    /// The acknowledgement is lost, the worker free, the message delivered again.
    mutating func loseAck(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        noteEnd(slot)
        releaseAll(slot)
        tell(slot, .lateAck)
        writes |= slots[slot].queueBit
        leaveLane(slot)
        freeWorker(slot)
        keepFlags(slot, Flag.copy)
        set(slot, Flag.redelivered)
        deliverAgain(slot, unit, inFront: false)
        promote(Int32(unit))
    }

    // MARK: Rebalances

    /// The delivery's partition, or all where all stop, goes to the next node.
    mutating func rebalance(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        writes |= slots[slot].unitBit | slots[slot].queueBit
        let own = partition(of: slot)
        let moved = (0..<units[unit].partitions).filter { units[unit].isEager || $0 == own }
        for partition in moved { revoke(unit, partition) }
        for partition in moved {
            let next = (owner(unit, partition) + 1) % units[unit].groups
            setOwner(unit, partition, next)
            rewind(unit, partition)
        }
        promote(Int32(unit))
    }

    /// The delivery's node is taken for dead and is not: what it had goes to the others, and it works on in vain. All
    /// partitions are dealt out anew where a rebalance takes them all.
    mutating func evict(_ slot: Int) {
        let unit = Int(slots[slot].unit)
        let group = row(slot)[Layout.SlotWord.group]
        let groups = units[unit].groups
        announce(.expel, unit, node: group)
        writes |= slots[slot].unitBit | slots[slot].queueBit
        for other in 0..<slotCount
        where Int(slots[other].unit) == unit && has(other, Flag.holdsWorker)
            && row(other)[Layout.SlotWord.group] == group
        {
            writes |= slots[other].messageBit
            letStray(other)
        }
        let moved = (0..<units[unit].partitions).filter {
            units[unit].isEager || owner(unit, $0) == group
        }
        for partition in moved where owner(unit, partition) != group { revoke(unit, partition) }
        for partition in moved {
            var next = (group + 1) % groups
            if units[unit].isEager && groups > 1 {
                let place = partition % (groups - 1)
                next = place < group ? place : place + 1
            }
            setOwner(unit, partition, next)
            rewind(unit, partition)
        }
        promote(Int32(unit))
    }

    private mutating func revoke(_ unit: Int, _ partition: Int32) {
        for other in 0..<slotCount
        where Int(slots[other].unit) == unit && self.partition(of: other) == partition
            && has(other, Flag.holdsWorker)
        {
            writes |= slots[other].messageBit
            switch units[unit].revoked {
            case .finished: break
            case .dropped:
                tell(other, .kill)
                drop(other)
            case .continued:
                letStray(other)
            }
        }
    }
}
