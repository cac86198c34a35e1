import Perturbation
import Records

/// What recordings and schedules say was delivered, without generator and without windows: decisions
/// applied to records, dead segments left out, windows emitted in parts put together.
public final class ExpectedOutput {
    /// Deliveries of one partition in order; slots are those of `records`.
    public struct Piece {
        public var source: TopicPartition
        public var records: RecordBlock
        public var outcome: Outcome
        /// Slots whose timestamp could not be sent.
        public var untimed: Set<Int32>
        /// The slots that the deliveries are of: all, or a run of them.
        public var slots: Range<Int>
        /// What was delivered in front of it is in no file.
        public var followsUnrecorded = false

        /// The value of a delivery: the record's, or what was made of it.
        public func value(of delivery: Delivery) throws(ScheduleError) -> [UInt8]? {
            let original = records.record(at: Int(delivery.slot)).value
            if !delivery.isCorrupted { return original }
            return try outcome.changedValue(of: delivery, original: original)
        }

        /// What was delivered.
        func record(of delivery: Delivery) throws(ScheduleError) -> Record {
            var record = records.record(at: Int(delivery.slot))
            if delivery.isCorrupted { record.value = try value(of: delivery) }
            return record
        }
    }

    public var chain: Chain { journals.chain }
    private let journals: LiveJournals
    private let asSent: ((RecordBlock, Plan) throws -> RecordBlock)?
    /// Forms windows again; nil where lines are taken as they are.
    private var anchors: AnchorCheck?

    /// - Parameters:
    ///   - journals: all pairs of files of a group, in any order.
    ///   - committed: the group's positions, where they can be asked for.
    ///   - asSent: what is done to records behind their recording, under the plan of their schedule: as
    ///     many records in the same order. The pieces are of what comes of it.
    ///   - checksAnchors: whether a line that puts a delivery into another window than its record's, as a
    ///     line that was edited by hand may, is refused. To know them windows are formed again.
    /// - Throws: `RecordingError` where a file cannot be read, or what counts of it is in doubt.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil,
        asSent: ((RecordBlock, Plan) throws -> RecordBlock)? = nil, checksAnchors: Bool = false
    ) throws {
        self.journals = try LiveJournals(journals, committed: committed)
        self.asSent = asSent
        anchors = checksAnchors ? AnchorCheck() : nil
    }

    /// Partitions whose next piece follows a stretch that is in no file.
    private var behindGaps: Set<TopicPartition> = []

    /// Offsets so far that were gone before they were read, as the schedules say.
    public private(set) var lostOffsets: Int64 = 0

    /// The pieces of the next transaction in the order of its windows, as far as the recording shows it
    /// (otherwise by partition); nil at the end. Within a partition pieces come in the order of their
    /// deliveries.
    public func next() throws -> [Piece]? {
        guard let batch = try journals.next() else { return nil }
        try anchors?.check(batch)
        var pieces: [(order: Int, piece: Piece)] = []
        for part in batch.parts {
            if let segment = part.part.segment, chain.isBehindGap(segment) {
                behindGaps.insert(part.part.records.source)
            }
            for (order, made) in try self.pieces(of: part, batch.paths) {
                var piece = made
                piece.followsUnrecorded = behindGaps.remove(piece.source) != nil
                if let asSent { piece.records = try asSent(piece.records, batch.plan) }
                pieces.append((order, piece))
            }
        }
        return pieces.enumerated().sorted {
            ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }.map(\.element.piece)
    }

    private func pieces(
        of live: LiveJournals.Part, _ paths: JournalPaths
    ) throws -> [(order: Int, piece: Piece)] {
        let part = live.part
        let builder = PieceBuilder(part, paths)
        let whole = live.wholeCount
        let (end, emitted) = (live.extent.end, Int(clamping: live.extent.emitted))
        for loss in part.losses where loss.start < end || loss.start == end && emitted > 0 {
            lostOffsets = Int64(
                clamping: UInt64(clamping: lostOffsets).adding(UInt64(clamping: loss.count)))
        }
        try builder.checkRecords(from: whole == 0 ? .min : end)
        var pieces: [(order: Int, piece: Piece)] = []
        if whole > 0 {
            let block =
                whole == part.records.count ? part.records : try part.records.part(0..<whole)
            let piece = try builder.piece(block, below: end, skip: live.skipped)
            pieces += Self.split(piece, by: part.runs)
        }
        if whole < part.records.count, emitted > 0 {
            let rest = try part.records.part(whole..<part.records.count)
            let piece = try builder.piece(
                rest, from: end, skip: whole == 0 ? live.skipped : 0, limit: emitted)
            pieces.append((part.runs.last?.order ?? 0, piece))
        }
        return pieces
    }

    /// Cuts the deliveries where runs end, if no delivery leaves its run.
    private static func split(
        _ piece: Piece, by runs: [(order: Int, end: Int)]
    ) -> [(order: Int, piece: Piece)] {
        let whole = [(runs.last?.order ?? 0, piece)]
        guard runs.count > 1 else { return whole }
        var result: [(order: Int, piece: Piece)] = []
        var next = 0
        var start = 0
        let deliveries = piece.outcome.deliveries
        for run in runs where start < piece.records.count {
            let end = min(run.end, piece.records.count)
            var part = piece
            let first = next
            while next < deliveries.count, (start..<end).contains(Int(deliveries[next].slot)) {
                next += 1
            }
            part.outcome.deliveries = Array(deliveries[first..<next])
            part.slots = start..<end
            result.append((run.order, part))
            start = end
        }
        return next == deliveries.count ? result : whole
    }
}

extension RecordBlock {
    /// Some of the records as a block of their own.
    func part(_ range: Range<Int>) throws -> RecordBlock {
        var block = RecordBlock(source: source)
        try block.append(self, range)
        return block
    }
}
