import Simulation

/// Services that work on beside a caller that has given up on them, or has died: each in a delivery of its own, for
/// which nobody waits.
extension Stepper {
    /// Whether a delivery is a service's work for a caller that waits no more.
    @inline(__always)
    func isLeftBehind(_ slot: Int) -> Bool {
        row(slot)[Layout.SlotWord.back] != 0 && !has(slot, Flag.holdsWorker)
    }

    /// Whether the caller of the service that a delivery is in may give up now.
    func mayGiveUp(_ slot: Int) -> Bool {
        guard servicesWorkOn, has(slot, Flag.holdsWorker) else { return false }
        let call = instructions[Int(row(slot)[Layout.SlotWord.back]) - 1]
        return call.isTimed && slowServices & 1 << UInt64(call.object & 63) != 0
            && spare(slots[slot].message) >= 0
    }

    /// Whether somebody stands in line for a lock in a service whose caller gives up some day: that it does is an execution
    /// of its own, in which it gave up before the service got into line.
    var givesUpLater: Bool {
        (0..<slotCount).contains { slot in
            let back = row(slot)[Layout.SlotWord.back]
            return status(slot) == Status.blocked && back != 0 && has(slot, Flag.holdsWorker)
                && instructions[Int(back) - 1].isTimed
        }
    }

    /// For the observer: a service's work on a request has a server of its own, the first that has nothing to do, and
    /// is a transaction of its own, whatever becomes of its caller.
    func nextServer(_ slot: Int) -> Int32 {
        let first = Int32((model.units.count + service(of: slot)) * slotCount)
        var number = first
        while servers.contains(number) { number += 1 }
        return number
    }

    mutating func beginService(_ slot: Int) {
        guard observer != nil else { return }
        servers[slot] = nextServer(slot)
        tell(slot, .request)
    }

    mutating func endService(_ slot: Int, fails: Bool) {
        writes |= slots[slot].endBits
        guard observer != nil else { return }
        tell(slot, .reply, nil, fails ? 1 : 0)
        servers[slot] = -1
    }

    /// The caller waits no longer.
    mutating func timeOutCall(_ slot: Int) {
        leaveService(slot)
        row(slot)[Layout.SlotWord.counter] = row(slot)[Layout.SlotWord.back]
        row(slot)[Layout.SlotWord.back] = 0
        set(slot, Flag.replyIsLost, false)
        tell(slot, .timeOut)
        fail(slot, .timeout)
    }

    /// A service that a delivery is in works on without it, with what it took, from where it is.
    mutating func leaveService(_ slot: Int) {
        let row = row(slot)
        guard servicesWorkOn, row[Layout.SlotWord.back] != 0, has(slot, Flag.holdsWorker) else {
            return
        }
        let left = spare(slots[slot].message)
        guard left >= 0 else {
            overflows = true
            return
        }
        let own = self.row(left)
        own.update(from: row, count: slotWords)
        let kept = row[Layout.SlotWord.registers + 2 * bank] & 0xFFFF
        row[Layout.SlotWord.held] &= kept | kept << 16
        own[Layout.SlotWord.held] &= ~(kept | kept << 16)
        own[Layout.SlotWord.registers + 2 * bank] = 0
        own[Layout.SlotWord.status] = row[Layout.SlotWord.status] & Flag.redelivered | Flag.stray
        takeLocks(left, of: slot)
        setStatus(left, status(slot))
        if status(slot) == Status.blocked {
            // Its place in the line is the service's.
            row[Layout.SlotWord.place] = 0
            row[Layout.SlotWord.waits] = 0
            setStatus(slot, Status.running)
        }
        attempts[left] = attempts[slot]
        (servers[left], servers[slot]) = (servers[slot], -1)
    }

    private func takeLocks(_ left: Int, of slot: Int) {
        var held = row(left)[Layout.SlotWord.held] & 0xFFFF
        while held != 0 {
            let holder = lock(Int32(held.trailingZeroBitCount), key(slot))
            held &= held - 1
            if holder[Layout.LockWord.holder] == Int32(slot + 1) {
                holder[Layout.LockWord.holder] = Int32(left + 1)
            }
        }
    }

    /// Which service a delivery is in.
    func service(of slot: Int) -> Int {
        Int(instructions[Int(row(slot)[Layout.SlotWord.back]) - 1].object)
    }

    /// A service that nobody waits for is done, or has failed.
    mutating func endLeftBehind(_ slot: Int) {
        releaseAll(slot)
        if row(slot)[Layout.SlotWord.back] != 0 && servers[slot] >= 0 {
            endService(slot, fails: false)
        }
        writes |= slots[slot].endBits
        if layout.tracksConservation {
            closeLate(slot)
            clearSums(slot)
        }
        vanish(slot)
    }
}
