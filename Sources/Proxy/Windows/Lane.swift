import KafkaClient
import Masking
import Perturbation
import Recording
import Records

/// The way of one partition through the proxy: its open window, and closed ones on their way out.
final class Lane {
    let source: TopicPartition
    /// Who sends it, and where to; nil where nothing is sent.
    let producer: Producer?
    let output: ProducerTopic?
    let encoder: DecisionEncoder
    let journal: JournalSegment
    /// nil where every record is taken as it is.
    @exclusivity(unchecked) private var intake: Intake?
    /// The record at hand as it came; only where there is an intake.
    @exclusivity(unchecked) private var raw: RecordBlock
    /// Behind the last record that was left out.
    @exclusivity(unchecked) private var leftOut: Offset = 0
    private let isSparse: Bool
    private let hasIntake: Bool
    /// Where the partition stands as far as the batches so far say.
    @exclusivity(unchecked) private(set) var noted: Offset
    /// Where it begins was worked out anew, since nothing is committed, and would be another place the next
    /// time: a batch has to say it before anything is read into a window that may be forgotten.
    @exclusivity(unchecked) var isUnplaced = false
    @exclusivity(unchecked) private var perturber: Perturber
    @exclusivity(unchecked) private var former: WindowFormer

    @exclusivity(unchecked) private(set) var open: WindowBuffer
    /// Closed windows in order; the first may be emitted in part.
    @exclusivity(unchecked) private(set) var ready: [WindowBuffer] = []
    private let pool: WindowPool

    /// Of the first window, where it was emitted in part before: it ends there whatever is drawn.
    @exclusivity(unchecked) private var resumed: CommitMetadata.Part?
    /// With `--until-end`: records from here on are not ours.
    let bound: Offset?
    /// The partition is read to its end, as far as is known.
    @exclusivity(unchecked) private(set) var isAtEnd = false
    /// Everything up to `bound` is in closed windows.
    @exclusivity(unchecked) private(set) var isDone: Bool
    /// Its open window was forgotten for want of memory; reading goes on at its start later.
    @exclusivity(unchecked) private(set) var isForgotten = false
    /// When it was served last, where deliveries take turns.
    var turn = 0
    /// How often its position was not in the log, and which position that was.
    var seeks = (count: 0, position: Offset(-1))
    /// When the last delivery was due, in nanoseconds of the monotonic clock.
    @exclusivity(unchecked) var lastDueNs: UInt64 = 0
    /// What was read, and what passed of it; the second part counts once it was committed.
    @exclusivity(unchecked) private(set) var traffic = PartitionTraffic()
    @exclusivity(unchecked) private var unsettled = PartitionTraffic()
    /// Where the partition will stand when the batch at hand is committed; nil where the batch has
    /// nothing of it.
    @exclusivity(unchecked) private(set) var pending: PendingPosition?

    /// The next window's start, and what was emitted of it.
    struct PendingPosition {
        var next: Offset
        var part: CommitMetadata.Part?
        var last: CommitMetadata.Last?
        /// What was gone at that offset.
        var loss: Loss?
    }

    /// The last record of the windows that were passed whole.
    @exclusivity(unchecked) private(set) var lastPassed: CommitMetadata.Last?
    /// Reading begins in front of the first window, with this record, which must be what it was.
    private let known: CommitMetadata.Last?
    /// How many partitions its topic had when the group began in it; nil where that is not known.
    let partitionsAtFirst: Int?

    init(
        _ start: StartingPoint, plan: Plan, key: MaskKey?, journal: JournalSegment,
        producer: Producer?, output: ProducerTopic?, bound: Offset?, pool: WindowPool
    ) {
        let segment = start.segment
        source = segment.source
        self.producer = producer
        self.output = output
        self.bound = bound
        self.journal = journal
        intake = Intake(plan, key: key, source: segment.source)
        hasIntake = intake != nil
        raw = RecordBlock(source: segment.source)
        isSparse = plan.isSparse
        noted = segment.start
        perturber = Perturber(plan: plan, source: segment.source)
        former = WindowFormer(perturber, start: segment.start)
        encoder = DecisionEncoder(source: segment.source, ruleNames: plan.ruleNames)
        resumed = start.part
        known = start.last
        lastPassed = start.last
        partitionsAtFirst = start.partitionsAtFirst
        self.pool = pool
        open = pool.take(for: segment.source, start: segment.start)
        if let loss = start.loss { open.losses = [loss] }
        // An empty stretch: nothing will come that is ours.
        isDone = bound.map { start.goesOn >= $0 } ?? false
    }

    var hasOpen: Bool { !open.block.isEmpty }
    /// Where reading stands: behind the last record taken.
    var position: Offset { max(open.next, leftOut) }

    /// Where the partition stands while it has no window at all, if that is news: what was left out since
    /// the last one is passed over.
    var passedOver: Offset? {
        let isIdle = isSparse && !hasOpen && ready.isEmpty && !isForgotten
        return isIdle && open.start > noted ? open.start : nil
    }

    /// The batch at hand has nothing of it any more.
    func settle() { pending = nil }

    /// What was gone where the window starts, if anything was.
    private static func loss(at window: WindowBuffer) -> Loss? {
        window.losses.first { $0.start == window.start }
    }

    /// A batch says where the partition stands.
    func note(_ position: PendingPosition) {
        var position = position
        let window = ready.first { $0.start == position.next } ?? open
        if window.start == position.next { position.loss = Self.loss(at: window) }
        pending = position
        noted = position.next
        isUnplaced = false
    }

    // MARK: Reading

    /// Takes the next record.
    ///
    /// - Returns: bytes by which the memory in use grew.
    /// - Throws: `RecordError` for a record that no block holds; `ProxyError` where the log is not what
    ///   it was when the window was formed first.
    func receive(
        _ message: borrowing ConsumedMessage, arrivalNs: UInt64, nowNs: UInt64
    ) throws -> Int {
        if isDone || isForgotten { return 0 }
        isAtEnd = false
        let offset = message.offset
        if offset < open.start {
            try compare(message)
            return 0
        }
        if let bound, offset >= bound {
            try finish()
            return 0
        }
        if let resumed, offset > resumed.through { throw differentLog(resumed) }
        traffic.read &+= 1
        guard var (payload, grown) = try append(message, arrivalNs, nowNs) else {
            try leaveOut(offset)
            return 0
        }
        if former.endsBefore(payloadBytes: payload) {
            if let resumed { throw differentLog(resumed) }
            let before = open.dropLast()
            close(nil)
            (payload, grown) = try append(message, arrivalNs, nowNs) ?? (0, 0)
            grown += before
        }
        if isSparse && open.block.count == 1 { try begin(at: offset) }
        let isFull = former.take(payloadBytes: payload, at: offset)
        if let part = resumed {
            if offset == part.through {
                try closeAsBefore(part)
            } else if isFull {
                throw differentLog(part)
            }
        } else if isFull {
            close(nil)
        }
        if let bound, offset + 1 >= bound { try finish() }
        return grown
    }

    /// Copies the record into the open window as the plan takes it.
    ///
    /// - Returns: its payload, and by how much the memory in use grew; nil where it is left out.
    @inline(__always)
    private func append(
        _ message: borrowing ConsumedMessage, _ arrivalNs: UInt64, _ nowNs: UInt64
    ) throws -> (payload: Int, grown: Int)? {
        if hasIntake { return try takeIn(message, arrivalNs, nowNs) }
        return try open.append(message, arrivalNs: arrivalNs, nowNs: nowNs)
    }

    private func takeIn(
        _ message: borrowing ConsumedMessage, _ arrivalNs: UInt64, _ nowNs: UInt64
    ) throws -> (payload: Int, grown: Int)? {
        raw.removeAll()
        try message.append(to: &raw, arrivalNs: arrivalNs)
        guard let verdict = try open.append(raw, by: &intake) else { return nil }
        switch verdict {
        case .taken: return open.keepLast(nowNs: nowNs)
        case .sampledOut: traffic.sampledOut &+= 1
        case .unparsable: traffic.unparsable &+= 1
        }
        return nil
    }

    /// The record is no input. Between windows the position moves past it.
    private func leaveOut(_ offset: Offset) throws {
        leftOut = offset + 1
        if !hasOpen && resumed == nil {
            let losses = open.losses
            open.reset(start: offset + 1)
            open.losses = losses
        }
        if let bound, offset + 1 >= bound { try finish() }
    }

    /// Under a plan that leaves records out a window starts at its first record.
    private func begin(at offset: Offset) throws {
        if let resumed, offset != open.start { throw differentLog(resumed) }
        open.begin(at: offset)
    }

    /// Closes the open window where it has waited long enough and nothing more was there to be read.
    ///
    /// - Parameter readUpToNs: everything that had come by then was read.
    func closeIfWaited(readUpToNs: UInt64, longestNs: UInt64) {
        guard isAtEnd, hasOpen, resumed == nil, open.waitsFromNs + longestNs <= readUpToNs else {
            return
        }
        close(.maxWait)
    }

    /// A record in front of the position.
    private func compare(_ message: borrowing ConsumedMessage) throws {
        guard let known, message.offset == known.offset else { return }
        let found = message.timestamp.milliseconds
        if found == known.timestampMs { return }
        throw Positions.anew(
            source,
            "has a record of another time (\(found)) than before (\(known.timestampMs)) at "
                + "\(known.offset)")
    }

    /// What was to be read next is gone, and it goes on at `next`.
    ///
    /// - Returns: what is lost.
    func lose(to next: Offset, _ policy: Loss.Policy) throws -> Loss {
        let loss = Loss(source: source, start: position, through: next - 1, policy: policy)
        // Nothing came between the two.
        if let last = open.losses.last, last.start == loss.start { open.losses.removeLast() }
        open.losses.append(loss)
        if let resumed { throw differentLog(resumed) }
        // Where it goes on is said at once: `latest` would be another place the next time.
        if Self.loss(at: open) != nil { isUnplaced = true }
        if let bound, next >= bound { try finish() }
        return loss
    }

    /// All of the window is on its way.
    func passedWhole(_ window: WindowBuffer) {
        guard let last = window.block.entries.last else { return }
        lastPassed = .init(offset: last.offset, timestampMs: last.timestampMs)
    }

    /// The partition's end was reached; `offset` is that of the next record to come.
    func reachedEnd(at offset: Offset) throws {
        if isDone || isForgotten { return }
        isAtEnd = true
        if let resumed, offset > resumed.through { throw differentLog(resumed) }
        if let bound, offset >= bound { try finish() }
    }

    /// The end of what was asked for is reached: the last window ends here.
    private func finish() throws {
        if let resumed { throw differentLog(resumed) }
        if hasOpen { close(.untilEnd) }
        isDone = true
    }

    /// Forgets the open window; its start stays the position.
    ///
    /// - Returns: bytes that were freed.
    func forgetOpen() -> Int {
        let freed = open.heldBytes
        let loss = Self.loss(at: open)
        open.reset(start: open.start)
        if let loss { open.losses = [loss] }
        former.begin(at: open.start)
        // What was left out behind it is met again.
        leftOut = open.start
        isForgotten = true
        isAtEnd = false
        return freed
    }

    /// Reading goes on where the open window begins.
    func remember() { isForgotten = false }

    /// The first offset of the open window that there is to be read.
    var beginning: Offset { Self.loss(at: open).map { $0.through + 1 } ?? open.start }

    /// The partition stood still for so long, and with it the clock of `maxWait`.
    func stoodStill(forNs duration: UInt64) { open.waitsFromNs += duration }

    // MARK: Windows

    /// The window that was emitted in part before ends where it ended then, for the reason of then.
    private func closeAsBefore(_ part: CommitMetadata.Part) throws {
        resumed = nil
        let window = open
        close(part.closed)
        guard part.emitted <= window.outcome.deliveries.count else { throw differentLog(part) }
        window.emitted = Int(part.emitted)
    }

    private func differentLog(_ part: CommitMetadata.Part) -> ProxyError {
        ProxyError(
            .conflict,
            "the window of \(source) that starts at \(open.start) was emitted in part, through "
                + "\(part.through), and the log no longer holds the same records there (compacted, "
                + "deleted or made anew); its rest cannot be emitted: begin anew with another group "
                + "and new files")
    }

    private func close(_ reason: Closing.Reason?) {
        let window = open
        window.close(reason, by: &perturber)
        ready.append(window)
        // What was left out since its last record is passed over.
        let start = isSparse ? max(window.next, leftOut) : window.next
        open = pool.take(for: source, start: start)
        former.begin(at: window.next)
    }

    /// All of the window is in the batch at hand.
    func count(_ window: WindowBuffer) {
        unsettled.passed += window.block.count
        unsettled.windows += 1
        unsettled.counts += window.outcome.counts
    }

    /// The batch was committed.
    func settleTraffic() {
        traffic += unsettled
        unsettled = PartitionTraffic()
    }

    /// The first window is done with; its memory is used again.
    ///
    /// - Returns: bytes that were freed.
    func recycleFirst() -> Int {
        let window = ready.removeFirst()
        let freed = window.heldBytes
        pool.give(back: window)
        return freed
    }

    /// Bytes of closed windows.
    var readyBytes: Int { ready.reduce(0) { $0 + $1.heldBytes } }
}
