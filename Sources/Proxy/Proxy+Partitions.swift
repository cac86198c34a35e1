import KafkaClient
import Perturbation
import Recording
import Records

extension Proxy {
    func handle(_ event: ConsumerEvent) throws {
        metering.note(event)
        switch event {
        case .assigned(let partitions): try take(partitions)
        case .revoked(let partitions): try give(partitions)
        case .lost(let partitions): try lose(Set(partitions))
        case .endOfPartition(let slot, let offset):
            guard slot < lanes.count, let lane = lanes[slot] else { return }
            let before = lane.ready.count
            try lane.reachedEnd(at: offset)
            if lane.ready.count > before { noteClosed(lane, before) }
        case .offsetOutOfRange(let slot, let error):
            guard slot < lanes.count, let lane = lanes[slot] else { return }
            try reachBack(lane, error)
        case .maxPollExceeded(let error): observer.warn(error)
        case .error(let error):
            if error.isFatal || error.code.isPermanentForReader { throw error.withAdvice }
            observer.warn(error)
        }
    }

    var owned: [TopicPartition] { lanes.compactMap { $0?.source } }

    // MARK: Rebalances

    private func take(_ partitions: [TopicPartition]) throws {
        let membership = consumer.groupMetadata()
        let isConsecutive = isConsecutive(membership)
        // Reading positions may have to wait for somebody else's transaction, and nothing waits inside
        // one. Partitions that are kept go on where no generation was missed.
        if isConsecutive {
            committing.group = membership
            try commit()
        } else if !owned.isEmpty {
            _ = try abandonBatch()
            committing.group = membership
            try beginAnew()
        }
        committing.group = membership
        let started = try start(partitions)
        for point in started {
            consumer.start(point.segment.source, at: .offset(point.readFrom))
        }
        if pressure.isHolding {
            // The new ones are not paused: the next step decides for all of them.
            let isNew = Set(partitions)
            try consumer.resume(heldSources.filter { !isNew.contains($0) })
            pressure.reset()
        }
        hasAssignment = true
    }

    /// Whether the membership is the one at hand or the next: in between nobody else can have owned a
    /// partition that was kept.
    private func isConsecutive(_ membership: ConsumerGroupMetadata?) -> Bool {
        guard let old = committing.generation, let new = membership?.generation else { return true }
        return new == old || new == old + 1
    }

    /// The group takes partitions back, which are still owned: what was sent of them is committed.
    private func give(_ partitions: [TopicPartition]) throws {
        // A cooperative group is a generation further already.
        let membership = consumer.groupMetadata()
        if let generation = membership?.generation, generation >= 0, isConsecutive(membership) {
            committing.group = membership
        }
        try commit(leaving: partitions)
        try committing.drain()
        let gone = standings(of: partitions)
        forget(partitions)
        if !consumer.isClosed { observer.gone("given away", .revoked, gone) }
    }

    /// The partitions are another member's: what was sent of them is thrown away, if that can be.
    private func lose(_ partitions: Set<TopicPartition>) throws {
        committing.discard(partitions)
        let wasAbandoned = try abandonBatch()
        batch?.forget(partitions)
        let kept = owned.filter { !partitions.contains($0) }
        let gone = standings(of: Array(partitions))
        forget(Array(partitions))
        observer.gone("lost", .lost, gone)
        if wasAbandoned { try beginAnew(kept) }
    }

    /// The partitions with the start of the first window that was not committed.
    private func standings(of partitions: [TopicPartition]) -> [(TopicPartition, Offset?)] {
        partitions.sorted().map { source in
            let slot = consumer.slot(of: source)
            let lane = slot >= 0 && slot < lanes.count ? lanes[slot] : nil
            return (source, lane.map { $0.ready.first?.start ?? $0.open.start })
        }
    }

    // MARK: Beginning

    /// After an abort everything goes on from what is committed, as after a new assignment.
    func beginAnew(leaving: Set<TopicPartition> = []) throws {
        forget(Array(leaving))
        try beginAnew(owned)
    }

    private func beginAnew(_ partitions: [TopicPartition]) throws {
        if partitions.isEmpty { return }
        forget(partitions)
        // What was sent and cannot be taken back comes again: were it committed later, the position
        // would be on another segment than the one that begins here.
        committing.discard(Set(partitions))
        batch?.forget(Set(partitions))
        let membership = consumer.groupMetadata()
        if let generation = membership?.generation, generation < 0 {
            // The membership is gone; the loss of all partitions is about to be told.
            return
        }
        committing.group = membership
        var starts: [TopicPartition: StartOffset] = [:]
        for point in try start(partitions) {
            starts[point.segment.source] = .offset(point.readFrom)
        }
        try consumer.seek(starts, timeout: .seconds(120))
        try consumer.resume(partitions)
        pressure.reset()
    }

    /// Reads positions and begins a segment for each partition.
    private func start(_ partitions: [TopicPartition]) throws -> [StartingPoint] {
        if partitions.isEmpty { return [] }
        observer.meter?.expect(Self.longestStart)
        let partitions = partitions.sorted()
        let committed = try stablePositions(of: partitions)
        let ranges = try ends(of: partitions)
        let counts = try partitionsAtFirst(partitions.filter { committed[$0] == nil })
        let isAdded = { (source: TopicPartition) in
            source.partition >= Int32(clamping: counts[source.topic] ?? 0)
        }
        let firsts = try configuration.first.offsets(
            of: partitions.filter { committed[$0] == nil && !isAdded($0) }, ranges,
            asking: consumer)
        var beginnings: [ProxyObserver.PartitionBeginning] = []
        defer { observer.began(beginnings) }
        return try partitions.map { source in
            let range = ranges[source] ?? 0..<0
            var point = try positions.start(
                of: source, committed: committed[source],
                files: KnownOfFiles(
                    recording: journal.header.recording,
                    hasSettled: journal.settledSources.contains(source),
                    last: journal.word(on: source)),
                range: range,
                first: {
                    isAdded(source) ? range.lowerBound : firsts[source] ?? range.lowerBound
                })
            if point.partitionsAtFirst == nil { point.partitionsAtFirst = counts[source.topic] }
            beginnings.append(try open(point, range))
            if configuration.first.moves, committed[source] == nil {
                lanes[consumer.slot(of: source)]?.isUnplaced = true
                hasUnplaced = true
            }
            return point
        }
    }

    /// Positions, both ends and the time asked for, each with its patience.
    private static let longestStart = Duration.seconds(400)

    /// How many partitions the topics of new partitions had when the group began to read them.
    private func partitionsAtFirst(_ new: [TopicPartition]) throws -> [String: Int] {
        var result: [String: Int] = [:]
        for topic in Set(new.map(\.topic)).sorted() {
            result[topic] = inputs.partitionsAtStart[topic] ?? 0
            if configuration.first == .earliest { continue }
            let now = try consumer.topic(topic, asked: configuration.client)?.partitions.count ?? 0
            let known = try Proxy.committed(
                (0..<Int32(clamping: now)).map { TopicPartition(topic, $0) }, configuration,
                consumer
            )
            if let count = FirstPosition.partitions(of: topic, in: known.values) {
                result[topic] = count
            }
        }
        return result
    }

    /// A client that has just found its brokers again may not know a partition yet that it was given.
    private func ends(of partitions: [TopicPartition]) throws -> [TopicPartition: Range<Offset>] {
        let end = ArrivalClock.monotonic() + 30_000_000_000
        while true {
            do throws(KafkaError) {
                return try consumer.watermarks(partitions, timeout: .seconds(60))
            } catch {
                guard error.code == .unknownPartition, ArrivalClock.monotonic() < end else {
                    throw error
                }
                ArrivalClock.rest(ns: 200_000_000)
            }
        }
    }

    /// Positions while no transaction is about to move them: that of an instance that died ends when
    /// its time is up.
    private func stablePositions(
        of partitions: [TopicPartition]
    ) throws -> [TopicPartition: CommittedPosition] {
        if let senders {
            return try senders.take(partitions, waiting: { observer.notice($0) })
        }
        do throws(KafkaError) {
            return try consumer.committed(partitions, timeout: .seconds(5))
        } catch {
            guard error.isRetriable else { throw error }
            observer.notice(
                "waiting for the group's positions, which an unfinished transaction may be about to "
                    + "move (\(error.message))")
            return try consumer.committed(partitions, timeout: .seconds(180))
        }
    }

    private func open(
        _ point: StartingPoint, _ range: Range<Offset>
    ) throws -> ProxyObserver.PartitionBeginning {
        let source = point.segment.source
        let output = outputs[source.topic]
        let slot = consumer.slot(of: source)
        guard slot >= 0 else {
            throw ProxyError(.broker, "\(source) was assigned, and its name is none for the client")
        }
        let bound = configuration.untilEnd ? ranges[source]?.upperBound ?? point.segment.start : nil
        let sender = senders?[source]
        let lane = Lane(
            point, plan: configuration.plan, key: configuration.maskKey,
            journal: journal.begin(point.segment), producer: sender?.producer ?? producer,
            output: try sender?.output ?? output.flatMap { try producer?.topic($0) }, bound: bound,
            pool: windows)
        while lanes.count <= slot { lanes.append(nil) }
        lanes[slot] = lane
        return .init(
            source: source, start: point.segment.start, end: bound ?? range.upperBound,
            epoch: point.segment.epoch, output: output)
    }

    /// These partitions have no windows any more; what was committed of them stays.
    func forget(_ partitions: [TopicPartition]) {
        for source in partitions {
            let slot = consumer.slot(of: source)
            guard slot >= 0, slot < lanes.count, let lane = lanes[slot] else { continue }
            metering.keep(lane, slot: slot)
            heldBytes -= lane.open.heldBytes + lane.readyBytes
            readyBytes -= lane.readyBytes
            outgoing.removeAll { $0 === lane }
            sleeping.removeAll { $0.lane === lane }
            lanes[slot] = nil
        }
        senders?.release(partitions)
    }
}

extension KafkaError {
    /// What to do where a group does not take this member in; the broker gives no more than a name.
    fileprivate var withAdvice: KafkaError {
        var error = self
        switch code {
        case .invalidSessionTimeout:
            error.message +=
                "; session.timeout.ms must lie within the broker's group.min.session.timeout.ms and "
                + "group.max.session.timeout.ms (6 s and 30 min where nobody set them)"
        case .inconsistentGroupProtocol:
            error.message +=
                "; the group's members use another partition.assignment.strategy, of which all must "
                + "have one in common"
        default: break
        }
        return error
    }
}
