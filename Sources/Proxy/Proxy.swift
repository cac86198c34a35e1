import KafkaClient
import Masking
import Perturbation
import Recording
import Records

/// The live host: reads the input topics as a member of a group, perturbs window by window and sends
/// what comes of it to the output topics, everything written ahead.
///
/// One thread does all of it; `run(shouldStop:)` returns when it is told to stop, when everything up to
/// the end was passed (`untilEnd`), or throws.
///
/// What every record touches is not checked for exclusive access at run time (`@exclusivity(unchecked)`,
/// here, in ``Lane`` and in ``WindowBuffer``): the checks were a twentieth of all instructions, and no
/// closure that is lent one of these properties comes back here.
public final class Proxy {
    public internal(set) var configuration: ProxyConfiguration
    /// What its topics were found by.
    let routing: Routing
    @exclusivity(unchecked) public internal(set) var statistics = ProxyStatistics()

    let consumer: Consumer
    /// nil where nothing is sent, and where each partition has a producer of its own.
    let producer: Producer?
    let senders: PartitionSenders?
    let journal: Journal
    let committing: any Committing
    let emitter: Emitter
    let observer: ProxyObserver
    let positions: Positions
    let inputs: Inputs
    var outputs: [String: String]
    let commitIntervalNs: UInt64

    /// By the consumer's slot.
    @exclusivity(unchecked) var lanes: [Lane?] = [] {
        didSet { lanesAtHand = lanes.map { $0.map(Unmanaged.passUnretained) } }
    }
    /// The same without a count of references: every record looks its lane up here.
    @exclusivity(unchecked) private(set) var lanesAtHand: [Unmanaged<Lane>?] = []
    let windows = WindowPool()
    /// What each partition held at the start, with `--until-end`, and whether the group has passed it.
    var ranges: [TopicPartition: Range<Offset>] = [:]
    var passage = Passage()
    var hasAssignment = false
    /// Some partition's first position is not committed and would be another the next time.
    var hasUnplaced = false
    var metering = Metering()

    // Proxy+Reading.swift
    @exclusivity(unchecked) var arrivals: ArrivalClock
    var readUpTo = ReadMark()
    var nextSweepNs: UInt64 = 0
    /// Bytes of records held, and those of them in closed windows.
    @exclusivity(unchecked) var heldBytes = 0
    @exclusivity(unchecked) var readyBytes = 0
    var pressure = Pressure()
    var lastRotationNs: UInt64 = 0

    // Proxy+Emitting.swift
    /// Lanes with closed windows, in the order in which those were closed.
    @exclusivity(unchecked) var outgoing: [Lane] = []
    /// Lanes whose first window waits for its time.
    var sleeping: [(untilNs: UInt64, lane: Lane)] = []
    var batch: Batch?
    var batchCount = 0
    /// Bytes of windows that were closed since the last emission, and when that was.
    @exclusivity(unchecked) var gathered: (bytes: Int, sinceNs: UInt64) = (0, 0)
    /// The last poll took as much as it could.
    var isReadOn = false
    /// When the transaction at hand began, in nanoseconds of the monotonic clock.
    var transactionBeganNs: UInt64?
    let standstill = Standstill()
    /// The client's queue was full when something was to be sent.
    var isBlocked = false
    var consecutiveAborts = 0
    /// After an abort: no transaction begins before that.
    var notBeforeNs: UInt64 = 0
    /// When partitions without any window are looked at next.
    var nextPassNs: UInt64 = 0

    // Proxy+Retention.swift
    /// nil where files are kept for ever.
    let retained: RetainedPairs?
    let cluster: String
    var nextSweepNsOfFiles: UInt64 = 0

    // Proxy+Topics.swift
    var nextTopicsNs: UInt64 = 0
    var toldTopics: Set<String> = []

    init(
        _ configuration: ProxyConfiguration, consumer: Consumer, producer: Producer?,
        senders: PartitionSenders?, journal: Journal, committing: any Committing,
        observer: ProxyObserver, routing: Routing, inputs: Inputs, retained: RetainedPairs?,
        cluster: String
    ) {
        self.retained = retained
        self.cluster = cluster
        self.configuration = configuration
        self.routing = routing
        self.consumer = consumer
        self.producer = producer
        self.senders = senders
        self.journal = journal
        self.committing = committing
        self.observer = observer
        self.inputs = inputs
        commitIntervalNs = configuration.commitInterval.wholeNanoseconds
        emitter = Emitter(
            journal, Stamper(configuration.plan), RateLimit(configuration.maxRates))
        positions = Positions(
            group: configuration.group, planDigest: configuration.plan.digest,
            policy: configuration.onOffsetOutOfRange)
        outputs = Dictionary(
            uniqueKeysWithValues: configuration.routes.compactMap { route in
                route.output.map { (route.input, $0) }
            })
        arrivals = ArrivalClock(after: journal.lastArrivalNs)
        journal.outlivesFailure = configuration.outlivesRecording
        journal.onFailure = { [weak self] in self?.recordingFailed($0) }
    }

    private func recordingFailed(_ error: RecordingError) {
        statistics.recordingFailure = error
        observer.notice(
            "\(error); going on without files: what is sent from here on is in none of them",
            .error, metadata: .event(.unrecorded))
    }

    /// Runs until `shouldStop` says so or the end is reached. On return whole windows are emitted and
    /// committed, open ones forgotten, the files closed.
    ///
    /// - Throws: `ProxyError`, `RecordingError`. The files are then as a kill would have left them: the
    ///   next run goes on from there.
    public func run(shouldStop: () -> Bool) throws {
        observer.meter?.enter(.running)
        defer { observer.meter?.enter(.ended) }
        do {
            try noteEnds()
            try consumer.subscribe(to: configuration.routes.map(\.input))
            while !shouldStop() {
                if !hasAssignment { Failpoint.waiting.pass() }
                try turn()
                if configuration.untilEnd, try isFinished() { break }
            }
            try finish()
        } catch {
            let began = transactionBeganNs
            let failures = Failures(
                configuration, openNs: began.map { ArrivalClock.monotonic() - $0 },
                stoodStillNs: began.flatMap { standstill.lengthNs(since: $0) },
                hasLostSession: inputs.hasLostSession,
                hasPartitionNow: hasPartitionNow(error))
            giveUp()
            throw failures.explained(error)
        }
    }

    private func turn() throws {
        try read(ArrivalClock.monotonic())
        try lookAtInputsAgain()
        let now = ArrivalClock.monotonic()
        closeWaited(now)
        try emit(now)
        try holdFirstPositions()
        try passOver(now)
        try lookForTopics(now)
        if let batch, isDue(batch, now) { try commit() }
        try committing.serve()
        try keepFiles(now)
        observer.progress(now, progress(isLast: false))
        observer.meter?.turn(now, snapshot)
    }

    var isAllEmitted: Bool { outgoing.isEmpty && sleeping.isEmpty }

    /// Emits whole windows, commits, forgets open ones, leaves the group and closes the files.
    private func finish() throws {
        Failpoint.finishing.pass()
        while !outgoing.isEmpty {
            try emit(ArrivalClock.monotonic())
            if isBlocked || !outgoing.isEmpty { pollProducers(for: .milliseconds(10)) }
            try committing.serve()
        }
        try holdFirstPositions()
        try passOver(.max)
        if batch != nil { try commit() }
        // As long as the client library waits for a delivery.
        observer.meter?.expect(.seconds(300))
        try committing.drain()
        if statistics.read > 0 {
            statistics.activeNs = ArrivalClock.monotonic() - statistics.firstRecordNs
        }
        // Leaving the group revokes what is owned: the handler finds nothing left to commit.
        try consumer.close(events: { try handle($0) })
        for slot in 0..<consumer.slotCount {
            let traffic = metering.traffic(slot: slot, nil)
            statistics.sampledOut += traffic.sampledOut
            statistics.unparsable += traffic.unparsable
        }
        Failpoint.closing.pass()
        try journal.close()
        observer.finished(progress(isLast: true))
    }

    /// Serves what was sent; waits up to `timeout` for something to come back.
    func pollProducers(for timeout: Duration) {
        producer?.poll(timeout: timeout)
        senders?.poll(timeout: timeout)
    }

    /// After an error: what is open is aborted, so that nobody waits for it, the group is left, and the
    /// files are closed where all that they hold is known to have been committed. If that fails too,
    /// the next run and the broker's timeouts do it.
    private func giveUp() {
        var isDecided = journal.isDecided
        if let batch {
            self.batch = nil
            isDecided =
                (try? committing.abandon(batch: batch.number, hasFailed: true)) ?? false
        }
        try? consumer.close()
        // On a cluster of its own partitions are committed one by one: the next run asks for each.
        guard isDecided, senders == nil, !committing.isSeenAtOnce else { return }
        try? journal.rollBack()
        try? journal.close()
    }

    private func progress(isLast: Bool) -> ProxyProgress {
        var lag = 0
        var partitions = 0
        for case let lane? in lanes {
            partitions += 1
            lag += self.lag(of: lane)
        }
        return ProxyProgress(
            statistics: statistics, lag: lag, partitions: partitions, isLast: isLast)
    }
}
