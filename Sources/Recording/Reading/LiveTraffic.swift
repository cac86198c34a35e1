import Perturbation
import Records

/// The records of recordings as far as their schedules say that they count, transaction by
/// transaction, without what was decided on them.
public final class LiveTraffic {
    /// What a transaction has of one partition.
    public struct Part {
        /// The segment that begins here, if one does.
        public var segment: Segment?
        /// Windows that a clock closed.
        public var closings: [Closing]
        public var records: RecordBlock
        /// Records that follow each other in the recording without another partition's between, with
        /// their place among all runs; empty where the schedule does not say.
        public var runs: [(order: Int, end: Int)]
        /// Where the segment ends, and how much counts of the window that starts there.
        public var end: Offset
        public var emitted: Int
        /// Records of whole windows; the rest is of the window at `end`.
        public var wholeCount: Int
        /// Whether no other segment follows.
        public var isLast: Bool
    }

    private let journals: LiveJournals

    /// - Parameters:
    ///   - journals: all pairs of files of a group, in any order.
    ///   - committed: the group's positions, where they can be asked for.
    /// - Throws: `RecordingError` where a file cannot be read, or what counts of it is in doubt.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil
    ) throws {
        self.journals = try LiveJournals(journals, committed: committed, decisions: false)
    }

    /// What the next transaction has; nil behind the last.
    public func next() throws -> [Part]? {
        try journals.next()?.parts.map(Self.part)
    }

    private static func part(_ live: LiveJournals.Part) throws -> Part {
        let (end, emitted) = (live.extent.end, live.extent.emitted)
        let whole = live.wholeCount
        var records = live.part.records
        if emitted == 0 && whole < records.count { records = try records.part(0..<whole) }
        return Part(
            segment: live.part.segment,
            closings: live.part.closings.filter {
                $0.start < end || $0.start == end && emitted > 0
            },
            records: records, runs: live.part.runs, end: end, emitted: Int(clamping: emitted),
            wholeCount: whole, isLast: live.isLast)
    }
}
