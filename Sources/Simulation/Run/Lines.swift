/// Lines of processes that wait for one thing, each linked to the one behind it by its `next`.
extension Simulator {
    /// The ends of a line without a process that stood somewhere in it, and whether it was the first; nil: it did
    /// not stand there.
    ///
    /// - Complexity: O(those in front of it)
    mutating func line(
        from head: Int32, to tail: Int32, without process: Int32
    ) -> (head: Int32, tail: Int32, wasFirst: Bool)? {
        var before: Int32 = -1
        var next = head
        while next >= 0 && next != process {
            before = next
            next = processes[next].next
        }
        guard next == process else { return nil }
        let after = processes[process].next
        processes[process].next = -1
        if before >= 0 { processes[before].next = after }
        return (before < 0 ? after : head, after < 0 ? before : tail, before < 0)
    }

    /// A worker that stood in line for the slot of its message is gone.
    mutating func leaveSlotLine(_ worker: Int32, _ unit: Int) {
        let lane = messages[processes[worker].message].lane
        let (head, tail) = (stations[unit].lanes[lane].head, stations[unit].lanes[lane].tail)
        result.slotWaitNs += Int128(now - processes[worker].taken)
        guard let rest = line(from: head, to: tail, without: worker) else { return }
        stations[unit].lanes[lane].head = rest.head
        stations[unit].lanes[lane].tail = rest.tail
    }

    /// A process that stood in line for a lock is gone.
    mutating func leaveLockLine(_ process: Int32, _ table: Int, _ key: Int32) {
        let (head, tail) = (locks[table][key].head, locks[table][key].tail)
        guard let rest = line(from: head, to: tail, without: process) else { return }
        blockedNs += Int128(now - processes[process].blocked)
        locks[table][key].head = rest.head
        locks[table][key].tail = rest.tail
        if nodesJudgeLeases && rest.wasFirst { reviewLease(table, key) }
    }
}
