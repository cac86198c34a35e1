import KafkaClient
import Perturbation
import Records

extension Proxy {
    /// Windows on their way hold no more than this before reading slows down.
    private var mostReadyBytes: Int { configuration.memoryBytes / 4 }
    /// So few that their windows are still at hand in the processor's caches when they are sent.
    private static let mostRecordsAtOnce = 250

    /// Reads on, unless more than enough is on its way; but the group always hears of this member.
    func read(_ now: UInt64) throws {
        let isFull = isBlocked || readyBytes >= mostReadyBytes
        let hasRoom = !isBlocked && readyBytes < mostReadyBytes / 2
        isReadOn = false
        switch pressure.step(isFull: isFull, hasRoom: hasRoom, nowNs: now) {
        case .read: try poll(now)
        case .wait:
            let patience = min(patience(now), .milliseconds(isBlocked ? 5 : 50))
            pollProducers(for: patience)
        case .hold:
            try consumer.pause(heldSources)
            try pollEvents(now)
        case .holding: try pollEvents(now)
        case .release:
            let duration = now - pressure.heldSinceNs
            for lane in lanes { lane?.stoodStill(forNs: duration) }
            try consumer.resume(heldSources)
            try poll(now)
        }
        try relieveMemory(now)
    }

    /// Partitions that back-pressure pauses; those whose window was forgotten are paused anyway.
    var heldSources: [TopicPartition] {
        lanes.compactMap { $0 }.filter { !$0.isForgotten }.map(\.source)
    }

    private func poll(_ now: UInt64) throws {
        var clock = now
        var untilNextLook = 0
        let taken = try consumer.poll(
            timeout: patience(now), max: Self.mostRecordsAtOnce, events: { try handle($0) },
            records: { message in
                if untilNextLook == 0 {
                    clock = ArrivalClock.monotonic()
                    untilNextLook = 32
                }
                untilNextLook -= 1
                try receive(message, clock)
            })
        isReadOn = taken == Self.mostRecordsAtOnce
        readUpTo.note(
            taken: taken, beganNs: now, emptied: taken < Self.mostRecordsAtOnce,
            queued: { consumer.queuedCount })
    }

    func pollEvents(_ now: UInt64) throws {
        try consumer.poll(
            timeout: min(patience(now), .milliseconds(isBlocked ? 5 : 50)), max: 1,
            events: { try handle($0) }, records: { try receive($0, now) })
    }

    /// How long a poll may wait for something to come.
    private func patience(_ now: UInt64) -> Duration {
        if !outgoing.isEmpty && !isBlocked && now >= notBeforeNs { return .zero }
        var until = now + 100_000_000
        if let batch { until = min(until, batch.beganNs + commitIntervalNs) }
        for (due, _) in sleeping { until = min(until, due) }
        if configuration.plan.window.maxWait != nil { until = min(until, max(now, nextSweepNs)) }
        return until <= now ? .zero : .nanoseconds(Int64(until - now))
    }

    private func receive(_ message: borrowing ConsumedMessage, _ now: UInt64) throws {
        let slot = message.slot
        guard !isDraining, slot < lanesAtHand.count, let lane = lanesAtHand[slot] else { return }
        if statistics.read == 0 { statistics.firstRecordNs = now }
        statistics.read += 1
        let arrivalNs = arrivals.next(at: now)
        try lane._withUnsafeGuaranteedRef { lane in
            let before = lane.ready.count
            heldBytes += try lane.receive(message, arrivalNs: arrivalNs, nowNs: now)
            if lane.ready.count > before { noteClosed(lane, before) }
        }
    }

    /// The lane has more closed windows than `before`.
    func noteClosed(_ lane: Lane, _ before: Int) {
        for window in lane.ready[before...] {
            readyBytes += window.heldBytes
            gathered.bytes += window.heldBytes
        }
        if before == 0 { outgoing.append(lane) }
    }

    /// Closes windows that have waited for `maxWait`.
    func closeWaited(_ now: UInt64) {
        guard let longest = configuration.plan.window.maxWait?.wholeNanoseconds, now >= nextSweepNs
        else { return }
        nextSweepNs = now + min(20_000_000, max(1_000_000, longest / 8))
        if pressure.isHolding { return }
        for case let lane? in lanes {
            let before = lane.ready.count
            lane.closeIfWaited(readUpToNs: readUpTo.upToNs, longestNs: longest)
            if lane.ready.count > before { noteClosed(lane, before) }
        }
    }

    // MARK: Memory

    /// Forgets the newest open windows where there are too many bytes, and reads them again later.
    private func relieveMemory(_ now: UInt64) throws {
        let bound = configuration.memoryBytes
        if heldBytes > bound {
            let open = lanes.compactMap { $0 }.filter(\.hasOpen)
                .sorted { $0.open.openedNs > $1.open.openedNs }
            // The oldest one stays: somebody must get on.
            try forgetOpen(open.dropLast(), until: bound / 4 * 3)
        } else {
            try remember(now, bound)
        }
    }

    private func forgetOpen(_ open: some Sequence<Lane>, until target: Int) throws {
        var paused: [TopicPartition] = []
        for lane in open where heldBytes > target {
            heldBytes -= lane.forgetOpen()
            paused.append(lane.source)
        }
        if paused.isEmpty { return }
        if !pressure.isHolding { try consumer.pause(paused) }
        statistics.forgotten += paused.count
    }

    /// Goes on with partitions whose open window was forgotten.
    private func remember(_ now: UInt64, _ bound: Int) throws {
        if statistics.forgotten == 0 || pressure.isHolding { return }
        let forgotten = lanes.compactMap { $0 }.filter(\.isForgotten)
        if forgotten.isEmpty { return }
        if heldBytes >= bound / 2 {
            // Windows at the end of their partition may stand there for ever, and keep others out.
            guard now >= lastRotationNs + 1_000_000_000 else { return }
            lastRotationNs = now
            let idle = lanes.compactMap { $0 }.filter { $0.isAtEnd && $0.hasOpen }
                .sorted { $0.open.openedNs < $1.open.openedNs }
            try forgetOpen(idle, until: bound / 2)
            if heldBytes >= bound / 2 { return }
        }
        // A few at a time: all at once would only be forgotten again. In turn, so that each gets on.
        let some = forgotten.sorted { $0.open.openedNs < $1.open.openedNs }
            .prefix(max(1, lanes.count / 8))
        try consumer.seek(
            Dictionary(uniqueKeysWithValues: some.map { ($0.source, .offset($0.beginning)) }),
            timeout: .seconds(120))
        for lane in some { lane.remember() }
        try consumer.resume(some.map(\.source))
    }
}
