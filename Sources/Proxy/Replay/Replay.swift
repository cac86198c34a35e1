import Masking
import Perturbation
import Recording
import Records

/// Emits a recording again: as it was, as a schedule says, or as a plan decides.
public final class Replay {
    public enum What: Sendable {
        case asItWas
        /// Needs no windows and no generator.
        case schedule
        /// Windows and draws anew; closings of the recording's schedule are obeyed where one is given.
        case plan(Plan, scheduleTo: String?, tool: String)
    }

    /// Where records come from.
    public struct Input: Sendable {
        public var recordings: [String]
        /// Each recording's own, or none.
        public var schedules: [String]
        /// The group's positions, where the files cannot tell what counts.
        public var committed: [TopicPartition: Chain.Committed]?

        public init(
            recordings: [String], schedules: [String],
            committed: [TopicPartition: Chain.Committed]? = nil
        ) {
            self.recordings = recordings
            self.schedules = schedules
            self.committed = committed
        }

        var pairs: [(recording: String, schedule: String)] {
            zip(recordings, schedules).map { (recording: $0, schedule: $1) }
        }
    }

    public private(set) var delivered = 0
    private let source: any ReplaySource
    /// Stamps what a plan decides; a schedule's pieces come stamped.
    private let stamper: Stamper?
    private let sink: any ReplaySink
    private let output: (String) -> String
    private var outputs: [TopicPartition: TopicPartition] = [:]
    private var pacer: Pacer
    private let clock: ReplayClock
    private let meter: ReplayMeter?
    private var snapshot = ReplaySnapshot()
    /// Where each partition stands in the snapshot.
    private var places: [TopicPartition: Int] = [:]

    /// - Parameters:
    ///   - output: the topic that an input topic goes to.
    ///   - meter: where others look at the replay from their threads; nil where nobody does.
    /// - Throws: `RecordingError` where a file cannot be read, or what counts of it is in doubt.
    public init(
        _ input: Input, _ what: What, pace: Pace, to sink: any ReplaySink,
        output: @escaping (String) -> String, clock: ReplayClock = .system,
        meter: ReplayMeter? = nil
    ) throws {
        self.sink = sink
        self.output = output
        self.clock = clock
        self.meter = meter
        pacer = Pacer(pace)
        switch what {
        case .asItWas:
            stamper = nil
            source = try UnchangedSource(recording: Self.only(input))
        case .schedule:
            stamper = nil
            source = ScheduleSource(
                try ExpectedOutput(
                    input.pairs, committed: input.committed, asSent: Stamper.asSent,
                    checksAnchors: true))
        case .plan(let asked, let path, let tool):
            let plan = try RecordedPlan.resolved(asked, schedules: input.schedules)
            stamper = Stamper(plan)
            let windows: any WindowSource
            let id: String
            if input.schedules.isEmpty {
                let recording = try Self.only(input)
                windows = try RecordedWindows(recording: recording, plan: plan)
                id = try RecordingReader(path: recording).identity?.id ?? ""
            } else {
                windows = try JournaledWindows(input, plan: plan)
                id = try ScheduleReader(path: input.schedules[0]).header.recording
            }
            let journal = try path.map {
                try ReplayJournal(
                    creating: $0, header: ScheduleHeader(recording: id, tool: tool, plan: plan),
                    notesUntimed: !sink.keepsEveryTimestamp)
            }
            source = PlanSource(windows, journal: journal)
        }
    }

    private static func only(_ input: Input) throws -> String {
        guard input.recordings.count == 1 else {
            throw RecordingError(
                .mismatch, input.recordings.joined(separator: ", "),
                "several recordings go together by their schedules only; give those too")
        }
        return input.recordings[0]
    }

    /// Removes the files that a replay which failed has begun: recording and schedule.
    public func discard() {
        sink.discard()
        source.discard()
    }

    /// Emits everything, or until it is told to stop. Either way the sink is finished, and a schedule
    /// that is written says how far the replay came.
    public func run(
        shouldStop: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
    ) throws {
        meter?.enter(.running)
        defer { meter?.enter(.ended) }
        let beganNs = clock.now()
        var isStopped = false
        while !isStopped, let pieces = try source.next() {
            for piece in pieces {
                let place = place(of: piece.records.source)
                snapshot.partitions[place].read += piece.records.count
                let count = try emit(piece, at: place, since: beganNs, shouldStop)
                try source.emitted(count, of: piece)
                progress(delivered)
                tell()
                if count < piece.outcome.deliveries.count || shouldStop() {
                    isStopped = true
                    break
                }
            }
        }
        try sink.finish(waiting: tell)
        try source.close()
    }

    /// - Returns: how many deliveries were emitted before it was told to stop.
    private func emit(
        _ piece: ReplayPiece, at place: Int, since beganNs: UInt64, _ shouldStop: () -> Bool
    ) throws -> Int {
        let output = output(of: piece.records.source)
        let deliveries = piece.outcome.deliveries
        let records = try stamper?.stamped(piece.records) ?? piece.records
        return try records.withUnsafeBytes { bytes in
            for (index, delivery) in deliveries.enumerated() {
                if !pacer.isFull {
                    let due = pacer.due(delivery, of: piece)
                    if try !wait(until: beganNs &+ due, shouldStop) { return index }
                    if meter != nil { snapshot.lateNs = clock.now() &- (beganNs &+ due) }
                }
                var changed: [UInt8]??
                if delivery.isCorrupted {
                    let original = records.entries[Int(delivery.slot)].valueRange
                        .map { Array(bytes[$0]) }
                    changed = .some(
                        try piece.outcome.changedValue(of: delivery, original: original))
                }
                try sink.emit(
                    ReplayDelivery(
                        output: output, entry: records.entries[Int(delivery.slot)],
                        bytes: bytes, copy: delivery.copy, changedValue: changed),
                    waiting: tell)
                delivered += 1
                snapshot.partitions[place].emitted += 1
                snapshot.arrivalNs = records.entries[Int(delivery.slot)].arrivalNs
            }
            return deliveries.count
        }
    }

    private func place(of source: TopicPartition) -> Int {
        if let known = places[source] { return known }
        snapshot.partitions.append(.init(source: source))
        places[source] = snapshot.partitions.count - 1
        return snapshot.partitions.count - 1
    }

    /// Tells those who look that it goes on.
    private func tell() {
        meter?.turn(ArrivalClock.monotonic()) {
            var snapshot = snapshot
            snapshot.outstanding = sink.outstanding
            return snapshot
        }
    }

    private func output(of source: TopicPartition) -> TopicPartition {
        if let known = outputs[source] { return known }
        let new = TopicPartition(output(source.topic), source.partition)
        outputs[source] = new
        return new
    }

    /// False where the replay was told to stop meanwhile.
    private func wait(until dueNs: UInt64, _ shouldStop: () -> Bool) throws -> Bool {
        while true {
            if shouldStop() { return false }
            tell()
            let now = clock.now()
            if now >= dueNs { return true }
            clock.sleep(min(dueNs - now, 100_000_000))
        }
    }
}
