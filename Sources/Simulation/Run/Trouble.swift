/// Faults that kill nobody: nodes that are slow, out of reach, or wrong about the time.
extension Simulator {
    /// From when on a worker reaches the broker.
    mutating func reachesBroker(_ worker: Int32) -> Int64 {
        let node = processes[worker].node
        return node >= 0 ? nodes[Int(node)].brokerCutUntil : 0
    }

    /// From when on a process reaches the stores and their locks, and is awake to do so.
    mutating func reachesStores(_ process: Process) -> Int64 {
        let cut = process.node >= 0 ? nodes[Int(process.node)].storesCutUntil : 0
        return max(cut, process.pausedUntil)
    }

    // MARK: What workers meet with

    /// Makes a time longer where its node is throttled or its store slow; a request that cannot get through
    /// now, or takes longer than the store's limit, waits.
    ///
    /// - Returns: whether the process waits, and `time` is void.
    @inline(never)
    mutating func isHindered(_ process: Int32, _ operation: Operation, _ time: inout Int64) -> Bool
    {
        let node = processes[process].node
        guard operation.isRemote else {
            if operation.isBySize { time = bySize(process, time) }
            if node >= 0 && nodes[Int(node)].slowness != 1 {
                time = Self.scaled(time, nodes[Int(node)].slowness)
            }
            return false
        }
        for index in faults.indices where faults[index].lastsUntil > now {
            guard case .slow(.store, _) = faults[index].kind,
                faults[index].object == operation.object
            else { continue }
            time += added(index, process, Int64(operation.site))
        }
        let cut = node >= 0 ? nodes[Int(node)].storesCutUntil : 0
        let limit = operation.amount > 0 ? now + operation.amount : .max
        if cut > now {
            strand(process, until: min(cut, limit), givesUp: limit < cut)
        } else if now + time > limit {
            strand(process, until: limit, givesUp: true)
        } else {
            return false
        }
        return true
    }

    private mutating func bySize(_ process: Int32, _ time: Int64) -> Int64 {
        let bytes = messages[processes[process].message].bytes
        return Int64(clamping: Int128(time) * Int128(bytes) / 1024)
    }

    /// How much longer a service takes to begin.
    mutating func addedTime(service: Int32, _ server: Int32) -> Int64? {
        var time: Int64 = 0
        for index in faults.indices where faults[index].lastsUntil > now {
            guard case .slow(.service, _) = faults[index].kind, faults[index].object == service
            else { continue }
            time += added(index, server, 0)
        }
        return time
    }

    private mutating func added(_ fault: Int, _ process: Int32, _ site: Int64) -> Int64 {
        // A draw of its own for each step of an attempt.
        let number = messages[processes[process].message].number ^ site << 48
        return faults[fault].by.draw(faults[fault].added, number, processes[process].attempt)
    }

    private static func scaled(_ time: Int64, _ factor: Double) -> Int64 {
        Int64(min(Double(Latency.longest), Double(time) * factor + 0.5))
    }

    /// The process waits in front of the operation that it was to begin.
    private mutating func strand(_ process: Int32, until: Int64, givesUp: Bool = false) {
        trace(process, .strand, until - now)
        processes[process].counter &-= 1
        processes[process].failure = givesUp ? UInt8(FailureKind.timeout.rawValue) : 0
        processes[process].state = .stranded
        schedule(process, max(until, processes[process].pausedUntil))
    }

    /// Locks live with the stores.
    func isLockOperation(_ operation: Operation) -> Bool {
        operation.code == .acquire || operation.code == .release
    }

    /// Whether a process cannot get at a lock, and waits.
    mutating func cannotReachLocks(_ process: Int32, _ operation: Operation) -> Bool {
        guard isLockOperation(operation), processes[process].node >= 0 else { return false }
        let cut = nodes[Int(processes[process].node)].storesCutUntil
        guard cut > now else { return false }
        strand(process, until: cut)
        return true
    }

    /// Whether a worker that is done cannot say so, and waits; its lock it gives back.
    mutating func cannotEnd(_ process: Int32) -> Bool {
        guard processes[process].kind == .worker, reachesBroker(process) > now else { return false }
        if processes[process].lock >= 0 { releaseLocks(process) }
        // To its last operation, wherever it ended.
        while operations[Int(processes[process].counter) - 1].code != .end {
            processes[process].counter &+= 1
        }
        strand(process, until: reachesBroker(process))
        return true
    }

    /// Whether a worker cannot give back the message that it failed on, and waits. What it tries again itself
    /// needs no broker.
    mutating func cannotGiveBack(_ process: Int32, _ kind: FailureKind) -> Bool {
        guard reachesBroker(process) > now else { return false }
        let table = program.units[Int(processes[process].unit)].retries[kind.rawValue]
        let failures = messages[processes[process].message].failures
        if table.count > 0 && (failures < table.count || table.repeats) {
            let entry = program.retries[Int(table.first + min(failures, table.count - 1))]
            if entry.code == .inline { return false }
        }
        trace(process, .strand, reachesBroker(process) - now)
        processes[process].failure = UInt8(kind.rawValue)
        processes[process].state = .failing
        schedule(process, max(reachesBroker(process), processes[process].pausedUntil))
        return true
    }

    /// What a process waited for is within reach again, or it has waited as long as it does.
    mutating func reconnect(_ process: Int32) {
        if processes[process].state == .failing {
            let kind = FailureKind(rawValue: Int(processes[process].failure)) ?? .fault
            processes[process].failure = 0
            processes[process].state = .running
            if giveUp(process, kind) { advance(process) }
            return
        }
        processes[process].state = .running
        if processes[process].failure != 0 {
            processes[process].failure = 0
            trace(process, .timeOut)
            if fail(process, .timeout) { advance(process) }
            return
        }
        advance(process)
    }

    // MARK: What faults do

    /// A node does not reach one side any more. The broker gives messages in its hands to others after the
    /// handler's `redelivery`; the node takes none.
    mutating func cut(_ node: Int32, _ index: Int, from side: Fault.Side, _ time: Int64) {
        let unit = faults[index].unit
        let until = now + time
        traceFault(.cut, unit, node - stations[unit].nodes.lowerBound, time)
        guard side == .broker else {
            nodes[Int(node)].storesCutUntil = max(nodes[Int(node)].storesCutUntil, until)
            return
        }
        nodes[Int(node)].brokerCutUntil = max(nodes[Int(node)].brokerCutUntil, until)
        watchSilence(of: node, unit)
        let isMissed = time > stations[unit].redelivery && !stations[unit].journal.isKept
        for worker in stations[unit].members where processes[worker].node == node {
            switch processes[worker].state {
            case .idle, .standing: takeNone(worker, until: until)
            case .dead: break
            case .running, .cooling, .blocked, .calling, .queued, .stranded, .failing:
                if isMissed { suspect(processes[worker].message, processes[worker].receipt, unit) }
            }
        }
        if isMissed && stations[unit].dealing.isOn { suspectHeld(by: node, unit) }
    }

    /// What a node holds ahead of work is in its hands, too.
    private mutating func suspectHeld(by node: Int32, _ unit: Int) {
        stations[unit].dealing.holdings.reach(messages.count)
        let own = stations[unit].nodes
        for message in messages.inUse()
        where readers[Int(messages[message].queue)] == unit && !messages[message].isSettled
            && stations[unit].dealing.holdings[message].isBuffered
            && own.lowerBound + messages[message].group % Int32(own.count) == node
        {
            suspect(message, messages[message].deliveries, unit)
        }
    }

    private mutating func suspect(_ message: Int32, _ receipt: Int32, _ unit: Int) {
        let timer = makeProcess(.suspicion)
        processes[timer].message = message
        processes[timer].receipt = receipt
        processes[timer].unit = Int32(unit)
        messages[message].references += 1
        schedule(timer, now + stations[unit].redelivery)
    }

    /// The broker has not heard of a delivery's worker for too long.
    mutating func deliverAgain(_ timer: Int32) {
        let row = processes[timer]
        free(timer)
        if messages[row.message].deliveries == row.receipt && !messages[row.message].isSettled {
            deliverAgain(row.message, Int(row.unit))
        }
        dropReference(row.message)
    }

    /// The broker delivers again what one of the workers has in its hands.
    mutating func redeliverInHand(_ process: Int32, _ index: Int) {
        let unit = faults[index].unit
        let busy = stations[unit].members.filter { worker in
            let message = processes[worker].message
            return message >= 0 && !messages[message].isSettled
                && messages[message].deliveries == processes[worker].receipt
        }
        guard !busy.isEmpty else { return }
        let bits = faults[index].victims.bits(faults[index].count, 0)
        let drawn = Int32(RandomStream.below(UInt64(busy.count), bits))
        let place =
            busy.count > 1
            ? choose(.victim, Int32(index), process, busy.count, drawn: drawn) : 0
        deliverAgain(processes[busy[Int(place)]].message, unit)
    }

    /// A node's own work takes longer, what is under way included.
    mutating func throttle(_ node: Int32, _ index: Int, _ time: Int64) {
        begin(index, .throttle, on: node, time)
    }

    /// A fault begins to last on a node.
    mutating func begin(_ index: Int, _ what: TraceEntry.What, on node: Int32, _ time: Int64) {
        let unit = faults[index].unit
        traceFault(what, unit, node - stations[unit].nodes.lowerBound, time)
        faults[index].active[node, default: 0] += 1
        review(node, unit)
        guard faults[index].lasting != nil else { return }
        let timer = makeProcess(.relief)
        processes[timer].counter = Int32(index)
        processes[timer].unit = Int32(unit)
        processes[timer].node = node
        schedule(timer, now + time, .fault)
    }

    /// A fault is over on a node.
    mutating func relieve(_ timer: Int32) {
        let row = processes[timer]
        free(timer)
        faults[Int(row.counter)].active[row.node, default: 1] -= 1
        traceFault(
            .relieve, Int(row.unit), row.node - stations[Int(row.unit)].nodes.lowerBound, 0)
        review(row.node, Int(row.unit))
    }

    /// A node's slowness and clock from all that lasts on it.
    private mutating func review(_ node: Int32, _ unit: Int) {
        var slowness = 1.0
        var skew: Int64 = 0
        for fault in faults {
            for _ in 0..<fault.active[node, default: 0] {
                switch fault.kind {
                case .throttle(_, let factor):
                    slowness *= Double(factor.numerator) / Double(factor.denominator)
                case .skew(_, let us): skew += us * 1000
                default: break
                }
            }
        }
        let change = slowness / nodes[Int(node)].slowness
        nodes[Int(node)].slowness = slowness
        if change != 1 { stretch(node, unit, change) }
        if nodes[Int(node)].skew != skew {
            nodes[Int(node)].skew = skew
            reviewLeases()
        }
    }

    /// What is left of the work that is under way takes so many times as long.
    private mutating func stretch(_ node: Int32, _ unit: Int, _ factor: Double) {
        for worker in stations[unit].members where processes[worker].node == node {
            let row = processes[worker]
            guard row.state == .running, row.awaited != 0 else { continue }
            let operation = operations[Int(row.counter) - 1]
            guard operation.code == .think, !operation.isRemote else { continue }
            let from = max(now, row.pausedUntil)
            schedule(worker, from + Self.scaled(max(0, row.due - from), factor))
        }
    }
}
