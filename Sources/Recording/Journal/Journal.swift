import Perturbation
import Records

/// Recording and schedule of one instance, written ahead: what a transaction will make visible is in
/// both before it commits, with a checkpoint to which a restart can cut them back.
///
/// Written: recording, then schedule; cut: schedule, then recording. One transaction at a time.
public final class Journal {
    public private(set) var header: ScheduleHeader
    private(set) var schedule: ScheduleWriter?
    private(set) var recording: RecordingWriter?
    var text = TextBuffer()
    private var number: Int64
    /// The last word on each partition: of committed checkpoints, and of the latest one.
    private var settledWords: [TopicPartition: Checkpoint.Position] = [:]
    var latestWords: [TopicPartition: Checkpoint.Position] = [:]
    /// That of the run before.
    private var earlierWords: [TopicPartition: Checkpoint.Position]
    private(set) var settled: Mark
    var latest: Mark
    /// Partitions of which the files know a commit.
    public private(set) var settledSources: Set<TopicPartition>

    /// The segment at hand of each partition.
    private(set) var segments: [TopicPartition: JournalSegment] = [:]

    /// Partitions that this journal was to be written of.
    private(set) var begun: Set<TopicPartition> = []

    /// Whether a file that cannot be written any more ends only the writing of files.
    public var outlivesFailure = false
    /// Is told once, when it has come to that.
    public var onFailure: ((RecordingError) -> Void)?
    /// Why no file is written any more; everything that is to be written then goes nowhere.
    public internal(set) var failure: RecordingError?

    /// Ends of the files at a checkpoint.
    struct Mark {
        var schedule: UInt64
        var recording: Checkpoint.Place?
    }

    init(
        header: ScheduleHeader, schedule: ScheduleWriter?, recording: RecordingWriter?,
        number: Int64, mark: Mark, settledSources: Set<TopicPartition> = [],
        earlierWords: [TopicPartition: Checkpoint.Position] = [:]
    ) {
        self.earlierWords = earlierWords
        self.header = header
        self.schedule = schedule
        self.recording = recording
        self.number = number
        self.settledSources = settledSources
        settled = mark
        latest = mark
    }

    /// The last arrival that the recording knows, in nanoseconds since 1970.
    public var lastArrivalNs: UInt64 { max(recording?.lastArrivalNs ?? 0, earlierArrivalNs) }
    /// That of the pair before.
    var earlierArrivalNs: UInt64 = 0

    /// The last word of its checkpoints on a partition; nil where none speaks of it.
    public func word(on source: TopicPartition) -> Checkpoint.Position? {
        latestWords[source] ?? settledWords[source] ?? earlierWords[source]
    }

    /// Whether anything of it is known to have been committed.
    public var isBegun: Bool { !settledWords.isEmpty }

    /// Goes on with the files of another journal, which has not begun yet.
    func adopt(_ next: Journal) {
        earlierArrivalNs = lastArrivalNs
        (header, schedule, recording) = (next.header, next.schedule, next.recording)
        (number, settled, latest) = (next.number, next.settled, next.latest)
        text.removeAll()
        segments.removeAll()
        begun.removeAll()
        settledWords.removeAll()
        earlierWords.removeAll()
        latestWords.removeAll()
    }

    /// Commits that files in front of these know of.
    public func remember(_ sources: Set<TopicPartition>, lastArrivalNs: UInt64) {
        settledSources.formUnion(sources)
        earlierArrivalNs = max(earlierArrivalNs, lastArrivalNs)
    }

    /// Whether records are written, not the schedule alone.
    public var isRecording: Bool { recording != nil && failure == nil }

    /// Bytes of the schedule so far.
    public var scheduleBytes: UInt64 { (schedule?.byteCount ?? 0) + UInt64(text.count) }

    // MARK: Within a transaction

    /// A partition goes on from a position that was read. Its line is written before its first window.
    public func begin(_ segment: Segment) -> JournalSegment {
        begun.insert(segment.source)
        return JournalSegment(segment, header.digest)
    }

    /// Writes the segment's line, where it is not written: a checkpoint may speak of it then.
    public func prepare(_ segment: JournalSegment) throws {
        try writing { try enter(segment) }
    }

    private func enter(_ segment: JournalSegment) throws {
        if !segment.isWritten { try write(segment) }
        segment.number = number
    }

    /// Writes a window: what was lost in front of its records, its records, its closing where a clock
    /// closed it, its decisions.
    public func append(
        _ window: RecordBlock, of segment: JournalSegment, losses: [Loss] = [], closing: Closing?,
        decisions: [Decision], encoder: DecisionEncoder
    ) throws {
        try writing {
            try enter(segment)
            for loss in losses { text.append(loss) }
            if let closing { text.append(closing) }
            encoder.encode(decisions, of: window.entries, into: &text)
            try recording?.append(window)
        }
    }

    /// A partition that begins anew before anything of it was checkpointed (at-least-once, after it was
    /// lost) gets a checkpoint between, which commits nothing: so readers can tell its records apart.
    private func write(_ segment: JournalSegment) throws {
        let source = segment.segment.source
        if segments[source]?.number == number { try write(checkpoint: [:]) }
        segments[source] = segment
        segment.isWritten = true
        text.append(segment.segment)
        try Failpoint.segmentWritten.pass { try flush() }
    }

    /// A line on one delivery that the window's decisions did not have.
    public func append(_ decision: LineDecision, encoder: DecisionEncoder) {
        if failure == nil { encoder.encode(decision, into: &text) }
    }

    /// A window that may have been sent again.
    public func append(_ again: SentAgain) {
        if failure == nil { text.append(again) }
    }

    /// Hands everything so far to the system: what is emitted next is in the files whatever happens.
    public func flush() throws {
        try writing { _ = try flushed() }
    }

    private func flushed() throws -> Checkpoint.Place? {
        let place = try recording?.closeChunk()
        if !text.isEmpty { try schedule?.append(text) }
        text.removeAll()
        return place
    }

    /// Hands everything to the system with a checkpoint at its end; what it says may be committed.
    ///
    /// - Parameter positions: what will be committed.
    public func checkpoint(_ positions: [TopicPartition: Checkpoint.Position]) throws {
        try writing { try write(checkpoint: positions) }
    }

    private func write(checkpoint positions: [TopicPartition: Checkpoint.Position]) throws {
        try recording?.checkPlace()
        try schedule?.checkPlace()
        let place = try recording?.closeChunk()
        Failpoint.halfWritten.pass()
        text.append(
            checkpoint: Checkpoint(number: number + 1, positions: positions, recording: place))
        try schedule?.append(text)
        text.removeAll()
        number += 1
        latest = Mark(schedule: schedule?.byteCount ?? 0, recording: place)
        latestWords = positions
    }

    /// What was written and perhaps sent before, and is in no checkpoint: a checkpoint that commits
    /// nothing keeps it apart from what follows.
    func keepApart() throws {
        try checkpoint([:])
        committed()
    }

    // MARK: Outcomes

    /// What the last checkpoint says was committed.
    public func committed() {
        settled = latest
        for (source, position) in latestWords {
            settledWords[source] = position
            settledSources.insert(source)
            if let segment = segments[source], segment.segment.epoch == position.epoch {
                segment.settled = position
            }
        }
        latestWords.removeAll(keepingCapacity: true)
    }

    /// Whether the outcome of every checkpoint is known.
    public var isDecided: Bool { latestWords.isEmpty && latest.schedule == settled.schedule }

    /// The transaction of the last checkpoint is known to have been aborted, or never had a checkpoint:
    /// what was written for it is cut. Every segment begins anew: their lines may have been cut too.
    public func rollBack() throws {
        text.removeAll()
        latestWords.removeAll(keepingCapacity: true)
        try writing {
            if latest.schedule != settled.schedule { number -= 1 }
            try schedule?.truncate(to: settled.schedule)
            Failpoint.rollingBack.pass()
            if let place = settled.recording { try recording?.rollBack(to: place) }
            latest = settled
        }
        segments.removeAll()
    }

    /// What was written behind the last checkpoint stays whatever becomes of the next.
    func settleHere() throws {
        let place = try flushed()
        settled = Mark(schedule: schedule?.byteCount ?? 0, recording: place ?? latest.recording)
        latest = settled
    }

    /// The outcome of the last checkpoint will never be known.
    public func markInDoubt() throws {
        try writing(cuts: false) {
            text.append(inDoubt: number)
            try settleHere()
        }
        latestWords.removeAll(keepingCapacity: true)
    }

    /// Writes the last line and closes both files. Everything that was checkpointed is settled now.
    ///
    /// - Parameter unrecorded: partitions of which more was emitted that is in no file.
    public func close(unrecorded: [TopicPartition] = []) throws {
        if failure != nil { return }
        try end(unrecorded)
    }

    func end(_ unrecorded: [TopicPartition]) throws {
        let place = try recording?.closeChunk()
        try recording?.close()
        if !unrecorded.isEmpty { text.append(unrecorded: unrecorded) }
        text.append(
            end: Checkpoint(number: number, positions: settledWords, recording: place))
        try schedule?.append(text)
        text.removeAll()
        try schedule?.synchronize()
    }

    /// Makes everything up to the last checkpoint survive a loss of power.
    public func synchronize() throws {
        try writing {
            try recording?.synchronize()
            try schedule?.synchronize()
        }
    }
}
