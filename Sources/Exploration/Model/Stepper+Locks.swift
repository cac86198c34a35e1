import Simulation

extension Stepper {
    /// In the word of held locks: those that are inside of a lock, and above them those whose lease is over.
    private static var lostShift: Int32 { 16 }

    @inline(__always)
    private func lockBit(_ slot: Int, _ table: Int32) -> UInt64 {
        lockBits[Int(table) * layout.keys + Int(key(slot))]
    }

    mutating func acquire(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        let table = step.pointee.object
        writes |= lockBit(slot, table)
        let lock = lock(table, key(slot))
        if lock[Layout.LockWord.holder] == 0 && firstInLine(table, key(slot)) < 0 {
            grant(slot, table)
            return .goOn
        }
        row(slot)[Layout.SlotWord.waits] = table
        var last: Int32 = 0
        for other in 0..<slotCount where isInLine(other, table, key(slot)) {
            last = max(last, row(other)[Layout.SlotWord.place])
        }
        row(slot)[Layout.SlotWord.place] = last + 1
        setStatus(slot, Status.blocked)
        tell(slot, .wait, footprint(.lock, table, key(slot), .readModifyWrite))
        return .waits
    }

    private func isInLine(_ slot: Int, _ table: Int32, _ key: Int32) -> Bool {
        status(slot) == Status.blocked && row(slot)[Layout.SlotWord.waits] == table
            && self.key(slot) == key
    }

    private func firstInLine(_ table: Int32, _ key: Int32) -> Int {
        for slot in 0..<slotCount
        where isInLine(slot, table, key) && row(slot)[Layout.SlotWord.place] == 1 {
            return slot
        }
        return -1
    }

    private mutating func grant(_ slot: Int, _ table: Int32) {
        let lock = lock(table, key(slot))
        if lock[Layout.LockWord.inside] > 0 {
            breaks(.mutualExclusion)
            tell(slot, .breach, nil, lock[Layout.LockWord.inside])
        }
        lock[Layout.LockWord.inside] += 1
        lock[Layout.LockWord.holder] = Int32(slot + 1)
        lock[Layout.LockWord.token] += countsTokens ? 1 : 0
        row(slot)[Layout.SlotWord.token] = lock[Layout.LockWord.token]
        row(slot)[Layout.SlotWord.held] |= 1 << table
        tell(
            slot, .acquire, footprint(.lock, table, key(slot), .readModifyWrite),
            lock[Layout.LockWord.token])
    }

    /// Numbers of locks matter where stores look at them, and to those who read traces.
    private var countsTokens: Bool {
        observer != nil || model.topology.settings.lock.fencing != .none
    }

    mutating func release(_ slot: Int, _ step: UnsafeMutablePointer<Instruction>) -> Outcome {
        release(slot, table: step.pointee.object)
        return .goOn
    }

    /// Gives a lock back; who waits first gets it.
    private mutating func release(_ slot: Int, table: Int32) {
        let row = row(slot)
        guard row[Layout.SlotWord.held] & 1 << table != 0 else { return }
        writes |= lockBit(slot, table)
        let isLost = row[Layout.SlotWord.held] & 1 << (table + Self.lostShift) != 0
        row[Layout.SlotWord.held] &= ~(1 << table | 1 << (table + Self.lostShift))
        let lock = lock(table, key(slot))
        lock[Layout.LockWord.inside] -= 1
        tell(
            slot, .release, footprint(.lock, table, key(slot), .readModifyWrite),
            row[Layout.SlotWord.token])
        if !isLost { handOver(table, key(slot)) }
    }

    mutating func releaseAll(_ slot: Int) { releaseAll(slot, but: 0) }

    private mutating func handOver(_ table: Int32, _ key: Int32) {
        let lock = lock(table, key)
        lock[Layout.LockWord.holder] = 0
        let next = firstInLine(table, key)
        guard next >= 0 else { return }
        leaveLine(next, table, key)
        grant(next, table)
        setStatus(next, Status.running)
        runSilently(next)
    }

    private func leaveLine(_ slot: Int, _ table: Int32, _ key: Int32) {
        let place = row(slot)[Layout.SlotWord.place]
        for other in 0..<slotCount
        where other != slot && isInLine(other, table, key)
            && row(other)[Layout.SlotWord.place] > place
        {
            row(other)[Layout.SlotWord.place] -= 1
        }
        row(slot)[Layout.SlotWord.place] = 0
        row(slot)[Layout.SlotWord.waits] = 0
    }

    /// The table of a lease that a delivery still has, of several the one at this place; -1: none.
    func lease(_ slot: Int, _ place: Int) -> Int32 {
        let held = row(slot)[Layout.SlotWord.held]
        var left = place
        for table in 0..<Int32(layout.locks)
        where held & 1 << table != 0 && held & 1 << (table + Self.lostShift) == 0 {
            guard acquires(slot, table, where: { $0.isTimed }) else { continue }
            if left == 0 { return table }
            left -= 1
        }
        return -1
    }

    /// Whether somebody waits for a lease whose holder waits as well: it ends some day, and that it does is an execution of
    /// its own, in which it ended before its holder got into line.
    var endsLater: Bool {
        (0..<slotCount).contains { slot in
            guard status(slot) == Status.blocked, row(slot)[Layout.SlotWord.held] != 0
            else { return false }
            return (0..<Action.expiries.count).contains { place in
                let table = lease(slot, place)
                return table >= 0 && firstInLine(table, key(slot)) >= 0
            }
        }
    }

    /// Whether a delivery takes a lock so, in its handler or else in a service.
    private func acquires(
        _ slot: Int, _ table: Int32, where test: (Instruction) -> Bool
    ) -> Bool {
        let services = model.units.count..<model.program.units.count
        for unit in [Int(slots[slot].unit)] + services {
            var index = Int(firsts[unit])
            while instructions[index].code != .end {
                let step = instructions[index]
                if step.code == .acquire && step.object == table { return test(step) }
                index += 1
            }
        }
        return false
    }

    /// A lease is over; its holder is not told.
    mutating func expire(_ slot: Int, _ place: Int) {
        let table = lease(slot, place)
        writes |= lockBit(slot, table)
        row(slot)[Layout.SlotWord.held] |= 1 << (table + Self.lostShift)
        tell(
            slot, .expire, footprint(.lock, table, key(slot), .readModifyWrite),
            lock(table, key(slot))[Layout.LockWord.token])
        handOver(table, key(slot))
    }

    /// A store by who has lost its lease.
    mutating func noteStoreUnderLock(_ slot: Int) {
        if row(slot)[Layout.SlotWord.held] >> Self.lostShift != 0 { breaks(.mutualExclusion) }
    }

    /// Who holds locks dies. A lock in the store ends with its holder, a lease at its time: that nobody gets it
    /// before then makes no difference to what can follow. Any other is nobody's from then on, and is never
    /// given back.
    mutating func abandonLocks(_ slot: Int) {
        if status(slot) == Status.blocked {
            let table = row(slot)[Layout.SlotWord.waits]
            writes |= lockBit(slot, table)
            leaveLine(slot, table, key(slot))
            // In no line from here on.
            setStatus(slot, Status.running)
        }
        leaveBehind(slot)
        releaseAll(slot)
    }

    /// Locks that neither end with their holder nor at a time, which has come for those that are lost.
    private mutating func leaveBehind(_ slot: Int) {
        var held = row(slot)[Layout.SlotWord.held]
        held &= ~(held >> Self.lostShift) & 0xFFFF
        while held != 0 {
            let table = Int32(held.trailingZeroBitCount)
            held &= held - 1
            if acquires(slot, table, where: { $0.isTimed || $0.endsWithHolder }) { continue }
            writes |= lockBit(slot, table)
            lock(table, key(slot))[Layout.LockWord.inside] -= 1
            lock(table, key(slot))[Layout.LockWord.holder] = -1
            row(slot)[Layout.SlotWord.held] &= ~(1 << table)
        }
    }

    /// A service ends: what it took is given back, what its caller held stays.
    mutating func releaseAll(_ slot: Int, but kept: Int32) {
        var held = row(slot)[Layout.SlotWord.held] & 0xFFFF & ~kept
        while held != 0 {
            let table = Int32(held.trailingZeroBitCount)
            held &= held - 1
            release(slot, table: table)
        }
    }
}
