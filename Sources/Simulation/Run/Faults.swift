extension Simulator {
    /// When a fault strikes next.
    mutating func scheduleStrike(_ process: Int32) {
        let index = Int(processes[process].counter)
        let count = faults[index].count
        let next: Int64?
        if let every = faults[index].every {
            next = now + max(1, every.draw(faults[index].timing, count, 0))
        } else {
            let times = faults[index].times
            next = count < times.count ? max(now, times[Int(count)]) : nil
        }
        faults[index].count = count + 1
        guard let next, next <= faults[index].until, !isInVain(index) else {
            faults[index].isOver = true
            free(process)
            return
        }
        schedule(process, next, .fault)
    }

    /// Whether a fault has struck again and again with nothing done in between: what is left then waits for
    /// something that will not come.
    private mutating func isInVain(_ index: Int) -> Bool {
        let arrived = [0, 1].reduce(0) { $0 + counts[$1].messages + counts[$1].copies }
        let done = Int64(arrived) - present
        if done != faults[index].done {
            faults[index].done = done
            faults[index].inVain = 0
            return false
        }
        faults[index].inVain += 1
        guard horizon == Int64.max && faults[index].inVain > FaultState.mostInVain else {
            return false
        }
        result.faultsInVain += 1
        return true
    }

    /// Whether none strikes any more, and none lasts.
    var faultsAreOver: Bool {
        faults.allSatisfy { $0.lastsUntil <= now && ($0.isOver || $0.until < now) }
    }

    /// A fault strikes.
    mutating func strike(_ process: Int32) {
        let index = Int(processes[process].counter)
        // Once nothing comes any more and nothing is under way, there is nothing to break.
        guard openSources > 0 || present > 0 || coming > 0 else {
            faults[index].isOver = true
            free(process)
            return
        }
        let count = faults[index].count
        let time =
            faults[index].lasting?.draw(faults[index].durations, count, 0) ?? Latency.longest
        let until = now + min(Latency.longest, time)
        faults[index].lastsUntil = max(faults[index].lastsUntil, until)
        strike(process, index, faults[index].kind, time)
        scheduleStrike(process)
    }

    private mutating func strike(
        _ process: Int32, _ index: Int, _ kind: Fault.Kind, _ time: Int64
    ) {
        switch kind {
        case .kill(_, .worker):
            guard let worker = victim(process, index) else { return }
            if stations[faults[index].unit].journal.isKept {
                // A consumer dies as a whole.
                killNode(processes[worker].node, faults[index].unit, time)
            } else {
                kill(worker, for: time)
            }
        case .pause(_, .worker):
            if let worker = victim(process, index) { pause(worker, for: time) }
        case .redeliver: redeliverInHand(process, index)
        case .slow(let slowed, _):
            if case .store = slowed {
                traceFault(.slow, -1, -1, time)
            } else {
                traceFault(.slow, program.handlers.count + Int(faults[index].object), -1, time)
            }
        case .kill(_, .node):
            if let node = node(process, index) { killNode(node, faults[index].unit, time) }
        case .pause(_, .node):
            if let node = node(process, index) { pauseNode(node, faults[index].unit, time) }
        case .throttle:
            if let node = node(process, index) { throttle(node, index, time) }
        case .cut(_, let side):
            if let node = node(process, index) { cut(node, index, from: side, time) }
        case .deploy: deploy(index, time)
        case .skew:
            if let node = node(process, index) { begin(index, .skew, on: node, time) }
        }
    }

    /// One of a handler's workers, each equally likely; where their number has no limit, one that is busy.
    private mutating func victim(_ process: Int32, _ index: Int) -> Int32? {
        let unit = faults[index].unit
        let isCounted = stations[unit].workers > 0
        return chosen(
            process, index,
            among: stations[unit].members.filter { worker in
                switch processes[worker].state {
                case .dead: false
                case .idle, .standing: isCounted
                case .running, .cooling, .blocked, .calling, .queued, .stranded, .failing: true
                }
            })
    }

    /// One of a handler's nodes that is not dead, each equally likely.
    private mutating func node(_ process: Int32, _ index: Int) -> Int32? {
        chosen(
            process, index,
            among: stations[faults[index].unit].nodes.filter { nodes[Int($0)].downUntil <= now })
    }

    private mutating func chosen(
        _ process: Int32, _ index: Int, among candidates: [Int32]
    ) -> Int32? {
        guard candidates.count > 1 else { return candidates.first }
        let bits = faults[index].victims.bits(faults[index].count, 0)
        let drawn = RandomStream.below(UInt64(candidates.count), bits)
        return candidates[
            choose(.victim, Int32(index), process, candidates.count, drawn: Int32(drawn))]
    }

    // MARK: Deaths

    /// A worker dies; what it had in memory is gone, its message is delivered again.
    private mutating func kill(_ worker: Int32, for time: Int64) {
        trace(worker, .kill, time)
        die(worker, until: now + time)
    }

    private mutating func killNode(_ node: Int32, _ unit: Int, _ time: Int64) {
        traceFault(.killNode, unit, node - stations[unit].nodes.lowerBound, time)
        nodes[Int(node)].downUntil = now + time
        for index in inboxes.indices.dropFirst(Int(node)) where inboxes[index].isInMemory {
            if index % max(1, nodeCount) == Int(node) { inboxes[index].clear() }
        }
        let workers = stations[unit].members.filter { processes[$0].node == node }
        if stations[unit].journal.isKept {
            let living = workers.first { processes[$0].state != .dead }
            if let living { crashConsumer(living, for: time) }
        } else {
            noteDying(workers, unit)
            for worker in workers { die(worker, until: now + time) }
        }
    }

    private mutating func die(_ worker: Int32, until: Int64) {
        let unit = Int(processes[worker].unit)
        abandonLocks(worker)
        if watchesListeners { dropProbe(worker) }
        switch processes[worker].state {
        case .idle: leaveIdle(worker, unit)
        case .standing: break
        case .dead:
            // With its node it may be dead for longer.
            schedule(worker, max(processes[worker].due, until))
            return
        case .running, .cooling, .blocked, .calling, .queued, .stranded, .failing:
            loseMessage(of: worker, unit)
        }
        processes[worker].pausedUntil = 0
        processes[worker].state = .dead
        if stations[unit].dealing.isOn { noteDeath(worker, unit) }
        schedule(worker, until)
    }

    private mutating func loseMessage(of worker: Int32, _ unit: Int) {
        let message = processes[worker].message
        if processes[worker].state.isAttempt { counts[side(worker)].killed += 1 }
        endBusy(worker)
        let isCurrent = isCurrent(worker, message)
        if processes[worker].timer >= 0 {
            let timer = processes[worker].timer
            processes[worker].timer = -1
            free(timer)
            dropReference(message)
        }
        if stations[unit].storesLand { sendOff(worker, unit) }
        processes[worker].awaited = 0
        forgive(message, unit)
        if stations[unit].dealing.isOn { return loseHeld(of: worker, unit) }
        processes[worker].message = -1
        if isCurrent && !messages[message].isSettled {
            // Its lane stays taken until it is delivered again, in front of those behind it.
            noteCrash(message)
            redeliverLater(message, unit)
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

    /// A worker is there again, after its death or because what kept it from taking messages is over.
    mutating func restart(_ worker: Int32) {
        let unit = Int(processes[worker].unit)
        if processes[worker].state == .dead {
            trace(worker, .restart)
            if stations[unit].membership.isOn { join(unit, processes[worker].group) }
            // A consumer of partitions is dealt what it owns, whether or not it lives.
            if stations[unit].dealing.isOn && !stations[unit].journal.isKept {
                noteRestart(worker, unit)
            }
        }
        let node = nodes[Int(processes[worker].node)]
        let away = max(processes[worker].pausedUntil, node.pausedUntil, node.brokerCutUntil)
        if away > now {
            processes[worker].state = .standing
            schedule(worker, away)
            return
        }
        if watchesListeners && isKeptOut(worker) { return }
        if stations[unit].dealing.isOn { feed(unit, Int(processes[worker].group)) }
        let message = takeOpen(worker)
        if message < 0 { rest(worker) } else { begin(worker, message) }
    }

    // MARK: Pauses

    /// A worker stands still for a time: work takes as much longer, and whatever else it waits for is
    /// seen when the pause is over. Leases and time-outs do not wait. One without a message takes none.
    private mutating func pause(_ worker: Int32, for time: Int64) {
        trace(worker, .pause, time)
        stand(worker, until: now + time)
    }

    private mutating func pauseNode(_ node: Int32, _ unit: Int, _ time: Int64) {
        traceFault(.pauseNode, unit, node - stations[unit].nodes.lowerBound, time)
        nodes[Int(node)].pausedUntil = max(nodes[Int(node)].pausedUntil, now + time)
        watchSilence(of: node, unit)
        for worker in stations[unit].members where processes[worker].node == node {
            stand(worker, until: now + time)
        }
    }

    private mutating func stand(_ worker: Int32, until: Int64) {
        let more = until - max(now, processes[worker].pausedUntil)
        guard more > 0 else { return }
        processes[worker].pausedUntil = until
        switch processes[worker].state {
        case .idle, .standing: takeNone(worker, until: until)
        case .running:
            counts[side(worker)].pauses += 1
            schedule(worker, processes[worker].due + more)
        case .cooling, .calling, .blocked, .queued, .stranded, .failing:
            counts[side(worker)].pauses += 1
            if processes[worker].awaited != 0 {
                schedule(worker, max(processes[worker].due, until))
            }
        case .dead: break
        }
    }

    /// A worker without a message takes none before that.
    mutating func takeNone(_ worker: Int32, until: Int64) {
        if processes[worker].state == .idle {
            leaveIdle(worker, Int(processes[worker].unit))
            processes[worker].state = .standing
            schedule(worker, until)
        } else {
            schedule(worker, max(until, processes[worker].due))
        }
    }
}
