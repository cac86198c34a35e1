/// A lock that a process is inside of while it is about another one.
struct OuterLock {
    let table: Int32
    let key: Int32
    let acquired: Int32
    let token: Int64
}

extension Simulator {
    /// Takes the lock of the message's entity, or waits at the end of its line.
    mutating func acquire(_ process: Int32, _ operation: Operation) -> Outcome {
        let table = Int(operation.object)
        let key = messages[processes[process].message].key
        locks[table].reach(Int(key))
        if nestsLocks { keepOuter(process) }
        processes[process].lock = key
        // Which table, and the lease's length, are the operation's, which stands one behind.
        processes[process].acquired = processes[process].counter &- 1
        if locks[table][key].holder < 0 && locks[table][key].head < 0 {
            grant(process, table, key, operation)
            return .goOn
        }
        processes[process].state = .blocked
        processes[process].blocked = now
        processes[process].next = -1
        let tail = locks[table][key].tail
        if tail >= 0 {
            processes[tail].next = process
        } else {
            locks[table][key].head = process
        }
        locks[table][key].tail = process
        touch(process, .wait, Footprint(.lock, operation.object, key, .readModifyWrite), 0)
        if nodesJudgeLeases && tail < 0 { reviewLease(table, key) }
        if nestsLocks { lookForDeadlock(process) }
        return .waits
    }

    /// The lock that a process is inside of, before it goes for another one.
    private mutating func keepOuter(_ process: Int32) {
        while outerLocks.count <= Int(process) { outerLocks.append([]) }
        guard processes[process].lock >= 0, let latest = acquisition(of: process) else { return }
        outerLocks[Int(process)].append(
            OuterLock(
                table: latest.pointee.object, key: processes[process].lock,
                acquired: processes[process].acquired,
                token: processes[process].token))
    }

    /// Who waits for somebody who waits, and so on, for itself waits for ever; a lease would end.
    private mutating func lookForDeadlock(_ process: Int32) {
        var at = process
        for _ in 0..<outerLocks.count {
            guard processes[at].state == .blocked, let operation = acquisition(of: at) else {
                return
            }
            let row = locks[Int(operation.pointee.object)][processes[at].lock]
            guard row.timer < 0, row.holder >= 0, row.holder != Int32.max else { return }
            at = row.holder
            if at == process { break }
        }
        guard at == process, result.deadlock == nil else { return }
        result.deadlock = Deadlock(
            timeNs: now, message: messages[processes[process].message].number)
    }

    private mutating func grant(
        _ process: Int32, _ table: Int, _ key: Int32, _ operation: Operation
    ) {
        let row = locks[table].pointer(key)
        let inside = row.pointee.inside
        let footprint = Footprint(.lock, Int32(table), key, .readModifyWrite)
        if inside > 0 {
            counts[side(process)].overlaps += 1
            noteBreak(.mutualExclusion, process, footprint, value: Int64(inside))
            trace(process, .breach, Int64(inside))
        }
        counts[side(process)].grants += 1
        row.pointee.inside = inside &+ 1
        row.pointee.holder = process
        let token = row.pointee.token &+ 1
        row.pointee.token = token
        processes[process].token = token
        processes[process].lock = key
        touch(process, .acquire, footprint, token)
        guard operation.amount > 0 else { return }
        let timer = makeProcess(.lease)
        processes[timer].counter = Int32(table)
        processes[timer].lock = key
        row.pointee.timer = timer
        extendLease(timer, operation)
    }

    /// The lease lasts its time from now on.
    private mutating func extendLease(_ timer: Int32, _ operation: Operation) {
        let (table, key) = (Int(processes[timer].counter), processes[timer].lock)
        let clock = nodesJudgeLeases ? now + skew(of: locks[table][key].holder) : now
        processes[timer].taken = clock + operation.amount
        processes[timer].began = operation.renewal > 0 ? now + operation.renewal : .max
        reviewLease(table, key)
    }

    /// How far a process's clock is ahead.
    mutating func skew(of process: Int32) -> Int64 {
        let node = processes[process].node
        return node >= 0 ? nodes[Int(node)].skew : 0
    }

    /// When a lease is over: when the server's clock says so, or that of the node that is first in line.
    private mutating func end(of lock: LockRow) -> Int64 {
        let expires = processes[lock.timer].taken
        guard nodesJudgeLeases else { return expires }
        return lock.head < 0 ? .max : expires - skew(of: lock.head)
    }

    /// Has a lease's timer resumed when it is renewed or over.
    mutating func reviewLease(_ table: Int, _ key: Int32) {
        let lock = locks[table][key]
        guard lock.timer >= 0 else { return }
        let next = min(processes[lock.timer].began, end(of: lock))
        processes[lock.timer].awaited = 0
        if next < .max { scheduleInLine(lock.timer, max(now, next)) }
    }

    /// A clock has changed: leases are over at other times.
    mutating func reviewLeases() {
        guard nodesJudgeLeases else { return }
        for process in processes.inUse() where processes[process].kind == .lease {
            reviewLease(Int(processes[process].counter), processes[process].lock)
        }
    }

    /// The holder renews its lease, or the lease is over. Who stands still renews when that ends; a
    /// renewal at the very instant of the end comes in time.
    mutating func renewOrExpire(_ timer: Int32) {
        let (table, key) = (Int(processes[timer].counter), processes[timer].lock)
        let lock = locks[table][key]
        let renews = processes[timer].began
        guard renews <= now, lock.holder >= 0, lock.holder != Int32.max,
            let operation = acquisition(of: lock.holder, table)
        else {
            if renews <= now { processes[timer].began = .max }
            if now >= end(of: lock) { expireLease(timer) } else { reviewLease(table, key) }
            return
        }
        let resumed = reachesStores(processes[lock.holder])
        if resumed > now {
            processes[timer].began = resumed
            reviewLease(table, key)
            return
        }
        touch(
            lock.holder, .renew, Footprint(.lock, Int32(table), key, .readModifyWrite), lock.token)
        extendLease(timer, operation.pointee)
        noteTick()
    }

    /// The lock operation that a process is inside of, or waits at.
    @inline(__always)
    private mutating func acquisition(of process: Int32) -> UnsafeMutablePointer<Operation>? {
        let index = processes[process].acquired
        return index < 0 ? nil : operations + Int(index)
    }

    /// That of this lock, among all that a process is inside of.
    private mutating func acquisition(
        of process: Int32, _ table: Int
    ) -> UnsafeMutablePointer<Operation>? {
        let latest = acquisition(of: process)
        guard nestsLocks, let latest, Int(latest.pointee.object) != table else { return latest }
        for outer in outerLocks[Int(process)] where Int(outer.table) == table {
            return operations + Int(outer.acquired)
        }
        return nil
    }

    /// The token that a process has of a lock, that which it took last or another one.
    @inline(__always)
    mutating func token(of process: Int32, _ lock: Int32) -> Int64 {
        guard nestsLocks, !outerLocks.isEmpty else { return processes[process].token }
        return outerToken(process, lock)
    }

    private mutating func outerToken(_ process: Int32, _ lock: Int32) -> Int64 {
        guard Int(process) < outerLocks.count, let latest = acquisition(of: process),
            latest.pointee.object != lock
        else { return processes[process].token }
        let outer = outerLocks[Int(process)].first { $0.table == lock }
        return outer?.token ?? processes[process].token
    }

    /// Gives a lock back that a step names.
    mutating func release(_ process: Int32, _ operation: Operation) {
        guard let latest = acquisition(of: process), processes[process].lock >= 0 else { return }
        if latest.pointee.object == operation.object { return releaseLatest(process) }
        guard nestsLocks,
            let index = outerLocks[Int(process)].lastIndex(where: { $0.table == operation.object })
        else { return }
        let outer = outerLocks[Int(process)].remove(at: index)
        giveBack(process, Int(operation.object), outer.key, outer.token)
    }

    /// Gives back all that a process is inside of.
    mutating func releaseLocks(_ process: Int32) {
        while processes[process].lock >= 0 { releaseLatest(process) }
    }

    private mutating func releaseLatest(_ process: Int32) {
        let (key, token) = (processes[process].lock, processes[process].token)
        guard let operation = acquisition(of: process) else { return }
        goOutwards(process)
        giveBack(process, Int(operation.pointee.object), key, token)
    }

    /// The process is inside of the next lock outwards, or of none.
    private mutating func goOutwards(_ process: Int32) {
        guard nestsLocks, let outer = outerLocks[Int(process)].popLast() else {
            processes[process].lock = -1
            return
        }
        processes[process].lock = outer.key
        processes[process].acquired = outer.acquired
        processes[process].token = outer.token
    }

    /// Gives the lock back, if it is still held; who waits first gets it.
    private mutating func giveBack(_ process: Int32, _ table: Int, _ key: Int32, _ token: Int64) {
        let row = locks[table].pointer(key)
        row.pointee.inside -= 1
        touch(process, .release, Footprint(.lock, Int32(table), key, .readModifyWrite), token)
        guard row.pointee.holder == process && row.pointee.token == token else { return }
        dropTimer(table, key)
        row.pointee.holder = -1
        if row.pointee.head >= 0 { grantNext(table, key) }
    }

    private mutating func dropTimer(_ table: Int, _ key: Int32) {
        let timer = locks[table][key].timer
        if timer >= 0 {
            free(timer)
            locks[table][key].timer = -1
        }
    }

    private mutating func grantNext(_ table: Int, _ key: Int32) {
        let next = locks[table][key].head
        guard next >= 0 else { return }
        locks[table][key].head = processes[next].next
        if locks[table][key].head < 0 { locks[table][key].tail = -1 }
        processes[next].next = -1
        processes[next].state = .running
        blockedNs += Int128(now - processes[next].blocked)
        if let operation = acquisition(of: next) { grant(next, table, key, operation.pointee) }
        schedule(next, max(now, processes[next].pausedUntil))
    }

    /// A lease is over; its holder is not told.
    private mutating func expireLease(_ timer: Int32) {
        let (table, key) = (Int(processes[timer].counter), processes[timer].lock)
        free(timer)
        locks[table][key].timer = -1
        let holder = locks[table][key].holder
        locks[table][key].holder = -1
        if holder >= 0 && holder != Int32.max {
            counts[side(holder)].expiries += 1
            touch(
                holder, .expire, Footprint(.lock, Int32(table), key, .readModifyWrite),
                locks[table][key].token)
        }
        grantNext(table, key)
    }

    /// Counts a write by a process that took a lock, and whether it still has it.
    mutating func noteStoreUnderLock(_ process: Int32) {
        let key = processes[process].lock
        guard key >= 0, let operation = acquisition(of: process) else { return }
        counts[side(process)].storesUnderLock += 1
        var lost = lostLock(process, operation.pointee.object, key, processes[process].token)
        if nestsLocks {
            for outer in outerLocks[Int(process)] where lost == nil {
                lost = lostLock(process, outer.table, outer.key, outer.token)
            }
        }
        if let lost {
            counts[side(process)].storesAfterExpiry += 1
            noteBreak(.mutualExclusion, process, lost)
        }
    }

    /// The lock, if the process has it no more.
    @inline(__always)
    private mutating func lostLock(
        _ process: Int32, _ table: Int32, _ key: Int32, _ token: Int64
    ) -> Footprint? {
        let row = locks[Int(table)].pointer(key)
        if row.pointee.holder == process && row.pointee.token == token { return nil }
        return Footprint(.lock, table, key, .readModifyWrite)
    }

    /// A process dies: it leaves the line; a lock in the store ends with it, a lease runs on.
    mutating func abandonLocks(_ process: Int32) {
        if processes[process].state == .blocked, processes[process].lock >= 0,
            let operation = acquisition(of: process)
        {
            let key = processes[process].lock
            goOutwards(process)
            leaveLockLine(process, Int(operation.pointee.object), key)
        }
        while processes[process].lock >= 0, let operation = acquisition(of: process) {
            let (key, token) = (processes[process].lock, processes[process].token)
            goOutwards(process)
            abandon(process, operation, key, token)
        }
    }

    private mutating func abandon(
        _ process: Int32, _ operation: UnsafeMutablePointer<Operation>, _ key: Int32,
        _ token: Int64
    ) {
        let table = Int(operation.pointee.object)
        locks[table][key].inside -= 1
        let holds = locks[table][key].holder == process && locks[table][key].token == token
        if holds && operation.pointee.endsWithHolder {
            dropTimer(table, key)
            locks[table][key].holder = -1
            grantNext(table, key)
        } else if holds {
            // Nobody holds it, and nobody gets it before the lease is over.
            locks[table][key].holder = Int32.max
        }
    }
}
