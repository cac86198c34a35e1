/// Counts of each handler, kept where a topology has several; a single one has those of the run.
/// Its memory is the simulator's, which gives it back.
struct HandlerFigures {
    let isOn: Bool
    private let count: Int
    private let tallies: UnsafeMutablePointer<HandlerResult.Tallies>
    private let latencies: UnsafeMutablePointer<Spread>

    init(handlers: Int) {
        isOn = handlers > 1
        count = isOn ? handlers : 0
        tallies = .allocate(capacity: max(1, count))
        latencies = .allocate(capacity: max(1, count))
        for index in 0..<count {
            (tallies + index).initialize(to: HandlerResult.Tallies())
            (latencies + index).initialize(to: Spread())
        }
    }

    func deallocate() {
        tallies.deallocate()
        latencies.deinitialize(count: count)
        latencies.deallocate()
    }

    @inline(__always)
    subscript(handler: Int) -> UnsafeMutablePointer<HandlerResult.Tallies> { tallies + handler }

    @inline(never)
    func end(_ time: Int64, _ handler: Int) { latencies[handler].add(time) }

    func close(_ handler: Int, into result: inout HandlerResult) {
        result.counts = tallies[handler]
        result.latency = latencies[handler].tally
        result.histogram = latencies[handler].closed()
    }
}

extension Simulator {
    mutating func noteFailure(_ kind: FailureKind, _ unit: Int) {
        switch kind {
        case .conflict: handlerFigures[unit].pointee.conflicts += 1
        case .timeout: handlerFigures[unit].pointee.timeouts += 1
        case .fault: handlerFigures[unit].pointee.faults += 1
        }
    }

    mutating func noteGivenUp(_ message: Int32, discards: Bool) {
        messages[messages[message].origin].endedByItself = true
        guard handlerFigures.isOn && messages[message].isMeasured else { return }
        let unit = readers[Int(messages[message].queue)]
        if discards {
            handlerFigures[unit].pointee.discarded += 1
        } else {
            handlerFigures[unit].pointee.deadLetters += 1
        }
    }

    /// What each handler came to.
    func handlerResults() -> [HandlerResult] {
        program.handlers.indices.map { unit in
            let handler = program.handlers[unit]
            var one = HandlerResult(name: handler.name, queue: handler.queue)
            if handlerFigures.isOn {
                handlerFigures.close(unit, into: &one)
            } else {
                let all = result.measured
                one.counts = HandlerResult.Tallies(
                    attempts: all.attempts, commits: all.commits, conflicts: all.conflicts,
                    timeouts: all.timeouts, faults: all.faults,
                    deadLetters: all.deadLetters, discarded: all.discarded)
                (one.latency, one.histogram) = (result.sojourn, result.histogram)
            }
            one.workers = Int(stations[unit].workers)
            one.busyNs = stations[unit].members.reduce(0) { $0 + Int128(busyTimes[$1]) }
            (one.endNs, one.measuredNs) = (result.endNs, result.measuredNs)
            return one
        }
    }
}
