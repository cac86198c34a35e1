extension Simulator {
    /// A message has its place in a partition.
    mutating func enterLog(_ message: Int32, _ unit: Int) {
        let partition = partition(of: message, unit)
        stations[unit].journal.marks.reach(Int(message))
        stations[unit].journal.marks[message] = Journal.Mark(partition: partition)
        stations[unit].journal.logs.reach(Int(partition))
        let tail = stations[unit].journal.logs[partition].tail
        append(message, toLog: partition, unit)
        if stations[unit].placesStretches && messages[message].group < 0
            && messages[message].references == 1 && !perturbs
        {
            extendStretch(partition, with: message, after: tail, unit)
        }
    }

    private mutating func append(_ message: Int32, toLog partition: Int32, _ unit: Int) {
        let tail = stations[unit].journal.logs[partition].tail
        if tail >= 0 {
            stations[unit].journal.marks[tail].next = message
        } else {
            stations[unit].journal.logs[partition].head = message
        }
        stations[unit].journal.logs[partition].tail = message
        messages[message].references += 1
    }

    /// A message of a partition has its outcome: the position may go past it.
    mutating func settleInLog(_ message: Int32) {
        let unit = readers[Int(messages[message].queue)]
        guard stations[unit].journal.isKept, stations[unit].journal.interval == 0 else { return }
        advance(stations[unit].journal.marks[message].partition, unit)
    }

    /// A `commit` step.
    mutating func commitStep(_ process: Int32, _ operation: Operation) -> Outcome {
        let (message, unit) = (processes[process].message, Int(processes[process].unit))
        let partition = stations[unit].journal.marks[message].partition
        stations[unit].journal.marks[message].state =
            operation.amount > 0 ? .atRisk : .carriedOut
        noteCommitted(message, unit)
        touch(
            process, .position,
            Footprint(.queue, messages[message].queue, partition, .readModifyWrite),
            messages[message].number)
        advance(partition, unit)
        return .goOn
    }

    /// What a committed message does is done.
    mutating func markCarriedOut(_ process: Int32) -> Outcome {
        let (message, unit) = (processes[process].message, Int(processes[process].unit))
        if stations[unit].journal.marks[message].state == .atRisk {
            stations[unit].journal.marks[message].state = .carriedOut
        }
        return .goOn
    }

    /// The position goes past all that is done or passed.
    private mutating func advance(_ partition: Int32, _ unit: Int) {
        var head = stations[unit].journal.logs[partition].head
        let first = head
        while head >= 0,
            messages[head].isSettled || stations[unit].journal.marks[head].state != .open
        {
            let next = stations[unit].journal.marks[head].next
            dropReference(head)
            head = next
        }
        guard head != first else { return }
        stations[unit].journal.logs[partition].head = head
        if head < 0 { stations[unit].journal.logs[partition].tail = -1 }
        counts[sideNow].positionCommits += 1
    }

    // MARK: Commits by a timer

    mutating func startCommitting(_ unit: Int) {
        guard stations[unit].journal.interval > 0 else { return }
        for group in 0..<stations[unit].groupCount {
            let timer = makeProcess(.chore)
            processes[timer].counter = Chore.commit.rawValue
            processes[timer].unit = Int32(unit)
            processes[timer].group = group
            stations[unit].journal.timers.append(timer)
            schedule(timer, stations[unit].journal.interval, .arrival)
        }
    }

    mutating func commitByTimer(_ timer: Int32) {
        let (unit, group) = (Int(processes[timer].unit), processes[timer].group)
        var hasMoved = false
        for partition in partitions(of: group, unit) {
            let head = stations[unit].journal.logs[partition].head
            advance(partition, unit)
            let isMoved = head != stations[unit].journal.logs[partition].head
            if isMoved {
                hasMoved = true
                touch(
                    timer, .position,
                    Footprint(
                        .queue, Int32(queue(of: unit)), partition, .readModifyWrite), 0)
            }
        }
        guard openSources > 0 || present > 0 else { return }
        let interval = stations[unit].journal.interval
        let next = stations[unit].journal.restartsTimer ? now : now / interval * interval
        schedule(timer, next + interval, .arrival)
        if !hasMoved { noteTick() }
    }

    mutating func queue(of unit: Int) -> Int {
        readers.firstIndex(of: unit) ?? 0
    }

    // MARK: Crashes

    /// A consumer dies with all its workers: each partition goes back to its position.
    mutating func crashConsumer(_ worker: Int32, for time: Int64) {
        let (unit, group) = (Int(processes[worker].unit), processes[worker].group)
        counts[sideNow].crashes += 1
        let members = stations[unit].members.filter {
            processes[$0].group == group && processes[$0].state != .dead
        }
        // Those first that stand in line for a slot: none of them is to get it.
        var held: [Int32] = []
        for member in members where processes[member].state == .queued {
            leaveSlot(member, unit)
        }
        for member in members {
            trace(member, .kill, time)
            abandonLocks(member)
            if watchesListeners { dropProbe(member) }
            switch processes[member].state {
            case .idle: leaveIdle(member, unit)
            case .standing, .dead: break
            default:
                if stations[unit].storesLand { sendOff(member, unit) }
                held.append(dropWork(of: member))
            }
            processes[member].awaited = 0
            processes[member].pausedUntil = 0
            processes[member].state = .dead
            schedule(member, now + time)
        }
        loseCommitted(unit, group)
        let owned = partitions(of: group, unit)
        for partition in owned {
            rewind(partition, unit)
            if stations[unit].membership.isOn { stations[unit].membership.owners[partition] = -1 }
        }
        for message in held { letGoOf(message, unit) }
        if stations[unit].membership.isOn {
            noteMemberDeath(unit, group)
        } else {
            for partition in owned { placeLog(partition, unit) }
        }
        restartTimer(unit, group, after: time)
    }

    /// The position of a partition as it is.
    mutating func commitNow(_ partition: Int32, _ unit: Int) { advance(partition, unit) }

    /// Work on messages of a partition ends; who did it is free.
    mutating func dropWork(on partition: Int32, _ unit: Int) {
        let busy = stations[unit].members.filter { worker in
            let message = processes[worker].message
            return message >= 0 && !messages[message].isSettled
                && processes[worker].state != .dead
                && self.partition(of: message, unit) == partition
        }
        for worker in busy where processes[worker].state == .queued { leaveSlot(worker, unit) }
        for worker in busy {
            abandonLocks(worker)
            if watchesListeners { dropProbe(worker) }
            let message = dropWork(of: worker)
            loseCommitted(message, unit)
            letGoOf(message, unit)
            // In an event of its own it takes what there is for it.
            processes[worker].state = .standing
            schedule(worker, max(now, processes[worker].pausedUntil))
        }
    }

    /// A worker that stands in line for a slot holds its message no longer for that.
    private mutating func leaveSlot(_ worker: Int32, _ unit: Int) {
        leaveSlotLine(worker, unit)
        messages[processes[worker].message].lane = -1
    }

    /// A message that a worker was about is in nobody's hands.
    private mutating func letGoOf(_ message: Int32, _ unit: Int) {
        releaseLane(of: message, unit)
        if stations[unit].dealing.isOn { giveRoom(unit, messages[message].group) }
        dropReference(message)
    }

    /// Whatever the worker was about, it ends here; who calls lets go of the message.
    private mutating func dropWork(of worker: Int32) -> Int32 {
        let message = processes[worker].message
        if processes[worker].state.isAttempt { counts[side(worker)].killed += 1 }
        endBusy(worker)
        noteCrash(message)
        processes[worker].message = -1
        return message
    }

    private mutating func noteCommitted(_ message: Int32, _ unit: Int) {
        stations[unit].journal.committed.append(message)
        guard stations[unit].journal.committed.count > stations[unit].journal.mostCommitted else {
            return
        }
        let left = stations[unit].journal.committed.filter { isCommittedWork($0, unit) }
        stations[unit].journal.committed = left
        stations[unit].journal.mostCommitted = max(64, 2 * left.count)
    }

    private func isCommittedWork(_ message: Int32, _ unit: Int) -> Bool {
        !messages[message].isSettled && readers[Int(messages[message].queue)] == unit
            && stations[unit].journal.marks[message].state != .open
    }

    /// What was committed and lay in memory alone.
    ///
    /// - Complexity: O(n log n) of messages that a step committed in work
    private mutating func loseCommitted(_ unit: Int, _ group: Int32) {
        guard !stations[unit].journal.committed.isEmpty else { return }
        // One that is on its way to the queue has no place in it yet.
        var lost: [(sequence: Int64, message: Int32)] = []
        for message in Set(stations[unit].journal.committed)
        where isCommittedWork(message, unit) && messages[message].group == group
            && messages[message].deliveries > 0
        {
            lost.append((messages[message].sequence, message))
        }
        // In the order in which they came: rows say nothing, since what waits is given on without new ones.
        for entry in lost.sorted(by: { $0 < $1 }) { loseCommitted(entry.message, unit) }
    }

    /// A message that nobody will work on any more: where it was committed it does not come again.
    private mutating func loseCommitted(_ message: Int32, _ unit: Int) {
        let side = messages[message].isMeasured ? 1 : 0
        switch stations[unit].journal.marks[message].state {
        case .open: return
        case .carriedOut: counts[side].done += 1
        case .atRisk:
            counts[side].lost += 1
            traceMessage(message, .lose)
        }
        messages[message].references += 1
        settle(message)
        dropReference(message)
    }

    /// All behind the position of a partition once more, in order, as messages of their own; what is left of
    /// the old ones in lists is void. What lies in the partition and was given to nobody since stays as it is.
    ///
    /// - Parameter keeping: stay as they are, and are not among what comes again.
    /// - Complexity: O(messages that were handed out, or came while the partition had an owner)
    mutating func rewind(_ partition: Int32, _ unit: Int, keeping: Set<Int32> = []) {
        // Those whose turn is kept for a time that is in the memory of who had them.
        var keepers: [Int32] = []
        let stretch = stations[unit].journal.logs[partition].stretch
        var next = stations[unit].journal.logs[partition].head
        stations[unit].journal.logs[partition] = Journal.Log()
        while next >= 0 {
            if next == stretch.first {
                next = stations[unit].journal.marks[stretch.last].next
                link(stretch, toLog: partition, unit)
                continue
            }
            let message = next
            next = stations[unit].journal.marks[message].next
            stations[unit].journal.marks[message].next = -1
            result.placed += 1
            if keeping.contains(message) {
                append(message, toLog: partition, unit)
                dropReference(message)
                // What stands in front of it is not all that comes again.
                stations[unit].journal.logs[partition].stretch = Stretch()
                continue
            }
            let known = messages[message].references > 1 || messages[message].isSettled
            if known && stations[unit].journal.marks[message].keepsTurn { keepers.append(message) }
            let tail = stations[unit].journal.logs[partition].tail
            let again = known ? copiedInLog(message, partition, unit) : message
            append(again, toLog: partition, unit)
            if stations[unit].placesStretches {
                extendStretch(partition, with: again, after: tail, unit)
            }
            dropReference(message)
        }
        for message in keepers {
            releaseLane(of: message, unit)
            messages[message].lane = -1
        }
    }

    /// A message of a partition as one of its own; the old one is void.
    private mutating func copiedInLog(
        _ message: Int32, _ partition: Int32, _ unit: Int
    ) -> Int32 {
        let copy = copied(message)
        stations[unit].journal.marks.reach(Int(copy))
        // Counted in the memory of who died.
        messages[copy].failures = 0
        let isReplay = messages[message].isSettled
        stations[unit].journal.marks[copy] = Journal.Mark(
            partition: partition,
            isReplay: isReplay || stations[unit].journal.marks[message].isReplay)
        if isReplay {
            messages[copy].isCopy = true
            messages[copy].arrived = now
            counts[messages[copy].isMeasured ? 1 : 0].copies += 1
            counts[sideNow].replayed += 1
            changePresent(by: 1)
            traceMessage(copy, .replay)
        }
        messages[message].isSettled = true
        return copy
    }

    /// A message as a row of its own that nothing knows yet: what the old row's holders do with it is void.
    mutating func copied(_ message: Int32) -> Int32 {
        let copy = messages.take()
        messages[copy] = messages[message]
        messages[copy].isSettled = false
        messages[copy].isRedelivered = true
        messages[copy].next = -1
        messages[copy].references = 0
        let origin = messages[message].origin
        messages[origin].references += 1
        result.mostMessages = max(result.mostMessages, messages.used)
        return copy
    }

    private mutating func restartTimer(_ unit: Int, _ group: Int32, after time: Int64) {
        guard stations[unit].journal.restartsTimer else { return }
        for timer in stations[unit].journal.timers where processes[timer].group == group {
            schedule(timer, now + time + stations[unit].journal.interval, .arrival)
        }
    }

    /// Whether what happens now is measured.
    var sideNow: Int { isPastWarmUp ? 1 : 0 }
}
