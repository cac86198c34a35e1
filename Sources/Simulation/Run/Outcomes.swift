extension Simulator {
    /// An attempt ended well.
    ///
    /// - Returns: whether the worker goes on with another message, which it has taken.
    @inline(__always)
    mutating func finish(_ process: Int32) -> Bool {
        if processes[process].kind == .server {
            reply(process)
            return false
        }
        let message = processes[process].message
        let unit = Int(processes[process].unit)
        let side = messages[message].isMeasured ? 1 : 0
        if processes[process].lock >= 0 { releaseLocks(process) }
        if side == 1 { service.add(now - processes[process].began) }
        if watchesListeners { noteForBreaker(process, nil) }
        if judgesRepeats { noteEnd(process, of: message) }
        let isCurrent = isCurrent(process, message)
        if messages[message].isSettled {
            if isStale(message, unit) {
                counts[side].lateAcks += 1
                trace(process, .lateAck)
            } else {
                counts[side].stray += 1
                trace(process, .lateAck)
            }
            if isCurrent { releaseLane(of: message, unit) }
        } else if !isCurrent && !stations[unit].takesLateAcks {
            counts[side].lateAcks += 1
            trace(process, .lateAck)
        } else {
            counts[side].commits += 1
            if handlerFigures.isOn && side == 1 { handlerFigures[unit].pointee.commits += 1 }
            usefulNs &+= Int128(now - processes[process].began)
            trace(process, .commit)
            settle(message)
            counts[side].done += 1
            noteOrder(process, message, unit)
            // By a late acknowledgement: the lane is not this delivery's any more.
            if isCurrent { releaseLane(of: message, unit) }
        }
        return letGo(process)
    }

    /// Whether the message is still this delivery's: its time is not over, and nobody has had the message since.
    @inline(__always)
    func isCurrent(_ process: Int32, _ message: Int32) -> Bool {
        processes[process].receipt == messages[message].deliveries && !messages[message].isBack
    }

    /// The worker is free of its message and takes the next, or rests.
    @inline(__always)
    private mutating func letGo(_ process: Int32) -> Bool {
        let message = processes[process].message
        endBusy(process)
        if processes[process].timer >= 0 { stopWatching(process) }
        dropReference(message)
        processes[process].message = -1
        let unit = Int(processes[process].unit)
        if stations[unit].dealing.isOn { giveRoom(unit, processes[process].group) }
        if stations[unit].membership.waitsForWork { noteWorkDone(unit) }
        if watchesListeners && isKeptOut(process) { return false }
        let next = takeOpen(process)
        if next < 0 {
            rest(process)
            return false
        }
        take(process, next)
        return processes[process].state == .running
    }

    /// The next message that is not done meanwhile; -1: none is ready.
    @inline(__always)
    mutating func takeOpen(_ worker: Int32) -> Int32 {
        while true {
            let next = takeNext(worker)
            if next < 0 || !messages[next].isSettled { return next }
            let unit = Int(processes[worker].unit)
            if isStale(next, unit) { return next }
            skip(next, unit)
        }
    }

    /// An attempt failed: the policy of its kind says what comes next.
    ///
    /// - Returns: whether the worker goes on at once, with the same message or the next.
    mutating func fail(_ process: Int32, _ kind: FailureKind) -> Bool {
        if processes[process].kind == .server {
            failService(process)
            return false
        }
        if !codes.isEmpty && tellFailure(process, kind) { return true }
        let message = processes[process].message
        let side = messages[message].isMeasured ? 1 : 0
        if processes[process].lock >= 0 { releaseLocks(process) }
        if side == 1 { service.add(now - processes[process].began) }
        failedInVain += 1
        if endsInVain(after: failedInVain / 10, .everyAttemptFails) { return false }
        switch kind {
        case .conflict:
            counts[side].conflicts += 1
            if processes[process].attempt == 0 { counts[side].firstConflicts += 1 }
        case .timeout: counts[side].timeouts += 1
        case .fault: counts[side].faults += 1
        }
        if handlerFigures.isOn && side == 1 {
            noteFailure(kind, Int(processes[process].unit))
        }
        if watchesListeners { noteForBreaker(process, kind) }
        return giveUp(process, kind)
    }

    /// What becomes of a message whose attempt failed.
    ///
    /// - Returns: as ``fail(_:_:)``
    mutating func giveUp(_ process: Int32, _ kind: FailureKind) -> Bool {
        let message = processes[process].message
        let unit = Int(processes[process].unit)
        if isTroubled && cannotGiveBack(process, kind) { return false }
        let isCurrent = isCurrent(process, message)
        if messages[message].isSettled || !isCurrent {
            // Another delivery has taken over, or its late acknowledgement was taken.
            if isCurrent { releaseLane(of: message, unit) }
            return letGo(process)
        }
        let table = program.units[unit].retries[kind.rawValue]
        let failures = messages[message].failures
        messages[message].failures = failures &+ 1
        var index = failures
        if index >= table.count {
            guard table.repeats && table.count > 0 else {
                bury(message, kind, discards: table.discards)
                releaseLane(of: message, unit)
                return letGo(process)
            }
            index = table.count - 1
        }
        let entry = program.retries[Int(table.first + index)]
        // Who keeps a turn is looked at when it comes back.
        if entry.code != .inline && !entry.keepsTurn && isWornOut(message, unit) {
            bury(message, kind, discards: false)
            releaseLane(of: message, unit)
            return letGo(process)
        }
        let number = messages[message].number
        switch entry.code {
        case .inline:
            let time = delay(entry, number, failures, since: entry.first)
            trace(process, .retry, time)
            if time == 0 {
                startAttempt(process)
                return true
            }
            processes[process].state = .cooling
            schedule(process, now + time)
            return false
        case .requeue:
            trace(process, .requeue)
            putBack(message, unit)
            return letGo(process)
        case .pause:
            let time = latencies[Int(entry.latency)].draw(entry.stream, number, failures)
            trace(process, .requeue)
            pauseListener(process, unit, time)
            putBack(message, unit)
            return letGo(process)
        case .schedule:
            let time = delay(entry, number, failures, since: entry.first)
            trace(process, .schedule, time)
            let timer = makeProcess(.delayed)
            processes[timer].message = message
            messages[message].references += 1
            schedule(timer, now + time)
            // Turns of a node end with the delivery.
            let dealing = stations[unit].dealing.isOn
            if stations[unit].dealing.blocksKeys || entry.keepsTurn && !dealing {
                processes[timer].isVictim = true
                if stations[unit].journal.isKept {
                    stations[unit].journal.marks[message].keepsTurn = true
                }
            } else {
                releaseLane(of: message, unit)
            }
            return letGo(process)
        }
    }

    /// A message that failed is in its queue again: at the end, or in front of those of its key where the broker
    /// blocks keys.
    private mutating func putBack(_ message: Int32, _ unit: Int) {
        if stations[unit].dealing.blocksKeys { return deliverFromBroker(message, unit) }
        releaseLane(of: message, unit)
        enqueue(message, unit)
    }

    /// Counts a message that is done after a later one of its key. What is done once more has had its turn.
    @inline(__always)
    private mutating func noteOrder(_ process: Int32, _ message: Int32, _ unit: Int) {
        guard tracksOrder else { return }
        let origin = messages[message].origin
        if messages[origin].isHandled { return }
        messages[origin].isHandled = true
        let key = Int(messages[message].key)
        lastDone[unit].reach(key)
        if messages[message].sequence < lastDone[unit][key].sequence {
            counts[messages[message].isMeasured ? 1 : 0].inversions += 1
            if unbroken & Invariant.fifoPerKey.bit != 0 {
                noteInversion(process, after: lastDone[unit][key].message)
            }
        } else {
            lastDone[unit][key] = Done(
                sequence: messages[message].sequence, message: messages[message].number)
        }
    }

    /// A message's last attempt has failed.
    mutating func bury(_ message: Int32, _ kind: FailureKind, discards: Bool) {
        let side = messages[message].isMeasured ? 1 : 0
        if discards {
            counts[side].discarded += 1
            noteGivenUp(message, discards: true)
            traceMessage(message, .discard)
        } else {
            noteGivenUp(message, discards: false)
            if buriesInQueues && park(message) { return }
            switch kind {
            case _ where messages[message].isPoison: counts[side].deadByPoison += 1
            case .conflict: counts[side].deadByConflict += 1
            case .timeout: counts[side].deadByTimeout += 1
            case .fault: counts[side].deadByFault += 1
            }
            traceMessage(message, .deadLetter)
        }
        settle(message)
    }

    /// The message has its final outcome.
    @inline(__always)
    mutating func settle(_ message: Int32) {
        messages[message].isSettled = true
        redeliveredInVain = 0
        failedInVain = 0
        let time = now - messages[message].arrived
        if messages[message].isMeasured && !messages[message].isCopy {
            sojourn.add(time)
            histogram.add(time)
            if handlerFigures.isOn {
                handlerFigures.end(time, readers[Int(messages[message].queue)])
            }
        }
        if followsChains { endAlone(message, time) }
        if keepsSeries { noteSojourn(message, time) }
        if messages[message].crashed >= 0 { recovery.add(now - messages[message].crashed) }
        leave(message)
        if keepsPositions { settleInLog(message) }
    }

    /// The message is in the system no more.
    @inline(__always)
    mutating func leave(_ message: Int32) {
        sojournOfAllNs &+= Int128(now - messages[message].arrived)
        changePresent(by: -1)
        if hasClients { answerClient(of: message) }
        if followsChains { leaveChain(message) }
        if messages[message].references == 0 { forget(message) }
    }

    /// Something knows the message no more; what nobody knows is forgotten.
    @inline(__always)
    mutating func dropReference(_ message: Int32) {
        messages[message].references -= 1
        if messages[message].references == 0 && messages[message].isSettled { forget(message) }
    }

    mutating func forget(_ message: Int32) {
        noteAttempts(of: message)
        let origin = messages[message].origin
        if origin != message {
            messages.giveBack(message)
            dropReference(origin)
            return
        }
        if messages[message].isMeasured {
            counts[1].add(effects: messages[message].effects)
        }
        if wasNeverCarriedOut(message) { result.neverCarriedOut += 1 }
        messages.giveBack(message)
        if onForget != nil { leaveFamily(message) }
    }

    // MARK: Deliveries that take too long

    /// Starts the time that a delivery has.
    mutating func watch(_ worker: Int32, _ message: Int32, _ unit: Int) {
        processes[worker].timer = watch(message, unit)
        processes[processes[worker].timer].caller = worker
    }

    /// Starts the time that a delivery has, before anybody works on it.
    mutating func watch(_ message: Int32, _ unit: Int) -> Int32 {
        let timer = makeProcess(.visibility)
        processes[timer].message = message
        processes[timer].receipt = messages[message].deliveries
        processes[timer].unit = Int32(unit)
        messages[message].references += 1
        scheduleInLine(timer, now + stations[unit].visibility)
        return timer
    }

    private mutating func stopWatching(_ worker: Int32) {
        let timer = processes[worker].timer
        processes[worker].timer = -1
        let message = processes[timer].message
        free(timer)
        dropReference(message)
    }

    /// The delivery's time is over: the message is delivered again, or is a dead letter.
    mutating func timeOutDelivery(_ timer: Int32) {
        let message = processes[timer].message
        let unit = Int(processes[timer].unit)
        let (worker, receipt) = (processes[timer].caller, processes[timer].receipt)
        if worker >= 0 { processes[worker].timer = -1 }
        free(timer)
        // Another delivery has its own time.
        let isCurrent = stations[unit].dealing.isOn || receipt == messages[message].deliveries
        if isCurrent && !messages[message].isSettled { deliverAgain(message, unit) }
        dropReference(message)
    }

    /// The broker takes a delivery for lost; once is enough.
    mutating func deliverAgain(_ message: Int32, _ unit: Int) {
        if goesOnInVain() { return }
        if stations[unit].dealing.isOn {
            timeOutHeld(message, unit)
        } else if messages[message].isBack {
            return
        } else if isWornOut(message, unit) {
            // The running attempt's acknowledgement comes too late.
            messages[message].deliveries &+= 1
            buryDelivered(message, unit)
        } else {
            traceMessage(message, .redeliver)
            messages[message].isRedelivered = true
            messages[message].isBack = true
            releaseLane(of: message, unit)
            enqueue(message, unit)
        }
    }

    /// Whether delivery after delivery is too late, with no message done in between: who holds more than it can
    /// handle within `visibility`, or takes longer than that, goes on so for ever.
    private mutating func goesOnInVain() -> Bool {
        redeliveredInVain += 1
        // A fault may be what keeps anything from being done.
        return endsInVain(after: redeliveredInVain, .deliveriesTooLate)
    }

    /// Whether so much was in vain that nothing will come of the rest.
    private mutating func endsInVain(after count: Int64, _ reason: Standstill) -> Bool {
        guard count > Self.mostInVain + 100 * present, horizon == .max, faultsAreOver
        else { return false }
        result.standstill = reason
        isOver = true
        return true
    }

    private static var mostInVain: Int64 { 10_000 }

    /// A message comes back after a delay, or to a reader that it was published for.
    mutating func redeliver(_ timer: Int32) {
        let message = processes[timer].message
        let keepsItsPlace = processes[timer].isVictim
        free(timer)
        let unit = readers[Int(messages[message].queue)]
        if messages[message].isSettled {
            // Done meanwhile, by a late acknowledgement: its turn is over.
            if keepsItsPlace && !stations[unit].dealing.admission.isOfNode {
                releaseLane(of: message, unit)
            }
        } else {
            if keepsItsPlace {
                if stations[unit].journal.isKept {
                    stations[unit].journal.marks[message].keepsTurn = false
                }
                deliverOrphan(message, unit)
            } else if messages[message].deliveries == 0 {
                messages[message].sequence = nextSequence()
                admit(message)
            } else {
                enqueue(message, unit)
            }
        }
        dropReference(message)
    }
}
