extension Simulator {
    /// When a fault strikes next.
    mutating func scheduleStrike(_ process: Int32) {
        let fault = program.topology.faults[Int(processes[process].counter)]
        let stream = program.stream("faults/\(processes[process].counter)/every")
        let time = Latency(fault.every).draw(stream, Int64(processes[process].receipt), 0)
        processes[process].receipt &+= 1
        schedule(process, now + max(1, time), .fault)
    }

    /// A fault strikes a worker.
    mutating func strike(_ process: Int32) {
        // Once nothing comes any more and nothing is under way, there is nothing to break.
        guard openSources > 0 || present > 0 else { return }
        let index = Int(processes[process].counter)
        let fault = program.topology.faults[index]
        let unit = Int(processes[process].unit)
        let count = Int64(processes[process].receipt)
        if let victim = victim(process, unit, index, count) {
            let stream = program.stream("faults/\(index)/lasting")
            let time = Latency(fault.lasting).draw(stream, count, 0)
            switch fault.kind {
            case .kill where stations[unit].journal.isKept: crashConsumer(victim, for: time)
            case .kill: kill(victim, for: time)
            case .pause: pause(victim, for: time)
            }
        }
        scheduleStrike(process)
    }

    /// One of a handler's workers, each equally likely; where their number has no limit, one that is busy.
    private mutating func victim(
        _ process: Int32, _ unit: Int, _ index: Int, _ count: Int64
    ) -> Int32? {
        let isCounted = stations[unit].workers > 0
        let candidates = stations[unit].members.filter { worker in
            switch processes[worker].state {
            case .dead: false
            case .idle, .standing: isCounted
            case .running, .cooling, .blocked, .calling: true
            }
        }
        guard !candidates.isEmpty else { return nil }
        let bits = program.stream("faults/\(index)/victim").bits(count, 0)
        let drawn = RandomStream.below(UInt64(candidates.count), bits)
        guard candidates.count > 1 else { return candidates[0] }
        return candidates[
            choose(.victim, Int32(index), process, candidates.count, drawn: Int32(drawn))]
    }

    /// A worker dies; what it had in memory is gone, its message is delivered again.
    private mutating func kill(_ worker: Int32, for time: Int64) {
        trace(worker, .kill, time)
        let unit = Int(processes[worker].unit)
        abandonLock(worker)
        switch processes[worker].state {
        case .idle: leaveIdle(worker, unit)
        case .standing, .dead: break
        case .running, .cooling, .blocked, .calling: loseMessage(of: worker, unit)
        }
        processes[worker].pausedUntil = 0
        processes[worker].state = .dead
        schedule(worker, now + time)
    }

    private mutating func loseMessage(of worker: Int32, _ unit: Int) {
        let message = processes[worker].message
        counts[side(worker)].killed += 1
        busyNs += Int128(now - processes[worker].taken)
        let isCurrent = processes[worker].receipt == messages[message].deliveries
        if processes[worker].timer >= 0 {
            let timer = processes[worker].timer
            processes[worker].timer = -1
            free(timer)
            dropReference(message)
        }
        processes[worker].awaited = 0
        processes[worker].message = -1
        if isCurrent && !messages[message].isSettled {
            // Its lane stays taken until it is delivered again, in front of those behind it.
            let timer = makeProcess(.delayed)
            processes[timer].message = message
            processes[timer].isVictim = true
            messages[message].references += 1
            schedule(timer, now + stations[unit].redelivery)
        } else if isCurrent {
            releaseLane(of: message, unit)
        }
        dropReference(message)
    }

    mutating func leaveIdle(_ worker: Int32, _ unit: Int) {
        let group = Int(processes[worker].group)
        var next = stations[unit].groups[group].idle
        if next == worker {
            stations[unit].groups[group].idle = processes[worker].next
            return
        }
        while next >= 0 {
            let after = processes[next].next
            if after == worker {
                processes[next].next = processes[worker].next
                return
            }
            next = after
        }
    }

    /// A worker is there again, after its death or because a pause without a message is over.
    mutating func restart(_ worker: Int32) {
        if processes[worker].state == .dead { trace(worker, .restart) }
        while true {
            let message = takeNext(worker)
            if message < 0 { return rest(worker) }
            guard messages[message].isSettled else { return begin(worker, message) }
            skip(message, Int(processes[worker].unit))
        }
    }

    /// A worker stands still for a time: work takes as much longer, and whatever else it waits for is
    /// seen when the pause is over. Leases and time-outs do not wait. One without a message takes none.
    private mutating func pause(_ worker: Int32, for time: Int64) {
        trace(worker, .pause, time)
        let until = now + time
        let more = until - max(now, processes[worker].pausedUntil)
        guard more > 0 else { return }
        processes[worker].pausedUntil = until
        switch processes[worker].state {
        case .idle:
            leaveIdle(worker, Int(processes[worker].unit))
            processes[worker].state = .standing
            schedule(worker, until)
        case .standing: schedule(worker, until)
        case .running:
            counts[side(worker)].pauses += 1
            schedule(worker, processes[worker].due + more)
        case .cooling, .calling, .blocked:
            counts[side(worker)].pauses += 1
            if processes[worker].awaited != 0 {
                schedule(worker, max(processes[worker].due, until))
            }
        case .dead: break
        }
    }
}
