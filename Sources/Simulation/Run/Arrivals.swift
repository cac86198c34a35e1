import Configuration

extension Simulator {
    /// Whether what happens now is measured: the share of the messages has come, or that of the time is over.
    @inline(__always)
    var isPastWarmUp: Bool { arrived >= warmUpMessages || now >= warmUpTime }

    /// When a source's first message comes.
    mutating func firstArrival(_ process: Int32) {
        let index = Int(processes[process].counter)
        switch sources[index].kind {
        case .together, .backlog: break
        case .closed:
            startClients(index)
            free(process)
            return
        case .recorded: sources[index].next = nextArrival(index)
        case .constant, .poisson, .batches: sources[index].next = nextArrival(index)
        case .bursty:
            startPhase(index, at: sources[index].next)
            nextInBurst(index)
        }
        scheduleInLine(process, sources[index].next, .arrival)
    }

    /// A source's event: a message, and the next event.
    mutating func arrive(_ process: Int32) {
        let index = Int(processes[process].counter)
        switch sources[index].kind {
        case .backlog:
            // Wakes the workers once; from then on they ask.
            feedIdle(index)
            return
        case .together:
            while canMake(index) { admit(makeMessage(index)) }
        case .batches:
            let size = batch(index)
            sources[index].batches += 1
            for _ in 0..<size where canMake(index) { admit(makeMessage(index)) }
        case .constant, .poisson, .bursty, .recorded, .closed:
            if canMake(index) { admit(makeMessage(index)) }
        }
        guard canMake(index) else {
            openSources -= 1
            return
        }
        if sources[index].kind == .bursty {
            nextInBurst(index)
        } else {
            sources[index].next = nextArrival(index)
        }
        scheduleInLine(process, sources[index].next, .arrival)
    }

    @inline(__always)
    func canMake(_ index: Int) -> Bool {
        arrived < mostMessages && sources[index].made < sources[index].limit
    }

    /// When the next message (or batch) of a source comes that is always on.
    @inline(__always)
    private mutating func nextArrival(_ index: Int) -> Int64 {
        // A sum of times that nothing comes after stays one.
        min(Self.endOfTime, unlimitedArrival(index))
    }

    @inline(__always)
    private mutating func unlimitedArrival(_ index: Int) -> Int64 {
        let state = sources[index]
        switch state.kind {
        case .constant:
            // By the exact rate, so that no rounding adds up.
            let whole = UInt128(UInt64(state.made) + 1) * UInt128(state.seconds) * 1_000_000_000
            return state.start
                + min(Self.endOfTime, Int64(clamping: whole / UInt128(state.events)))
        case .recorded: return recordedArrival(index)
        case .batches:
            return state.next + ahead[state.ahead].time(state.batches)
        default:
            return state.next + ahead[state.ahead].time(state.made)
        }
    }

    /// Poisson while on: an exponential gap that outlasts its phase is thrown away and the next drawn
    /// in the next phase that is on.
    private mutating func nextInBurst(_ index: Int) {
        var attempt: Int32 = 0
        while true {
            let state = sources[index]
            let gap = Latency.exponential(
                state.meanGap, state.arrivals.bits(state.made, attempt))
            if state.next + gap <= state.phaseEnds {
                sources[index].next = min(Self.endOfTime, state.next + gap)
                return
            }
            guard case .bursty(_, _, let off) = program.topology.sources[index].arrivals else {
                return
            }
            let pause = Latency(off).draw(state.extra, state.phases, 0)
            sources[index].next = min(Self.endOfTime, state.phaseEnds + pause)
            startPhase(index, at: sources[index].next)
            attempt &+= 1
            // Phases that never last: the horizon ends the search.
            if sources[index].next > horizon || sources[index].next >= Self.endOfTime { return }
            if attempt == .max { return }
        }
    }

    private mutating func startPhase(_ index: Int, at start: Int64) {
        guard case .bursty(_, let on, _) = program.topology.sources[index].arrivals else { return }
        let time = Latency(on).draw(sources[index].extra, sources[index].phases, 1)
        sources[index].phaseEnds = start + time
        sources[index].phases += 1
    }

    private mutating func batch(_ index: Int) -> Int {
        guard case .batches(_, let size) = program.topology.sources[index].arrivals else {
            return 1
        }
        switch size {
        case .constant(let count): return count
        case .geometric(let mean):
            // 1, 2, …: one more with probability 1 - 1/mean, drawn one by one.
            let state = sources[index]
            let more = Ratio(mean - 1, mean)?.threshold ?? 0
            var count = 1
            while state.extra.bits(state.batches, Int32(count)) < more { count += 1 }
            return count
        }
    }

    /// A message as its source makes it, not yet anywhere.
    mutating func makeMessage(_ index: Int) -> Int32 {
        let message = messages.take()
        let made = sources[index].made
        sources[index].made = made + 1
        let number = Int64(index) << 40 | made
        messages[message].number = number
        messages[message].arrived = now
        messages[message].sequence = nextSequence()
        messages[message].queue = sources[index].queue
        messages[message].origin = message
        if onForget != nil { foundFamily(message) }
        messages[message].bytes = sources[index].bytes
        messages[message].key = keyTables[index].key(sources[index].keys, made)
        if sources[index].poison > 0 {
            messages[message].isPoison = sources[index].extra.bits(made, -1) < sources[index].poison
        }
        if sources[index].kind == .recorded { messages[message].bytes = recordedSize(index, made) }
        let isMeasured = isPastWarmUp
        messages[message].isMeasured = isMeasured
        if isMeasured && counts[1].messages == 0 {
            result.measuredFromNs = now
            result.presentAtStartNs = presentSoFar()
        }
        arrived += 1
        counts[isMeasured ? 1 : 0].messages += 1
        result.lastArrivalNs = now
        changePresent(by: 1)
        result.presentAtLastNs = presentNs
        result.mostMessages = max(result.mostMessages, messages.used)
        if sources[index].copies > 0 { planCopy(index, message) }
        return message
    }

    private mutating func planCopy(_ index: Int, _ message: Int32) {
        guard let duplicates = program.topology.sources[index].duplicates else { return }
        let made = sources[index].made - 1
        let (hit, _) = sources[index].extra.pair(made, -2)
        guard hit <= sources[index].copies - 1 || sources[index].copies == .max else { return }
        let copy = makeProcess(.copy)
        processes[copy].message = message
        messages[message].references += 1
        coming += 1
        let delay = Latency(duplicates.after).draw(sources[index].extra, made, -3)
        schedule(copy, now + delay, .arrival)
    }

    /// A message comes once more.
    mutating func arriveAgain(_ process: Int32) {
        let first = processes[process].message
        free(process)
        coming -= 1
        let copy = messages.take()
        messages[copy] = messages[first]
        messages[copy].arrived = now
        messages[copy].isCopy = true
        messages[copy].chain = -1
        messages[copy].isRedelivered = true
        messages[copy].client = -1
        messages[copy].isSettled = false
        messages[copy].next = -1
        messages[copy].lane = -1
        messages[copy].references = 0
        messages[copy].effects = 0
        messages[copy].deliveries = 0
        messages[copy].forgiven = 0
        messages[copy].failures = 0
        // Draws of its own.
        messages[copy].attempts = Message.copies
        messages[copy].origin = first
        counts[messages[copy].isMeasured ? 1 : 0].copies += 1
        changePresent(by: 1)
        admit(copy)
    }

    @inline(__always)
    mutating func nextSequence() -> Int64 {
        sequence &+= 1
        return sequence
    }

    @inline(__always)
    private func presentSoFar() -> Int128 {
        let (high, low) = present.multipliedFullWidth(by: now &- presentSince)
        return presentNs &+ (Int128(high) << 64 | Int128(low))
    }

    @inline(__always)
    mutating func changePresent(by count: Int64) {
        presentNs = presentSoFar()
        presentSince = now
        present &+= count
    }
}
