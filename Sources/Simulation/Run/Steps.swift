extension Simulator {
    /// A worker takes a message and starts its handler.
    @inline(__always)
    mutating func begin(_ worker: Int32, _ message: Int32) {
        take(worker, message)
        if processes[worker].state == .running { advance(worker) }
    }

    /// A delivery: the message is in the worker's hands.
    @inline(__always)
    mutating func take(_ worker: Int32, _ message: Int32) {
        let unit = Int(processes[worker].unit)
        let isMeasured = messages[message].isMeasured
        if isMeasured { wait.add(now - messages[message].ready) }
        processes[worker].message = message
        processes[worker].taken = now
        if stations[unit].dealing.isOn { return takeHeld(worker, message, unit) }
        messages[message].deliveries &+= 1
        messages[message].isBack = false
        counts[isMeasured ? 1 : 0].deliveries += 1
        processes[worker].receipt = messages[message].deliveries
        if stations[unit].visibility > 0 { watch(worker, message, unit) }
        startAttempt(worker)
    }

    /// The first operation of the handler is next.
    @inline(__always)
    mutating func startAttempt(_ process: Int32) {
        let message = processes[process].message
        let attempt = messages[message].attempts
        messages[message].attempts = attempt &+ 1
        processes[process].attempt = attempt
        processes[process].state = .running
        processes[process].began = now
        processes[process].change = 0
        if writesBlindly { forgetLoads(process) }
        processes[process].counter = starts[Int(processes[process].unit)]
        let side = messages[message].isMeasured ? 1 : 0
        counts[side].attempts += 1
        if handlerFigures.isOn && side == 1 {
            handlerFigures[Int(processes[process].unit)].pointee.attempts += 1
        }
        if attempt == 0 { counts[side].firstAttempts += 1 }
        trace(process, .begin)
    }

    /// What an earlier attempt of a worker, or an earlier request to a service, loaded is not what this one writes.
    mutating func forgetLoads(_ process: Int32) {
        let first = Int(process) * registers
        for register in first..<first + registers {
            values[register] = 0
            versions[register] = -1
            kept[register] = 0
        }
    }

    /// A process goes on after what it waited for.
    @inline(__always)
    mutating func wake(_ process: Int32) {
        switch processes[process].state {
        case .running, .idle, .blocked: break
        case .queued: return
        case .cooling: startAttempt(process)
        case .calling:
            processes[process].state = .running
            timeOutCall(process)
            return
        case .dead, .standing:
            restart(process)
            return
        case .stranded, .failing:
            reconnect(process)
            return
        }
        advance(process)
    }

    /// Carries out operations until one takes time or waits.
    mutating func advance(_ process: Int32) {
        while !isOver {
            let operation = operations + Int(processes[process].counter)
            processes[process].counter &+= 1
            switch operation.pointee.code {
            case .think:
                let message = processes[process].message
                let attempt = operation.pointee.isPerMessage ? 0 : processes[process].attempt
                let number = messages[message].number
                var time =
                    attempt == 0 && operation.pointee.ahead >= 0
                    ? ahead[operation.pointee.ahead].time(number)
                    : latencies[Int(operation.pointee.latency)].draw(
                        operation.pointee.stream, number, attempt)
                if isTroubled && isHindered(process, operation.pointee, &time) { return }
                trace(process, .think, time)
                if operation.pointee.isConstant {
                    scheduleInLine(process, now + time)
                } else {
                    schedule(process, now + time)
                }
                return
            case .end:
                if processes[process].kind == .server {
                    reply(process)
                    return
                }
                if isTroubled && cannotEnd(process) { return }
                if !finish(process) { return }
            default:
                switch carryOut(process, operation.pointee) {
                case .goOn: break
                case .waits: return
                case .ended where operation.pointee.isOfCode: tellRefusal(process)
                case .ended:
                    if isTroubled && cannotEnd(process) { return }
                    if !finish(process) { return }
                case .failed(let kind): if !fail(process, kind) { return }
                }
            }
        }
    }

    /// What becomes of the process after an operation.
    enum Outcome {
        case goOn
        case waits
        /// The attempt ends well here.
        case ended
        case failed(FailureKind)
    }

    @inline(never)
    private mutating func carryOut(_ process: Int32, _ operation: Operation) -> Outcome {
        if isTroubled && cannotReachLocks(process, operation) { return .waits }
        switch operation.code {
        case .load: return load(process, operation)
        case .check: return check(process, operation)
        case .change:
            let before = operation.beginsAnew ? 0 : processes[process].change
            processes[process].change = before &+ operation.amount
            let register = Int(process) * registers + Int(operation.register)
            trace(process, .change, values[register])
            return .goOn
        case .store: return store(process, operation)
        case .fail: return failByChance(process, operation)
        case .effect: return effect(process, operation)
        case .lookUp: return lookUp(process, operation)
        case .note: return note(process, operation)
        case .acquire: return acquire(process, operation)
        case .release:
            release(process, operation)
            return .goOn
        case .call: return call(process, operation)
        case .publish: return publish(process, operation)
        case .code: return askCode(process, operation)
        case .commit: return commitStep(process, operation)
        case .carriedOut: return markCarriedOut(process)
        case .think, .end: return .goOn
        }
    }

    private mutating func failByChance(_ process: Int32, _ operation: Operation) -> Outcome {
        let message = processes[process].message
        var drawn: Int32 = messages[message].isPoison ? 1 : 0
        if drawn == 0 && operation.probability > 0 {
            let bits = operation.stream.bits(
                messages[message].number, processes[process].attempt)
            if bits < operation.probability || operation.probability == .max { drawn = 1 }
        }
        let value = choose(.fault, operation.site, process, 2, drawn: drawn)
        if value == 0 { return .goOn }
        trace(process, .fail)
        if processes[process].kind == .server {
            // A service that fails answers so; its caller's attempt fails.
            return .failed(.fault)
        }
        return .failed(.fault)
    }

    private mutating func publish(_ process: Int32, _ operation: Operation) -> Outcome {
        let parent = processes[process].message
        let message = messages.take()
        children += 1
        let row = messages[parent]
        messages[message].number = Self.childNumber(of: row.number, operation.site)
        messages[message].arrived = now
        messages[message].queue = operation.object
        messages[message].key = row.key
        messages[message].origin = message
        if onForget != nil { joinFamily(message, of: parent) }
        messages[message].isMeasured = row.isMeasured
        messages[message].isPoison = row.isPoison
        follow(message, from: parent)
        counts[row.isMeasured ? 1 : 0].messages += 1
        changePresent(by: 1)
        let footprint = Footprint(.queue, operation.object, 0, .readModifyWrite)
        messages[message].isPublishedAgain = messages[row.origin].deeds & operation.deed != 0
        noteDeed(process, operation, footprint)
        touch(process, .publish, footprint, messages[message].number)
        carry(message, operation, processes[process].attempt)
        if isHit(
            process, operation.site,
            operation.stream.bits(row.number, processes[process].attempt, 1), operation.probability)
        {
            let again = copied(message)
            messages[again].isCopy = true
            messages[again].isRedelivered = true
            messages[again].attempts = 1 << 20
            counts[row.isMeasured ? 1 : 0].copies += 1
            changePresent(by: 1)
            carry(again, operation, processes[process].attempt | 1 << 24)
        }
        return .goOn
    }

    /// From the parent's number and the step, so that other topologies keep other draws.
    static func childNumber(of parent: Int64, _ site: Int32) -> Int64 {
        (parent &* 0x5851_F42D &+ Int64(site) &+ 1) & 0x3FFF_FFFF_FFFF_FFFF | 1 << 62
    }

    /// To its queue, after what the way takes; its reader starts in an event of its own.
    private mutating func carry(_ message: Int32, _ operation: Operation, _ attempt: Int32) {
        let carrier = makeProcess(.delayed)
        processes[carrier].message = message
        messages[message].references += 1
        let time =
            operation.latency < 0
            ? 0
            : latencies[Int(operation.latency)].draw(
                operation.stream, messages[message].number, attempt)
        schedule(carrier, now + time)
    }
}
