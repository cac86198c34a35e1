/// What is under way when a run ends, counted up to that instant: work in hand is no less work for being unfinished.
extension Simulator {
    /// Workers with a message in their hands, and messages in line.
    ///
    /// - Complexity: O(workers + messages in flight)
    mutating func endWhatIsUnderWay() {
        for unit in program.handlers.indices {
            for worker in stations[unit].members where processes[worker].message >= 0 {
                endWork(processes[worker], worker)
            }
            if stations[unit].placesStretches {
                placeAll(unit)
                laneWaitNs += timeInLineOfPlaced(unit)
            }
            for lane in 0..<stations[unit].lanes.count { endLine(Int32(lane), unit) }
        }
        for message in messages.inUse() {
            noteAttempts(of: message)
            let row = messages[message]
            if !row.isSettled && row.isMeasured && !row.isCopy {
                result.unended += 1
                result.oldestNs = max(result.oldestNs, now - row.arrived)
            }
        }
    }

    private mutating func endWork(_ row: Process, _ worker: Int32) {
        switch row.state {
        case .idle, .standing, .dead: return
        case .running, .blocked, .calling, .stranded:
            // Whether it comes to anything is not known.
            result.undecidedNs += Int128(now - row.began)
            if messages[row.message].isMeasured { result.underWay += 1 }
            if row.state == .blocked { blockedNs += Int128(now - row.blocked) }
        case .queued: result.slotWaitNs += Int128(now - row.taken)
        case .cooling, .failing: break
        }
        endBusy(worker)
    }

    /// Messages in line behind a lane: each by itself, or in the hands of workers that stand there.
    private mutating func endLine(_ lane: Int32, _ unit: Int) {
        let holdsWorkers = stations[unit].dealing.admission == .waitInSlot
        var next = stations[unit].lanes[lane].head
        while next >= 0 {
            let message = holdsWorkers ? processes[next].message : next
            laneWaitNs += Int128(now - messages[message].inLine)
            next = holdsWorkers ? processes[next].next : messages[next].next
        }
    }

    /// How many attempts a message has had, now that it has no more; a copy's are its own.
    @inline(__always)
    mutating func noteAttempts(of message: Int32) {
        mostAttempts = max(mostAttempts, messages[message].attempts & (Message.copies &- 1))
    }
}
