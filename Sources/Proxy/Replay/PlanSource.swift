import Perturbation
import Recording
import Records

/// Forms windows of recorded traffic under a plan.
protocol WindowSource: AnyObject {
    /// The next windows in the order of emission; nil at the end.
    func next() throws -> [ReplayPiece]?
    /// Where each partition that was met begins.
    var starts: [TopicPartition: Offset] { get }
}

/// A plan carried out on a recording: the windows that the live proxy would have formed.
final class PlanSource: ReplaySource {
    private let windows: any WindowSource
    private let journal: ReplayJournal?

    /// - Parameter journal: where the decisions go, if anywhere.
    init(_ windows: any WindowSource, journal: ReplayJournal?) {
        self.windows = windows
        self.journal = journal
    }

    func next() throws -> [ReplayPiece]? { try windows.next() }

    func emitted(_ count: Int, of piece: ReplayPiece) throws {
        guard let journal, let window = piece.window else { return }
        let source = piece.records.source
        try journal.append(
            piece, window, emitted: count,
            of: windows.starts[source] ?? window.start)
    }

    func close() throws { try journal?.close() }

    func discard() { journal?.discard() }
}

/// The windows of one partition that is replayed.
struct ReplayLane {
    private(set) var closed: [ReplayPiece] = []
    private var perturber: Perturber
    private var former: WindowFormer
    private var block: RecordBlock
    private var closings: [Offset: Closing] = [:]
    /// So many deliveries of the window that starts there were emitted before.
    private var resumed: (start: Offset, emitted: Int)?
    /// The window that starts there counts with so many deliveries, and none behind it.
    private var limit: (start: Offset, emitted: Int)?

    init(_ source: TopicPartition, plan: Plan, start: Offset) {
        perturber = Perturber(plan: plan, source: source)
        former = WindowFormer(perturber, start: start)
        block = RecordBlock(source: source)
    }

    /// The last record that was taken; nil where the window at hand is empty.
    var last: Offset? { block.entries.last?.offset }

    /// Windows that a clock closed.
    mutating func obey(_ closings: [Closing]) {
        for closing in closings { self.closings[closing.start] = closing }
    }

    /// A segment begins: its first window starts there, and so much of it was emitted before.
    mutating func begin(at start: Offset, emitted: Int) {
        block.removeAll()
        former.begin(at: start)
        resumed = emitted > 0 ? (start, emitted) : nil
        limit = nil
    }

    mutating func stop(at start: Offset, emitted: Int) { limit = (start, emitted) }

    /// Takes a record of another block.
    mutating func take(_ other: RecordBlock, at index: Int) throws {
        try take { block throws(RecordError) in try block.append(other, index..<(index + 1)) }
    }

    /// Takes the record that `append` appends.
    mutating func take<Failure: Error>(
        _ append: (inout RecordBlock) throws(Failure) -> Void
    ) throws(Failure) {
        try append(&block)
        let payload = Int(block.entries[block.count - 1].payloadBytes)
        if former.endsBefore(payloadBytes: payload) {
            block.removeLast()
            close(nil)
            try append(&block)
        }
        let offset = block.entries[block.count - 1].offset
        let isFull = former.take(payloadBytes: payload, at: offset)
        if let closing = closings[former.start], closing.through <= offset {
            close(isFull ? nil : closing)
        } else if isFull {
            close(nil)
        }
    }

    /// The window at hand ends here, as it did when it was recorded.
    mutating func endWindow() { close(nil) }

    /// The traffic ends here, as with `--until-end`.
    mutating func finish() {
        guard let last else { return }
        close(
            Closing(
                source: block.source, start: former.start, through: last, reason: .untilEnd))
    }

    mutating func takeClosed() -> [ReplayPiece] {
        defer { closed.removeAll(keepingCapacity: true) }
        return closed
    }

    private mutating func close(_ closing: Closing?) {
        guard let last = block.entries.last else { return }
        let start = former.start
        defer {
            former.begin(at: last.offset + 1)
            block = RecordBlock(source: block.source)
        }
        if let limit, start > limit.start { return }
        var outcome = Outcome()
        perturber.perturb(block, start: start, into: &outcome)
        var window = ReplayWindow(start: start, closing: closing)
        if let limit, start == limit.start, limit.emitted < outcome.deliveries.count {
            outcome.deliveries.removeLast(outcome.deliveries.count - limit.emitted)
            window.isWhole = false
        }
        if let resumed, resumed.start == start {
            window.skipped = min(resumed.emitted, outcome.deliveries.count)
            outcome.deliveries.removeFirst(window.skipped)
        }
        closed.append(
            ReplayPiece(
                records: block, outcome: outcome, lastSlot: block.count - 1, window: window))
    }
}

extension [TopicPartition: ReplayLane] {
    /// All traffic ends here: what is open is closed, partition by partition.
    mutating func finish() -> [ReplayPiece] {
        let sources = keys.sorted()
        defer { removeAll() }
        return sources.flatMap { source in
            self[source]?.finish()
            return self[source]?.takeClosed() ?? []
        }
    }
}
