import Digests
import Perturbation
import Records

/// Recording and schedule of one instance, written ahead: what a transaction will make visible is in
/// both before it commits, with a checkpoint to which a restart can cut them back.
///
/// Written: recording, then schedule; cut: schedule, then recording. One transaction at a time.
public final class Journal {
    public let header: ScheduleHeader
    private let schedule: ScheduleWriter?
    private let recording: RecordingWriter?
    private var text = TextBuffer()
    private var segments: [TopicPartition: SegmentProgress] = [:]
    /// Segments whose line has not been written yet: it stands before their first window.
    private var unwritten: Set<TopicPartition> = []
    private var number: Int64
    /// The last checkpoint's word on each partition.
    private var reached: [TopicPartition: Checkpoint.Position] = [:]
    private var settled: Mark
    private var latest: Mark

    /// Ends of the files at a checkpoint.
    struct Mark {
        var schedule: UInt64
        var recording: Checkpoint.Place?
    }

    /// How far a segment has come.
    private struct SegmentProgress {
        var segment: Segment
        var records: Int64 = 0
        let hash = SHA256()
    }

    init(
        header: ScheduleHeader, schedule: ScheduleWriter?, recording: RecordingWriter?,
        number: Int64, mark: Mark
    ) {
        self.header = header
        self.schedule = schedule
        self.recording = recording
        self.number = number
        settled = mark
        latest = mark
    }

    /// The last arrival that the recording knows, in nanoseconds since 1970.
    public var lastArrivalNs: UInt64 { recording?.lastArrivalNs ?? 0 }

    /// Bytes of the schedule so far.
    public var scheduleBytes: UInt64 { (schedule?.byteCount ?? 0) + UInt64(text.count) }

    // MARK: Within a transaction

    /// A partition goes on from a position that was read. Its line is written before its first window.
    public func begin(_ segment: Segment) {
        segments[segment.source] = SegmentProgress(segment: segment)
        unwritten.insert(segment.source)
    }

    /// The partition is no longer ours.
    public func forget(_ source: TopicPartition) {
        segments[source] = nil
        unwritten.remove(source)
    }

    /// Writes a window: its records, its closing where a clock closed it, its decisions.
    public func append(
        _ window: RecordBlock, closing: Closing?, decisions: [Decision], encoder: DecisionEncoder
    ) throws {
        if unwritten.remove(window.source) != nil, let progress = segments[window.source] {
            text.append(progress.segment)
        }
        if let closing { text.append(closing) }
        encoder.encode(decisions, of: window.entries, into: &text)
        try recording?.append(window)
    }

    /// All deliveries of a window are part of the transaction now: its records count.
    public func count(_ window: RecordBlock) {
        guard segments[window.source] != nil else { return }
        segments[window.source]?.records += Int64(window.count)
        if let hash = segments[window.source]?.hash {
            window.withUnsafeBytes { hash.update($0) }
        }
    }

    /// A line on one delivery that the window's decisions did not have.
    public func append(_ decision: LineDecision, encoder: DecisionEncoder) {
        encoder.encode(decision, into: &text)
    }

    /// Hands everything to the system with a checkpoint at its end; the transaction may be committed.
    ///
    /// - Parameter next: what the transaction will commit.
    public func checkpoint(_ next: [TopicPartition: PositionToCommit]) throws {
        let place = try recording?.closeChunk()
        number += 1
        let checkpoint = Checkpoint(
            number: number, positions: positions(next), recording: place)
        text.append(checkpoint: checkpoint)
        try schedule?.append(text)
        text.removeAll()
        latest = Mark(schedule: schedule?.byteCount ?? 0, recording: place)
        for (source, position) in checkpoint.positions { reached[source] = position }
    }

    /// The next window's start, and what was emitted of it.
    public struct PositionToCommit: Sendable {
        public var next: Offset
        public var part: Checkpoint.Position.Part?

        public init(next: Offset, part: Checkpoint.Position.Part? = nil) {
            self.next = next
            self.part = part
        }
    }

    /// The epoch of the partition's segment.
    public func epoch(of source: TopicPartition) -> Int64? { segments[source]?.segment.epoch }

    private func positions(
        _ next: [TopicPartition: PositionToCommit]
    ) -> [TopicPartition: Checkpoint.Position] {
        var positions: [TopicPartition: Checkpoint.Position] = [:]
        for (source, position) in next {
            guard let progress = segments[source] else { continue }
            positions[source] = Checkpoint.Position(
                next: position.next, epoch: progress.segment.epoch, records: progress.records,
                digest: progress.hash.digest().description, part: position.part)
        }
        return positions
    }

    // MARK: Outcomes

    /// The transaction of the last checkpoint was committed.
    public func committed() { settled = latest }

    /// The transaction is known to have been aborted, or never had a checkpoint: what was written for it
    /// is cut. Its partitions begin new segments.
    public func rollBack() throws {
        text.removeAll()
        // Partitions of the checkpoint that goes begin new segments; their last word comes with those.
        if latest.schedule != settled.schedule { number -= 1 }
        try schedule?.truncate(to: settled.schedule)
        if let place = settled.recording { try recording?.rollBack(to: place) }
        latest = settled
    }

    /// The outcome of the last checkpoint's transaction will never be known.
    public func markInDoubt() throws {
        var line = TextBuffer()
        line.append(inDoubt: number)
        try schedule?.append(line)
        settled = Mark(schedule: schedule?.byteCount ?? 0, recording: latest.recording)
        latest = settled
    }

    /// Writes the last line and closes both files. Everything that was checkpointed is settled now.
    public func close() throws {
        let place = try recording?.closeChunk()
        try recording?.close()
        var line = TextBuffer()
        line.append(
            end: Checkpoint(number: number, positions: reached, recording: place))
        try schedule?.append(line)
        try schedule?.synchronize()
    }

    /// Makes everything up to the last checkpoint survive a loss of power.
    public func synchronize() throws {
        try recording?.synchronize()
        try schedule?.synchronize()
    }
}
