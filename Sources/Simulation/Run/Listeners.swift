import Configuration

/// The circuit breaker of a node: what it counted, and whether messages may pass.
struct Breaker {
    enum State {
        case closed
        case open
        case halfOpen
    }

    let rule: CircuitBreaker
    let kinds: Set<FailureKind>
    private let within: Int64
    let opening: Int64
    private(set) var state = State.closed
    /// When attempts of the window ended and whether they failed, oldest first from `oldest` on.
    private var ends: [(time: Int64, failed: Bool)] = []
    private var oldest = 0
    private var failures = 0
    /// Probes begun and not ended, and ended well.
    var probing = 0
    private var succeeded = 0

    init(_ rule: CircuitBreaker) {
        self.rule = rule
        kinds = rule.kinds
        within = rule.within.nanoseconds
        opening = rule.open.nanoseconds
    }

    /// Whether another probe may begin.
    var admitsProbe: Bool { state == .halfOpen && probing + succeeded < rule.probes }

    mutating func halfOpen() {
        state = .halfOpen
        (probing, succeeded) = (0, 0)
    }

    mutating func open() {
        state = .open
        forgetAll()
    }

    /// A probe ended well.
    ///
    /// - Returns: whether that closes the circuit.
    mutating func passProbe() -> Bool {
        probing -= 1
        succeeded += 1
        guard succeeded >= rule.probes else { return false }
        state = .closed
        return true
    }

    /// An attempt ended.
    ///
    /// - Returns: whether too many failed.
    mutating func note(failed: Bool, at now: Int64) -> Bool {
        ends.append((now, failed))
        if failed { failures += 1 }
        while ends[oldest].time <= now - within {
            if ends[oldest].failed { failures -= 1 }
            oldest += 1
        }
        if oldest > 1024 && oldest * 2 > ends.count {
            ends.removeFirst(oldest)
            oldest = 0
        }
        guard failed else { return false }
        switch rule.threshold {
        case .count(let most): return failures >= most
        case .share(let share, let least):
            let all = ends.count - oldest
            return all >= least && failures * Int(share.denominator) >= all * Int(share.numerator)
        }
    }

    private mutating func forgetAll() {
        ends.removeAll(keepingCapacity: true)
        (oldest, failures) = (0, 0)
    }
}

/// Nodes that take no messages for a time, because a policy or a circuit breaker says so.
extension Simulator {
    /// A node takes no message before that; what it has in hand goes on.
    mutating func closeListener(_ node: Int32, _ unit: Int, until: Int64) {
        nodes[Int(node)].closedUntil = max(nodes[Int(node)].closedUntil, until)
        for worker in stations[unit].members where processes[worker].node == node {
            switch processes[worker].state {
            case .idle, .standing: takeNone(worker, until: until)
            case .running, .cooling, .blocked, .calling, .queued, .stranded, .failing, .dead: break
            }
        }
    }

    /// A policy's `pause`.
    mutating func pauseListener(_ process: Int32, _ unit: Int, _ time: Int64) {
        let node = processes[process].node
        traceFault(.pauseListener, unit, node - stations[unit].nodes.lowerBound, time)
        closeListener(node, unit, until: now + time)
    }

    /// Whether a worker that is free may take no message now; it stands until it may.
    mutating func isKeptOut(_ worker: Int32) -> Bool {
        let node = Int(processes[worker].node)
        if nodes[node].closedUntil > now {
            processes[worker].state = .standing
            schedule(worker, nodes[node].closedUntil)
            return true
        }
        guard breakers[node] != nil else { return false }
        if breakers[node]?.state == .open { halfOpen(worker, node) }
        guard breakers[node]?.state == .halfOpen else { return false }
        if processes[worker].isProbe { return false }
        if breakers[node]?.admitsProbe == true {
            breakers[node]?.probing += 1
            processes[worker].isProbe = true
            return false
        }
        // Until the circuit closes, or opens again.
        processes[worker].state = .standing
        processes[worker].awaited = 0
        return true
    }

    private mutating func halfOpen(_ worker: Int32, _ node: Int) {
        breakers[node]?.halfOpen()
        traceBreaker(.halfOpen, worker)
    }

    /// An attempt ended; too many failures open the circuit, enough good probes close it.
    mutating func noteForBreaker(_ worker: Int32, _ failure: FailureKind?) {
        let node = Int(processes[worker].node)
        // In place: a copy of it would copy its window, too.
        guard node >= 0, let state = breakers[node]?.state else { return }
        let failed = failure.map { breakers[node]?.kinds.contains($0) == true } ?? false
        switch state {
        case .open: break
        case .closed:
            if breakers[node]?.note(failed: failed, at: now) == true { open(worker, node) }
        case .halfOpen:
            guard processes[worker].isProbe else { break }
            if failed {
                open(worker, node)
            } else {
                processes[worker].isProbe = false
                if breakers[node]?.passProbe() == true { close(worker, node) }
            }
        }
    }

    private mutating func open(_ worker: Int32, _ node: Int) {
        let unit = Int(processes[worker].unit)
        counts[side(worker)].circuitOpenings += 1
        breakers[node]?.open()
        for member in stations[unit].members where processes[member].node == Int32(node) {
            processes[member].isProbe = false
        }
        traceBreaker(.open, worker)
        let until = now + (breakers[node]?.opening ?? 0)
        closeListener(Int32(node), unit, until: until)
    }

    /// Those who were kept out take messages again, each in an event of its own.
    private mutating func close(_ worker: Int32, _ node: Int) {
        let unit = Int(processes[worker].unit)
        traceBreaker(.close, worker)
        for member in stations[unit].members
        where processes[member].node == Int32(node) && processes[member].state == .standing
            && processes[member].awaited == 0
        {
            schedule(member, max(now, processes[member].pausedUntil))
        }
    }

    private mutating func traceBreaker(_ what: TraceEntry.What, _ worker: Int32) {
        let unit = Int(processes[worker].unit)
        traceFault(what, unit, processes[worker].node - stations[unit].nodes.lowerBound, 0)
    }

    /// A probe that died is none.
    mutating func dropProbe(_ worker: Int32) {
        guard processes[worker].isProbe else { return }
        processes[worker].isProbe = false
        let node = Int(processes[worker].node)
        breakers[node]?.probing -= 1
        let unit = Int(processes[worker].unit)
        let waiting = stations[unit].members.first {
            processes[$0].node == Int32(node) && processes[$0].state == .standing
                && processes[$0].awaited == 0
        }
        if let waiting { schedule(waiting, now) }
    }
}
