import KafkaClient
import Perturbation
import Recording
import Records

/// The live host: reads the input topics as a member of a group, perturbs window by window and sends
/// what comes of it to the output topics, everything written ahead.
///
/// One thread does all of it; `run()` returns when it is told to stop, when everything up to the end was
/// passed (`untilEnd`), or throws.
public final class Proxy {
    public let configuration: ProxyConfiguration
    public private(set) var statistics = ProxyStatistics()

    let consumer: Consumer
    let producer: Producer
    let journal: Journal
    let committing: any Committing
    let emitter: Emitter
    let observer: ProxyObserver
    /// Partitions of which an earlier run's files know a commit.
    let settledBefore: Set<TopicPartition>
    private let planDigest: String

    /// By the consumer's slot.
    var lanes: [Lane?] = []
    /// Lanes with closed windows, in the order in which those were closed.
    private var outgoing: [Lane] = []
    /// Lanes whose first window waits for its time.
    private var sleeping: [(untilNs: UInt64, lane: Lane)] = []
    private var batch: Batch?
    private var batches = 0
    private var arrivals: ArrivalClock
    private var bufferedBytes = 0
    private var lastPollNs: UInt64 = 0
    private var lastSweepNs: UInt64 = 0
    private var consecutiveAborts = 0
    private var blocked = false
    private var hasAssignment = false

    init(
        _ configuration: ProxyConfiguration, consumer: Consumer, producer: Producer,
        journal: Journal, committing: any Committing, settledBefore: Set<TopicPartition>,
        observer: ProxyObserver
    ) {
        self.configuration = configuration
        self.consumer = consumer
        self.producer = producer
        self.journal = journal
        self.committing = committing
        self.settledBefore = settledBefore
        self.observer = observer
        emitter = Emitter(producer, journal)
        planDigest = configuration.plan.digest
        arrivals = ArrivalClock(after: journal.lastArrivalNs)
    }

    /// Windows on their way hold no more than this before reading slows down.
    private var mostReadyBytes: Int { configuration.memoryBytes / 4 }

    // MARK: The loop

    /// Runs until `shouldStop` says so or the end is reached. On return whole windows are emitted and
    /// committed, open ones forgotten, the files closed.
    ///
    /// - Throws: `ProxyError`, `KafkaError`, `RecordingError`. The files are then as a kill would have
    ///   left them: the next run goes on from there.
    public func run(shouldStop: () -> Bool) throws {
        try consumer.subscribe(to: configuration.routes.map(\.input))
        while !shouldStop() {
            try turn()
            if configuration.untilEnd && isFinished { break }
        }
        try finish()
    }

    private func turn() throws {
        let now = ArrivalClock.monotonic()
        try poll(now)
        let after = ArrivalClock.monotonic()
        closeWaited(after)
        try emit(after)
        if let batch, isDue(batch, after) { try commit() }
        try committing.serve()
        observer.progress(statistics, after)
    }

    private var isFinished: Bool {
        hasAssignment && outgoing.isEmpty && sleeping.isEmpty && batch == nil
            && lanes.allSatisfy { $0?.isDone ?? true }
    }

    private func isDue(_ batch: Batch, _ now: UInt64) -> Bool {
        now >= batch.beganNs + configuration.commitInterval.wholeNanoseconds
            || batch.bytes >= configuration.commitBytes
            || (configuration.untilEnd && outgoing.isEmpty && sleeping.isEmpty
                && lanes.allSatisfy { $0?.isDone ?? true })
    }

    /// Reads on, unless more than enough is on its way; but never so seldom that the group gives up.
    private func poll(_ now: UInt64) throws {
        let isFull = blocked || readyBytes >= mostReadyBytes
        if isFull && now < lastPollNs + 500_000_000 {
            producer.poll(timeout: .milliseconds(5))
            return
        }
        lastPollNs = now
        try consumer.poll(
            timeout: patience(now), max: isFull ? 1 : 2048, events: { try handle($0) },
            records: { message in try receive(message) })
        try relieveMemory()
    }

    /// How long a poll may wait for something to come.
    private func patience(_ now: UInt64) -> Duration {
        var until = now + 100_000_000
        if !outgoing.isEmpty { return .zero }
        if let batch {
            until = min(until, batch.beganNs + configuration.commitInterval.wholeNanoseconds)
        }
        for (due, _) in sleeping { until = min(until, due) }
        if configuration.plan.window.maxWait != nil,
            lanes.contains(where: { $0?.openBytes ?? 0 > 0 })
        {
            until = min(until, now + 20_000_000)
        }
        return until <= now ? .zero : .nanoseconds(Int64(until - now))
    }

    private var readyBytes = 0

    private func receive(_ message: borrowing ConsumedMessage) throws {
        guard message.slot < lanes.count, let lane = lanes[message.slot] else { return }
        let closedBefore = lane.ready.count
        let now = ArrivalClock.monotonic()
        let grown = try lane.receive(
            message, arrivalNs: arrivals.next(at: ArrivalClock.now()), nowNs: now)
        bufferedBytes += grown
        statistics.consumed += 1
        statistics.consumedBytes += grown
        if lane.ready.count > closedBefore { noteClosed(lane, closedBefore) }
    }

    private func noteClosed(_ lane: Lane, _ before: Int) {
        for window in lane.ready[before...] {
            statistics.windows += 1
            statistics.counts += window.outcome.counts
            readyBytes += window.block.byteCount
        }
        if before == 0 { outgoing.append(lane) }
    }

    private func closeWaited(_ now: UInt64) {
        let longest = configuration.plan.window.maxWait?.wholeNanoseconds
        guard now >= lastSweepNs + 10_000_000 else { return }
        lastSweepNs = now
        for case let lane? in lanes {
            let before = lane.ready.count
            if let longest { lane.closeIfWaited(nowNs: now, longestNs: longest) }
            if lane.ready.count > before { noteClosed(lane, before) }
        }
    }

    // MARK: Emission

    private func emit(_ now: UInt64) throws {
        blocked = false
        if !sleeping.isEmpty { wake(now) }
        var index = 0
        while index < outgoing.count, !blocked {
            let lane = outgoing[index]
            var waits = false
            while !lane.ready.isEmpty && !blocked && !waits {
                let due = emitter.firstDue(of: lane)
                if due > now {
                    sleeping.append((due, lane))
                    waits = true
                    break
                }
                if batch == nil { try beginBatch(now) }
                guard var current = batch else { break }
                let result = try emitter.emitFirst(of: lane, into: &current, nowNs: now)
                batch = current
                switch result {
                case .done:
                    readyBytes -= lane.ready[0].block.byteCount
                    bufferedBytes -= lane.ready[0].block.byteCount
                    lane.recycleFirst()
                case .waits(let until):
                    sleeping.append((until, lane))
                    waits = true
                case .blocked: blocked = true
                }
                if let batch, isDue(batch, now) { try commit() }
            }
            if blocked { break }
            index += 1
        }
        outgoing.removeFirst(index)
    }

    private func wake(_ now: UInt64) {
        for (until, lane) in sleeping where until <= now { outgoing.append(lane) }
        sleeping.removeAll { $0.untilNs <= now }
    }

    private func beginBatch(_ now: UInt64) throws {
        batches += 1
        let new = Batch(number: batches, beganNs: now)
        try committing.begin(new)
        batch = new
    }

    /// Ends the batch at hand: written ahead, then committed.
    private func commit() throws {
        guard let batch else { return }
        self.batch = nil
        try journal.checkpoint(batch.next)
        if configuration.synchronizes { try journal.synchronize() }
        let positions = batch.next.map { source, position in
            CommittedPosition(
                source, offset: position.next,
                metadata: metadata(of: source, position).text)
        }.sorted { $0.source < $1.source }
        do {
            try committing.commit(batch, positions: positions)
            journal.committed()
            consecutiveAborts = 0
            statistics.transactions += 1
        } catch {
            try recover(from: error, batch)
        }
    }

    private func metadata(
        of source: TopicPartition, _ position: Journal.PositionToCommit
    ) -> CommitMetadata {
        CommitMetadata(
            recording: journal.header.recording, epoch: journal.epoch(of: source) ?? 0,
            plan: planDigest,
            part: position.part.map { .init(through: $0.through, emitted: $0.emitted) })
    }

    /// An aborted transaction is redone from the committed positions; anything else ends the run.
    private func recover(from error: any Error, _ batch: Batch) throws {
        let cause = (error as? DeliveryFailure)?.transaction ?? error
        guard let kafka = cause as? KafkaError, kafka.requiresAbort else { throw explained(error) }
        if let failure = error as? DeliveryFailure, failure.error.code.isPermanentForRecord {
            _ = try? committing.abandon(batch)
            try journal.rollBack()
            throw explained(error)
        }
        consecutiveAborts += 1
        if consecutiveAborts > 10 { throw explained(error) }
        observer.notice("transaction aborted and redone: \(error)")
        try abandon(batch)
        try reread(lanes.compactMap { $0?.source })
    }

    private func explained(_ error: any Error) -> any Error {
        let kafka = error as? KafkaError ?? (error as? DeliveryFailure)?.error
        guard let kafka else { return error }
        if kafka.code == .fenced || kafka.code == .invalidProducerEpoch {
            return ProxyError(
                .fenced,
                "another instance runs under the name \(configuration.instance), or this one was "
                    + "silent for longer than its transaction timeout: \(kafka)")
        }
        return ProxyError(.broker, kafka.description)
    }

    private func abandon(_ batch: Batch) throws {
        guard try committing.abandon(batch) else { return }
        statistics.aborted += 1
        try journal.rollBack()
    }

    // MARK: Partitions

    private func handle(_ event: ConsumerEvent) throws {
        switch event {
        case .assigned(let partitions):
            committing.group = consumer.groupMetadata()
            try begin(partitions)
            hasAssignment = true
        case .revoked(let partitions):
            try endBatch()
            try committing.drain()
            forget(partitions)
            observer.notice("revoked: \(Self.list(partitions))")
        case .lost(let partitions):
            if let batch {
                self.batch = nil
                try abandon(batch)
            }
            let kept = lanes.compactMap { $0?.source }.filter { !partitions.contains($0) }
            forget(partitions)
            if configuration.delivery == .exactlyOnce { try reread(kept) }
            observer.notice("lost: \(Self.list(partitions))")
        case .endOfPartition(let slot, let offset):
            guard slot < lanes.count, let lane = lanes[slot] else { return }
            let before = lane.ready.count
            lane.reachedEnd(at: offset)
            if lane.ready.count > before { noteClosed(lane, before) }
        case .offsetOutOfRange(let slot, let error):
            let source = consumer.partition(ofSlot: slot)
            throw ProxyError(
                .conflict,
                "\(source): the position is no longer in the log (\(error.message)); records were "
                    + "deleted before they were read, or the topic was made anew: begin a new "
                    + "recording with another group")
        case .maxPollExceeded(let error): observer.notice("\(error)")
        case .error(let error):
            if error.isFatal || error.code.isPermanentForReader { throw explained(error) }
            observer.notice("\(error)")
        }
    }

    /// Commits what was emitted so far, in time for partitions that are taken away.
    private func endBatch() throws {
        if batch != nil { try commit() }
    }

    private func forget(_ partitions: [TopicPartition]) {
        for source in partitions {
            let slot = consumer.slot(of: source)
            guard slot < lanes.count, let lane = lanes[slot] else { continue }
            bufferedBytes -= lane.openBytes
            for window in lane.ready {
                bufferedBytes -= window.block.byteCount
                readyBytes -= window.block.byteCount
            }
            outgoing.removeAll { $0 === lane }
            sleeping.removeAll { $0.lane === lane }
            journal.forget(source)
            lanes[slot] = nil
        }
    }

    /// Reads positions, begins a segment for each partition, and says where reading starts.
    private func begin(_ partitions: [TopicPartition]) throws {
        for segment in try segments(for: partitions) {
            consumer.start(segment.source, at: .offset(segment.start))
        }
    }

    /// After an abort: everything goes on from what is committed, as after a new assignment.
    private func reread(_ partitions: [TopicPartition]) throws {
        if partitions.isEmpty { return }
        forget(partitions)
        committing.group = consumer.groupMetadata()
        var starts: [TopicPartition: StartOffset] = [:]
        for segment in try segments(for: partitions) {
            starts[segment.source] = .offset(segment.start)
        }
        try consumer.seek(starts, timeout: .seconds(30))
    }

    private func segments(for partitions: [TopicPartition]) throws -> [Segment] {
        if partitions.isEmpty { return [] }
        let committed = try consumer.committed(partitions, timeout: .seconds(60))
        let watermarks = try consumer.watermarks(partitions, timeout: .seconds(60))
        var segments: [Segment] = []
        for source in partitions.sorted() {
            let range = watermarks[source] ?? 0..<0
            let segment = try Positions.segment(
                of: source, committed: committed[source],
                hasSettled: settledBefore.contains(source), planDigest: planDigest,
                first: { try first(of: source, range) })
            try open(segment, range)
            segments.append(segment)
        }
        return segments
    }

    private func open(_ segment: Segment, _ range: Range<Offset>) throws {
        guard let route = configuration.routes.first(where: { $0.input == segment.source.topic })
        else { throw ProxyError(.refused, "\(segment.source) is assigned but no input of ours") }
        let slot = consumer.slot(of: segment.source)
        let lane = Lane(
            segment: segment, slot: slot, plan: configuration.plan,
            output: try producer.topic(route.output), outputName: route.output,
            bound: configuration.untilEnd ? range.upperBound : nil)
        while lanes.count <= slot { lanes.append(nil) }
        lanes[slot] = lane
        journal.begin(segment)
        observer.began(segment, end: range.upperBound, output: route.output)
    }

    private func first(of source: TopicPartition, _ range: Range<Offset>) throws -> Offset {
        switch configuration.first {
        case .earliest: return range.lowerBound
        case .latest: return range.upperBound
        case .offset(let offset):
            guard offset >= range.lowerBound && offset <= range.upperBound else {
                throw ProxyError(
                    .refused,
                    "--from offset \(offset) is not in \(source), which holds "
                        + "\(range.lowerBound)..\(range.upperBound)")
            }
            return offset
        case .time(let milliseconds):
            let found = try consumer.offsets(
                at: milliseconds, of: [source], timeout: .seconds(30))
            return found[source] ?? range.upperBound
        }
    }

    // MARK: Memory

    /// Forgets the newest open windows where there are too many bytes, and reads them again later.
    private func relieveMemory() throws {
        let bound = configuration.memoryBytes
        if bufferedBytes > bound {
            let open = lanes.compactMap { $0 }
                .filter { $0.openBytes > 0 && !$0.isForgotten }
                .sorted { $0.open.openedNs > $1.open.openedNs }
            var paused: [TopicPartition] = []
            let now = ArrivalClock.monotonic()
            for lane in open where bufferedBytes > bound / 4 * 3 && paused.count + 1 < open.count {
                bufferedBytes -= lane.forgetOpen()
                lane.pausedSinceNs = now
                paused.append(lane.source)
            }
            if !paused.isEmpty { try consumer.pause(paused) }
            statistics.forgotten += paused.count
        } else if bufferedBytes < bound / 2 {
            let waiting = lanes.compactMap { $0 }.filter(\.isForgotten)
            guard !waiting.isEmpty else { return }
            // A few at a time: all at once would only be forgotten again.
            let some = waiting.prefix(max(1, lanes.count / 8))
            try consumer.seek(
                Dictionary(
                    uniqueKeysWithValues: some.map { ($0.source, .offset($0.open.start)) }),
                timeout: .seconds(30))
            for lane in some {
                lane.isForgotten = false
                lane.pausedSinceNs = 0
            }
            try consumer.resume(some.map(\.source))
        }
    }

    // MARK: The end

    /// Emits whole windows, commits, forgets open ones, leaves the group and closes the files.
    private func finish() throws {
        while !outgoing.isEmpty {
            let now = ArrivalClock.monotonic()
            try emit(now)
            if blocked { producer.poll(timeout: .milliseconds(10)) }
        }
        try endBatch()
        try committing.drain()
        // Leaving the group revokes what is owned: the handler finds nothing left to commit.
        try consumer.close(events: { try handle($0) })
        try journal.close()
        observer.progress(statistics, ArrivalClock.monotonic(), isLast: true)
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        partitions.sorted().map(\.description).joined(separator: ", ")
    }
}
