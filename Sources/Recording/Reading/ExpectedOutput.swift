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
    }

    public let chain: Chain
    private let journals: [(recording: String, schedule: String)]
    private var file = 0
    private var reader: JournalReader?

    /// - Parameter committed: the group's positions, where they can be asked for.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil
    ) throws {
        self.journals = journals
        chain = try Chain(schedules: journals.map(\.schedule), committed: committed)
    }

    /// The pieces of the next transaction in the order of its windows, as far as the recording shows it
    /// (otherwise by partition); nil at the end.
    ///
    /// Within a partition pieces come in the order of their deliveries as long as all its live segments
    /// are in one pair of files, or the pairs are given in the order of its epochs.
    public func next() throws -> [Piece]? {
        while file < journals.count {
            if reader == nil {
                reader = try JournalReader(
                    recording: journals[file].recording, schedule: journals[file].schedule)
            }
            if let reader, let batch = try reader.next() { return try pieces(of: batch, reader) }
            reader = nil
            file += 1
        }
        return nil
    }

    private func pieces(of batch: JournalReader.Batch, _ reader: JournalReader) throws -> [Piece] {
        var pieces: [(order: Int, piece: Piece)] = []
        for (source, part) in batch.parts.sorted(by: { $0.key < $1.key }) {
            let key = Chain.Key(file: file, source: source, ordinal: part.ordinal)
            guard !part.records.isEmpty, let extent = chain.extent(of: key) else { continue }
            let whole = part.records.entries.prefix { $0.offset < extent.end }.count
            // A segment that starts inside a window emits only what was left of it.
            let skip = part.segment.map { Int($0.emitted) } ?? 0
            if whole > 0 {
                let block =
                    whole == part.records.count ? part.records : try part.records.part(0..<whole)
                let piece = try piece(
                    part, block, below: extent.end, skip: skip, limit: nil, reader)
                pieces += Self.split(piece, by: part.runs)
            }
            if whole < part.records.count, extent.emitted > 0 {
                let rest = try part.records.part(whole..<part.records.count)
                let piece = try piece(
                    part, rest, from: extent.end, skip: whole == 0 ? skip : 0,
                    limit: Int(extent.emitted), reader)
                pieces.append((part.runs.last?.order ?? 0, piece))
            }
        }
        return pieces.enumerated().sorted {
            ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }.map(\.element.piece)
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

    private func piece(
        _ part: JournalReader.Part, _ block: RecordBlock, from: Offset = .min,
        below: Offset = .max, skip: Int, limit: Int?, _ reader: JournalReader
    ) throws -> Piece {
        var decisions: [Decision] = []
        var lines: [Int] = []
        var untimed: Set<Int32> = []
        for (index, decision) in part.decisions.enumerated()
        where decision.slot >= from && decision.slot < below {
            do throws(ScheduleError) {
                let resolved = try decision.naming { offset throws(ScheduleError) in
                    try Self.slot(of: offset, in: block, decision: decisions.count)
                }
                if case .untimed = resolved.operation { untimed.insert(resolved.slot) }
                decisions.append(resolved)
                lines.append(part.lines[index])
            } catch {
                throw failure(error, part.lines[index], part.records.source, decision, reader)
            }
        }
        do throws(ScheduleError) {
            var outcome = try Outcome(applying: decisions, to: block.count)
            if let limit { outcome.deliveries.removeLast(max(0, outcome.deliveries.count - limit)) }
            outcome.deliveries.removeFirst(min(skip, outcome.deliveries.count))
            return Piece(
                source: block.source, records: block, outcome: outcome, untimed: untimed,
                slots: 0..<block.count)
        } catch {
            let index = error.decision ?? 0
            throw failure(
                error, lines.indices.contains(index) ? lines[index] : 0, block.source,
                nil, reader)
        }
    }

    private static func slot(
        of offset: Offset, in block: RecordBlock, decision: Int
    ) throws(ScheduleError) -> Int32 {
        var low = 0
        var high = block.count
        while low < high {
            let middle = (low + high) / 2
            if block.entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        guard low < block.count, block.entries[low].offset == offset else {
            throw .noSuchRecord(decision: decision)
        }
        return Int32(low)
    }

    private func failure(
        _ error: ScheduleError, _ line: Int, _ source: TopicPartition, _ decision: LineDecision?,
        _ reader: JournalReader
    ) -> RecordingError {
        let place = decision.map { " \(source)@\($0.slot)" } ?? ""
        return RecordingError(
            .damaged, reader.paths.schedule ?? "", "line \(line):\(place) \(error)")
    }
}

extension RecordBlock {
    /// Some of the records as a block of their own.
    fileprivate func part(_ range: Range<Int>) throws -> RecordBlock {
        var block = RecordBlock(source: source)
        try block.append(self, range)
        return block
    }
}
