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
}

/// Where a replay takes its deliveries from.
protocol ReplaySource: AnyObject {
    /// The next pieces in the order of emission; nil at the end.
    func next() throws -> [ReplayPiece]?
}

/// The records as they were: every one once, in the order of arrival.
final class UnchangedSource: ReplaySource {
    private let reader: RecordingReader
    private var hasRecord: Bool

    init(recording path: String) throws {
        reader = try RecordingReader(path: path)
        hasRecord = try reader.next()
    }

    func next() throws -> [ReplayPiece]? {
        guard hasRecord else { return nil }
        // A run of records of one partition, so that no order between partitions is lost.
        var block = RecordBlock(source: reader.source)
        while hasRecord, reader.source == block.source, block.count < 1024 {
            try reader.append(to: &block)
            hasRecord = try reader.next()
        }
        var outcome = Outcome()
        outcome.deliveries = (0..<Int32(block.count)).map { Delivery(slot: $0) }
        return [ReplayPiece(records: block, outcome: outcome)]
    }
}

/// What a schedule says of its recording.
final class ScheduleSource: ReplaySource {
    private let expected: ExpectedOutput

    init(_ expected: ExpectedOutput) { self.expected = expected }

    func next() throws -> [ReplayPiece]? {
        try expected.next()?.map {
            ReplayPiece(records: $0.records, outcome: $0.outcome, lastSlot: $0.slots.upperBound - 1)
        }
    }
}
