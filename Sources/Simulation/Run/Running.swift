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
        var simulator = Simulator(self, choices, observer: observer)
        simulator.run()
        return (simulator.finished(), simulator.choices)
    }
}

extension Simulator {
    /// The result, with what can only be told at the end.
    mutating func finished() -> RunResult {
        result.fingerprint = fingerprint
        result.events = events
        result.endNs = now
        result.warmUp = counts[0]
        result.measured = counts[1]
        result.sojourn = sojourn
        result.histogram = histogram.closed()
        result.mostAttempts = Int(mostAttempts)
        result.wait = wait
        result.service = service
        result.busyNs = busyNs
        result.wastedNs = busyNs - usefulNs
        for unit in program.handlers.indices { result.workers += Int(stations[unit].workers) }
        result.leftOver = Int(present)
        changePresent(by: 0)
        result.presentNs = presentNs
        result.sojournOfAllNs = sojournOfAllNs + timeOfLeftOver()
        for index in program.topology.stores.indices { result.stores.append(storeResult(index)) }
        result.broken = violations()
        return result
    }

    /// What messages that are under way at the end have been in the system for.
    private func timeOfLeftOver() -> Int128 {
        var sum = Int128(0)
        for message in messages.inUse() where !messages[message].isSettled {
            sum += Int128(now - messages[message].arrived)
        }
        return sum
    }

    private func storeResult(_ index: Int) -> RunResult.StoreResult {
        var result = RunResult.StoreResult(name: program.topology.stores[index].name)
        let initial = program.topology.stores[index].initial
        for entity in 0..<stores[index].count {
            let row = stores[index][entity]
            result.initial &+= initial
            result.accepted &+= row.accepted
            result.final &+= row.value
            let change = row.value &- initial
            result.lost &+= Int64(clamping: (row.accepted &- change).magnitude)
            result.oversold &+= max(0, -row.accepted &- max(0, initial))
        }
        return result
    }

    private func violations() -> [Violation] {
        let (end, result, isOver, horizon) = (now, result, isOver, horizon)
        let (openSources, faultsAreOver) = (openSources, faultsAreOver)
        func counted(_ path: KeyPath<Counts, Int>) -> Int { result.total(path) }
        return program.topology.invariants.compactMap { invariant in
            let witness: String?
            switch invariant {
            case .noOversell:
                witness = result.stores.first { $0.oversold > 0 }
                    .map { "\($0.name): \($0.oversold) given out beyond what was there" }
            case .noLostUpdate:
                witness = result.stores.first { $0.lost != 0 }
                    .map { "\($0.name): changes of \($0.lost) accepted that the value lacks" }
            case .exactlyOnceEffect:
                let count = counted(\.repeatedEffects)
                witness = count > 0 ? "\(count) effects repeated" : nil
            case .mutualExclusion:
                let (late, overlaps) = (counted(\.storesAfterExpiry), counted(\.overlaps))
                witness =
                    late + overlaps > 0
                    ? "\(overlaps) holders beside another, \(late) stores after a lease's end"
                    : nil
            case .allHandledOrDead:
                // Judged where nothing more comes and nothing goes wrong any more.
                let isDrained =
                    !isOver && (horizon == Int64.max || (openSources == 0 && faultsAreOver))
                let lost = counted(\.lost)
                if lost > 0 {
                    witness = "\(lost) messages committed and never carried out"
                } else {
                    witness =
                        isDrained && result.leftOver > 0
                        ? "\(result.leftOver) messages left over" : nil
                }
            case .fifoPerKey:
                let count = counted(\.inversions)
                witness = count > 0 ? "\(count) messages done before an earlier one" : nil
            }
            return witness.map { Violation(invariant: invariant, timeNs: end, witness: $0) }
        }
    }
}
