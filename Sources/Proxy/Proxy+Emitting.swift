import KafkaClient
import Perturbation
import Recording
import Records

extension Proxy {
    /// Whether the batch is to be committed now.
    func isDue(_ batch: Batch, _ now: UInt64) -> Bool {
        if isFull(batch, now) { return true }
        // Nothing more will come: no need to wait.
        return configuration.untilEnd && isAllEmitted && lanes.allSatisfy { $0?.isDone ?? true }
    }

    private func isFull(_ batch: Batch, _ now: UInt64) -> Bool {
        batch.bytes >= configuration.commitBytes || now >= batch.beganNs + commitIntervalNs
    }

    // MARK: Emission

    /// Sends what is due, lane by lane.
    func emit(_ now: UInt64) throws {
        isBlocked = false
        if now < notBeforeNs { return }
        if !sleeping.isEmpty { wake(now) }
        if outgoing.isEmpty { return }
        if batch == nil && committing.isBusy {
            isBlocked = true
            return
        }
        if committing.isSeenAtOnce {
            if isGathering(now) { return }
            try writeAhead()
        }
        gathered = (0, now)
        var done = 0
        loop: while done < outgoing.count {
            switch try emit(outgoing[done], now) {
            case .emptied: done += 1
            case .blocked:
                isBlocked = true
                break loop
            // Everything was begun anew: the lanes at hand are no more.
            case .aborted: return
            }
        }
        outgoing.removeFirst(done)
    }

    /// What is seen at once is written ahead of every emission, a chunk each time: while records come as
    /// fast as they are taken, windows are gathered for a moment, as larger chunks take less work.
    private func isGathering(_ now: UInt64) -> Bool {
        journal.isRecording && isReadOn && gathered.bytes < Self.mostGatheredBytes
            && now < gathered.sinceNs + Self.longestGatherNs
    }

    private static let mostGatheredBytes = 262_144
    private static let longestGatherNs: UInt64 = 5_000_000

    private enum LaneResult {
        /// Nothing is left, or the rest waits for its time.
        case emptied
        case blocked
        case aborted
    }

    private func emit(_ lane: Lane, _ now: UInt64) throws -> LaneResult {
        while !lane.ready.isEmpty {
            let due = emitter.firstDue(of: lane)
            if due > now {
                sleeping.append((due, lane))
                return .emptied
            }
            if committing.isSeenAtOnce, try emitter.writeAhead(of: lane) { try journal.flush() }
            let current = try batch ?? beginBatch()
            let result: Emitter.Result
            do {
                try committing.enter(lane.source)
                result = try emitter.emitFirst(of: lane, into: current, nowNs: now)
            } catch let error as KafkaError where error.code == .wrongState {
                try redo(current, since: error)
                return .aborted
            }
            switch result {
            case .done:
                traceEmission(of: lane)
                let freed = lane.recycleFirst()
                readyBytes -= freed
                heldBytes -= freed
            case .waits(let until):
                sleeping.append((until, lane))
                return .emptied
            case .blocked:
                try checkRoom(for: lane)
                return .blocked
            }
            if isFull(current, now), try !commit() { return .aborted }
        }
        return .emptied
    }

    private func traceEmission(of lane: Lane) {
        let window = lane.ready[0]
        observer.log.trace(
            "\(lane.source): window from \(window.start) to \(window.next - 1), "
                + "\(window.outcome.deliveries.count) deliveries",
            metadata: .event(.emitted, lane.source, offset: window.start).with([
                "through": .integer(window.next - 1),
                "records": .integer(Int64(window.block.count)),
                "deliveries": .integer(Int64(window.outcome.deliveries.count)),
            ]))
    }

    /// A queue that is empty and full at once is too small for the record.
    private func checkRoom(for lane: Lane) throws(ProxyError) {
        guard let producer, producer.outstanding == 0, !lane.ready.isEmpty else { return }
        let window = lane.ready[0]
        let delivery = window.outcome.deliveries[window.emitted]
        let entry = window.block.entries[Int(delivery.slot)]
        let room = configuration.sendingKilobytes
        guard Int(entry.payloadBytes) > room * 1024 else { return }
        throw ProxyError(
            .conflict,
            "\(lane.source)@\(entry.offset) has \(entry.payloadBytes) bytes, and the client holds "
                + "\(room) KiB of records that are being sent, a quarter of --memory: raise that and "
                + "start again, nothing is lost")
    }

    /// The client takes no more records: something that happened meanwhile, a fence or a timeout, must be
    /// answered first.
    private func redo(_ current: Batch, since error: KafkaError) throws {
        if let fatal = producer?.fatalError ?? senders?.fatalError { throw fatal }
        batch = nil
        var failed = error
        failed.requiresAbort = true
        failed.isRetriable = false
        try recover(from: failed, inBatch: current.number, leaving: [], hasFailed: true)
    }

    /// Commits where partitions begin whose first position would be another the next time (`--from latest`):
    /// what comes from there on is read, also by a run that finds none of this one's windows.
    func holdFirstPositions() throws {
        guard hasUnplaced, !committing.isBusy, ArrivalClock.monotonic() >= notBeforeNs else {
            return
        }
        hasUnplaced = false
        for case let lane? in lanes where lane.isUnplaced {
            try emitter.passOver(to: lane.noted, of: lane, into: try batch ?? beginBatch())
        }
        if batch != nil { try commit() }
    }

    /// Moves the positions of partitions all of whose records were left out for a while: so they do not
    /// stand still, and a restart reads less of them again. Every few seconds, and at the end.
    func passOver(_ now: UInt64) throws {
        guard configuration.plan.isSparse, now >= nextPassNs, !committing.isBusy else { return }
        let clock = ArrivalClock.monotonic()
        if clock < notBeforeNs { return }
        nextPassNs = clock + Self.passIntervalNs
        for case let lane? in lanes {
            guard let next = lane.passedOver else { continue }
            try emitter.passOver(to: next, of: lane, into: try batch ?? beginBatch())
        }
    }

    private static let passIntervalNs: UInt64 = 2_000_000_000

    private func writeAhead() throws {
        var wrote = false
        for lane in outgoing where emitter.firstDue(of: lane) <= ArrivalClock.monotonic() {
            if try emitter.writeAhead(of: lane) { wrote = true }
        }
        if wrote { try journal.flush() }
    }

    private func wake(_ now: UInt64) {
        var awake = sleeping.filter { $0.untilNs <= now }.map(\.lane)
        // Who was served longest ago comes first: none waits for ever behind a full one.
        if emitter.isLimited { awake.sort { $0.turn < $1.turn } }
        outgoing += awake
        sleeping.removeAll { $0.untilNs <= now }
    }

    /// Its time runs from here on: a turn's own time may be older than the commit of the batch before.
    private func beginBatch() throws -> Batch {
        batchCount += 1
        try committing.begin(batch: batchCount)
        let now = ArrivalClock.monotonic()
        transactionBeganNs = now
        let new = Batch(
            number: batchCount, beganNs: now, isMeasured: observer.meter != nil)
        batch = new
        return new
    }

    // MARK: Commit

    /// Ends the batch at hand: written ahead, then committed.
    ///
    /// - Parameter leaving: partitions that are about to be given away.
    /// - Returns: false where it was aborted; everything is then begun anew.
    @discardableResult
    func commit(leaving: [TopicPartition] = []) throws -> Bool {
        guard let batch else { return true }
        self.batch = nil
        observer.meter?.expect(Self.longestCommit)
        let complete = CompleteBatch(
            batch, recording: journal.header.recording, planDigest: positions.planDigest)
        do {
            try committing.commit(complete)
        } catch let error as RecordingError {
            // Nothing was sent to be committed: the end of the run throws it away.
            self.batch = batch
            throw error
        } catch {
            let isOwn = (error as? KafkaError)?.code == .illegalGeneration
            try recover(
                from: error, inBatch: batch.number, leaving: Set(leaving), hasFailed: !isOwn)
            return false
        }
        consecutiveAborts = 0
        transactionBeganNs = nil
        statistics.add(batch.tally)
        if journal.failure != nil { statistics.unrecorded += batch.tally.records }
        metering.settle(batch, at: ArrivalClock.monotonic())
        observer.log.debug(
            "committed \(batch.tally.records) records of \(batch.tally.windows) windows",
            metadata: .event(.committed).with([
                "records": .integer(Int64(batch.tally.records)),
                "windows": .integer(Int64(batch.tally.windows)),
                "batch": .integer(Int64(batch.number)),
            ]))
        return true
    }

    /// Two steps, each with the client's patience.
    private static let longestCommit = patience * 2

    private static let mostAborts = 20

    /// An aborted transaction is redone from the committed positions; anything else ends the run.
    private func recover(
        from error: any Error, inBatch number: Int, leaving: Set<TopicPartition>, hasFailed: Bool
    ) throws {
        let failure = error as? DeliveryFailure
        guard let kafka = failure?.transaction ?? (error as? KafkaError), kafka.requiresAbort else {
            throw error
        }
        guard try committing.abandon(batch: number, hasFailed: hasFailed) else {
            throw error
        }
        statistics.aborted += 1
        transactionBeganNs = nil
        if let failed = failure?.error ?? committing.failedDelivery,
            failed.code.isPermanentForRecord
        {
            throw failed
        }
        if kafka.code.isPermanentForRecord { throw kafka }
        consecutiveAborts += 1
        if consecutiveAborts > Self.mostAborts { throw error }
        let cause = failure?.error ?? kafka
        observer.notice(
            "a transaction was aborted and is done again: \(cause)", .warning,
            metadata: .event(.aborted, cause.source).with(["code": .string(cause.name)]))
        // More patient each time, up to five seconds.
        let pauseMs = min(5000, 10 << min(consecutiveAborts, 9))
        notBeforeNs = ArrivalClock.monotonic() + UInt64(pauseMs) * 1_000_000
        try beginAnew(leaving: leaving)
    }

    /// Throws away the batch at hand, if the guarantee knows how.
    ///
    /// - Returns: false where there is none, or what was sent cannot be taken back.
    func abandonBatch() throws -> Bool {
        guard let batch else { return false }
        guard try committing.abandon(batch: batch.number, hasFailed: false) else {
            return false
        }
        self.batch = nil
        transactionBeganNs = nil
        statistics.aborted += 1
        return true
    }
}
