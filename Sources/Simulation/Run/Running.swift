extension Topology {
    /// Runs it once.
    ///
    /// - Parameters:
    ///   - strategy: nil: the topology's own.
    ///   - seed: nil: the topology's own.
    ///   - observer: is told all that happens, in order; costs time.
    /// - Complexity: O(events x log(messages in flight))
    public func run(
        _ strategy: Strategy? = nil, seed: String? = nil,
        observer: ((TraceEntry) -> Void)? = nil
    ) -> RunResult {
        let program = Program(self, strategy: strategy ?? self.strategy, seed: seed ?? self.seed)
        return program.run(SeededChoices(), observer: observer).result
    }
}

extension Program {
    /// One run: its result, and the chooser with what it kept.
    func run<Choices: Choosing>(
        _ choices: Choices, observer: ((TraceEntry) -> Void)? = nil
    ) -> (result: RunResult, choices: Choices) {
        guard topology.run.cutsByMSER else { return run(choices, cut: nil, observer) }
        // Where to cut is known at the end alone: once to find it, once to measure.
        var first = Simulator(self, choices, cut: 0, keepsSeries: true)
        first.run()
        let cut = MSER.cut(first.series.inOrder)
        var (result, kept) = run(choices, cut: cut ?? 0, observer)
        result.cut = cut.map { .settled(after: $0) } ?? .unsettled
        return (result, kept)
    }

    private func run<Choices: Choosing>(
        _ choices: Choices, cut: Int?, _ observer: ((TraceEntry) -> Void)?
    ) -> (result: RunResult, choices: Choices) {
        guard topology.invariants.contains(where: \.needsWatch) else {
            var simulator = Simulator(self, choices, cut: cut, observer: observer)
            simulator.run()
            return (simulator.finished(), simulator.choices)
        }
        var watch = InvariantWatch(self)
        var simulator = Simulator(self, choices, cut: cut) { entry in
            watch.see(entry)
            observer?(entry)
        }
        simulator.onForget = { watch.forget($0) }
        simulator.run()
        var result = simulator.finished()
        for invariant in topology.invariants where invariant.needsWatch {
            if let seen = watch.violations[invariant] { result.broken.append(seen) }
        }
        return (result, simulator.choices)
    }
}

extension Simulator {
    /// The result, with what can only be told at the end.
    mutating func finished() -> RunResult {
        endWhatIsUnderWay()
        result.fingerprint = fingerprint
        result.events = events
        result.endNs = end
        if now >= Self.endOfTime { result.standstill = .timeIsOver }
        result.warmUp = counts[0]
        result.measured = counts[1]
        result.sojourn = sojourn
        result.histogram = histogram.closed(sojourn)
        result.mostAttempts = Int(mostAttempts)
        result.wait = wait
        result.service = service
        result.busyNs = busyNs
        result.wastedNs = busyNs - usefulNs - result.undecidedNs
        for unit in program.handlers.indices {
            result.workers += Int(stations[unit].workers)
            guard stations[unit].workers > 0 else { continue }
            for worker in stations[unit].members { result.load.add(busyTimes[worker]) }
        }
        result.ownKeyWait = ownKeyWait
        result.otherKeyWait = otherKeyWait
        result.recovery = recovery
        result.laneWaitNs = laneWaitNs
        result.blockedNs = blockedNs
        result.leftOver = Int(present)
        result.parked = parked
        changePresent(by: 0)
        result.presentNs = presentNs
        result.sojournOfAllNs = sojournOfAllNs + timeOfLeftOver()
        for index in program.topology.stores.indices { result.stores.append(storeResult(index)) }
        (result.endToEnd, result.endToEndHistogram) = (result.sojourn, result.histogram)
        if followsChains {
            result.endToEnd = endToEnd.pointee.tally
            result.endToEndHistogram = endToEnd.pointee.closed()
        }
        result.handlers = handlerResults()
        result.broken = violations()
        return result
    }

    /// When the last message and the last worker were done, where all are: faults and commits that come behind are no
    /// part of what is measured. Else when the run was stopped.
    private var end: Int64 {
        let isDone = openSources == 0 && present == 0 && !isOver
        return isDone ? max(presentSince, lastWork) : now
    }

    /// What messages that are under way at the end have been in the system for.
    private func timeOfLeftOver() -> Int128 {
        var sum = Int128(0)
        for message in messages.inUse() where !messages[message].isSettled {
            sum += Int128(now - messages[message].arrived)
        }
        return sum
    }

    /// How many entities a store has; with fresh keys as many as there were keys, whatever room there is.
    private func entityCount(_ index: Int) -> Int {
        let topology = program.topology
        guard topology.stores[index].entities == nil,
            topology.sources.contains(where: { $0.keys == .fresh })
        else { return stores[index].count }
        let keys = topology.sources.indices.map { place in
            topology.sources[place].keys.count ?? Int(sources[place].made)
        }
        return min(stores[index].count, keys.max() ?? 0)
    }

    private func storeResult(_ index: Int) -> RunResult.StoreResult {
        var result = RunResult.StoreResult(name: program.topology.stores[index].name)
        let initial = program.topology.stores[index].initial
        for entity in 0..<entityCount(index) {
            let row = stores[index][entity]
            result.initial &+= initial
            result.accepted &+= row.accepted
            result.final &+= row.value
            result.lost &+= row.version &- row.kept
            result.oversold &+= max(0, -row.accepted &- max(0, initial))
        }
        return result
    }
}
