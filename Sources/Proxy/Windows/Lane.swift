import KafkaClient
import Perturbation
import Records

/// The way of one partition through the proxy: its open window, and closed ones on their way out.
final class Lane {
    let source: TopicPartition
    let slot: Int
    let output: ProducerTopic
    let outputName: String
    let encoder: DecisionEncoder
    private var perturber: Perturber

    private(set) var open: WindowBuffer
    /// Records that the open window takes, drawn from its start.
    private var target: Int
    /// Closed windows in order; the first may be emitted in part.
    private(set) var ready: [WindowBuffer] = []
    private var unused: [WindowBuffer] = []

    /// The end of the first window, where it was begun before: it ends there whatever is drawn.
    private var through: Offset?
    /// Deliveries of the first window that were emitted before.
    private var skip: Int
    /// With `--until-end`: records from here on are not ours.
    private let bound: Offset?
    /// The partition is read to its end, as far as is known.
    var isAtEnd = false
    /// Everything up to `bound` is in closed windows.
    private(set) var isDone = false
    /// Its open window was forgotten for want of memory; reading goes on at its start later.
    var isForgotten = false
    /// When the last delivery was due, in nanoseconds of the monotonic clock.
    var lastDueNs: UInt64 = 0
    /// While the partition is paused the clock of `maxWait` stands still.
    var pausedSinceNs: UInt64 = 0

    init(
        segment: Segment, slot: Int, plan: Plan, output: ProducerTopic, outputName: String,
        bound: Offset?
    ) {
        source = segment.source
        self.slot = slot
        self.output = output
        self.outputName = outputName
        self.bound = bound
        perturber = Perturber(plan: plan, source: segment.source)
        encoder = DecisionEncoder(source: segment.source, ruleNames: plan.ruleNames)
        through = segment.through
        skip = Int(segment.emitted)
        open = WindowBuffer(source: segment.source)
        open.reset(start: segment.start)
        target = perturber.windowLength(at: segment.start)
        // An empty stretch: nothing will come that is ours.
        isDone = bound.map { segment.start >= $0 } ?? false
    }

    /// Bytes held in the open window.
    var openBytes: Int { open.block.byteCount }

    /// Takes the next record.
    ///
    /// - Returns: bytes by which the memory in use grew.
    /// - Throws: `RecordError` for a record that no block holds; `ProxyError` where the log is not what
    ///   it was when the window was formed first.
    func receive(_ message: borrowing ConsumedMessage, arrivalNs: UInt64, nowNs: UInt64) throws
        -> Int
    {
        if isDone || isForgotten { return 0 }
        isAtEnd = false
        if let bound, message.offset >= bound {
            finish()
            return 0
        }
        let before = open.block.byteCount
        try message.append(to: &open.block, arrivalNs: arrivalNs)
        let size = Int(open.block.entries[open.block.count - 1].payloadBytes)
        if through == nil, open.block.count > 1,
            open.payloadBytes + size > perturber.shape.bytes
        {
            open.block.removeLast()
            close(nil)
            try message.append(to: &open.block, arrivalNs: arrivalNs)
        }
        if open.block.count == 1 { open.openedNs = nowNs }
        open.payloadBytes += size
        open.headers.append(detaching: message)
        let grown = open.block.byteCount - (open.block.count == 1 ? 0 : before)
        if let through {
            guard message.offset <= through else {
                throw ProxyError(
                    .conflict,
                    "\(source)@\(through) ended a window that was emitted in part and is no longer in "
                        + "the log; the rest of that window cannot be emitted as it was")
            }
            if message.offset == through { closeAsBefore() }
        } else if open.block.count == target {
            close(nil)
        }
        if let bound, message.offset + 1 >= bound { finish() }
        return grown
    }

    /// Closes the open window where the clock says so.
    func closeIfWaited(nowNs: UInt64, longestNs: UInt64) {
        guard isAtEnd, !open.block.isEmpty, through == nil, pausedSinceNs == 0,
            nowNs >= open.openedNs + longestNs
        else { return }
        close(.maxWait)
    }

    /// The end of what was asked for is reached: the last window ends here.
    func finish() {
        if isDone { return }
        if !open.block.isEmpty { close(.untilEnd) }
        isDone = true
    }

    /// The partition's end was reached; `offset` is that of the next record to come.
    func reachedEnd(at offset: Offset) {
        isAtEnd = true
        if let bound, offset >= bound { finish() }
    }

    /// Forgets the open window; its start stays the position.
    ///
    /// - Returns: bytes that were freed.
    func forgetOpen() -> Int {
        let freed = openBytes
        open.reset(start: open.start)
        isForgotten = true
        isAtEnd = false
        return freed
    }

    /// The window that was emitted in part before a restart: where its length is not what the log and
    /// the plan say, a clock closed it then, and the schedule has to say so again.
    private func closeAsBefore() {
        through = nil
        close(open.block.count == target ? nil : .maxWait)
        ready.last?.emitted = min(skip, ready.last?.outcome.deliveries.count ?? 0)
        skip = 0
    }

    private func close(_ reason: Closing.Reason?) {
        let window = open
        perturber.perturb(window.block, start: window.start, into: &window.outcome)
        if let reason {
            window.closing = Closing(
                source: source, start: window.start, through: window.next - 1, reason: reason)
        }
        window.noteCopies()
        ready.append(window)
        open = unused.popLast() ?? WindowBuffer(source: source)
        open.reset(start: window.next)
        target = perturber.windowLength(at: window.next)
    }

    /// The first window is done with; its memory is used again.
    func recycleFirst() {
        let window = ready.removeFirst()
        if unused.count < 4 { unused.append(window) }
    }
}
