import Perturbation
import Recording
import Records

/// Records of one partition and what becomes of them, to be emitted together.
struct ReplayPiece {
    var records: RecordBlock
    var outcome: Outcome
    /// The record that had to be there before any of it went out: a window's last; nil where records
    /// go out each as they came.
    var lastSlot: Int?
    /// The window that it is, where a plan formed it.
    var window: ReplayWindow?
}

/// A window that a replay by plan formed.
struct ReplayWindow {
    var start: Offset
    var closing: Closing?
    /// Deliveries of it that an earlier piece had.
    var skipped = 0
    /// Its last delivery is in this piece.
    var isWhole = true
}

/// Where a replay takes its deliveries from.
protocol ReplaySource: AnyObject {
    /// The next pieces in the order of emission; nil at the end.
    func next() throws -> [ReplayPiece]?

    /// So many deliveries of the piece were emitted: all, unless the replay was told to stop.
    func emitted(_ count: Int, of piece: ReplayPiece) throws

    /// Nothing more is asked for.
    func close() throws

    /// The replay failed: a file that was to say what was decided goes.
    func discard()
}

extension ReplaySource {
    func emitted(_ count: Int, of piece: ReplayPiece) throws {}
    func close() throws {}
    func discard() {}
}

/// The records as they were: every one once, in the order of arrival.
final class UnchangedSource: ReplaySource {
    private let reader: RecordingReader
    private var hasRecord: Bool
    /// In a recording of live traffic an offset names a record: one that is there again is of a window
    /// that was recorded again.
    private let skipsRepeats: Bool
    private var last: [TopicPartition: Offset] = [:]

    init(recording path: String) throws {
        reader = try RecordingReader(path: path, selection: RecordSelection(order: .arrival))
        skipsRepeats = reader.identity?.subscriptions.isEmpty == false
        hasRecord = try reader.next()
    }

    func next() throws -> [ReplayPiece]? {
        guard hasRecord else { return nil }
        // A run of records of one partition, so that no order between partitions is lost.
        let source = reader.source
        var block = RecordBlock(source: source)
        var read = 0
        var latest = last[source] ?? .min
        repeat {
            try reader.append(to: &block)
            let offset = block.entries[block.count - 1].offset
            if skipsRepeats && offset <= latest { block.removeLast() } else { latest = offset }
            read += 1
            hasRecord = try reader.next()
        } while hasRecord && reader.source == source && read < 1024
        last[source] = latest
        var outcome = Outcome()
        outcome.deliveries = (0..<Int32(block.count)).map { Delivery(slot: $0) }
        return [ReplayPiece(records: block, outcome: outcome)]
    }
}

/// What schedules say of their recordings.
final class ScheduleSource: ReplaySource {
    private let expected: ExpectedOutput

    init(_ expected: ExpectedOutput) { self.expected = expected }

    func next() throws -> [ReplayPiece]? {
        try expected.next()?.map {
            ReplayPiece(records: $0.records, outcome: $0.outcome, lastSlot: $0.slots.upperBound - 1)
        }
    }
}
