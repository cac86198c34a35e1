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

    public var chain: Chain { journals.chain }
    private let journals: LiveJournals

    /// - Parameters:
    ///   - journals: all pairs of files of a group, in any order.
    ///   - committed: the group's positions, where they can be asked for.
    /// - Throws: `RecordingError` where a file cannot be read, or what counts of it is in doubt.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil
    ) throws {
        self.journals = try LiveJournals(journals, committed: committed)
    }

    /// The pieces of the next transaction in the order of its windows, as far as the recording shows it
    /// (otherwise by partition); nil at the end. Within a partition pieces come in the order of their
    /// deliveries.
    public func next() throws -> [Piece]? {
        guard let batch = try journals.next() else { return nil }
        var pieces: [(order: Int, piece: Piece)] = []
        for part in batch.parts { pieces += try self.pieces(of: part, batch.paths) }
        return pieces.enumerated().sorted {
            ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }.map(\.element.piece)
    }

    private func pieces(
        of live: LiveJournals.Part, _ paths: JournalPaths
    ) throws -> [(order: Int, piece: Piece)] {
        let part = live.part
        let whole = live.wholeCount
        let (end, emitted) = (live.extent.end, Int(clamping: live.extent.emitted))
        var pieces: [(order: Int, piece: Piece)] = []
        if whole > 0 {
            let block =
                whole == part.records.count ? part.records : try part.records.part(0..<whole)
            let piece = try piece(
                part, block, below: end, skip: live.skipped, limit: nil, paths)
            pieces += Self.split(piece, by: part.runs)
        }
        if whole < part.records.count, emitted > 0 {
            let rest = try part.records.part(whole..<part.records.count)
            let piece = try piece(
                part, rest, from: end, skip: whole == 0 ? live.skipped : 0, limit: emitted, paths)
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

    private func piece(
        _ part: JournalReader.Part, _ block: RecordBlock, from: Offset = .min,
        below: Offset = .max, skip: Int, limit: Int?, _ paths: JournalPaths
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
                throw failure(error, part.lines[index], part.records.source, decision, paths)
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
                nil, paths)
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
        _ paths: JournalPaths
    ) -> RecordingError {
        let place = decision.map { " \(source)@\($0.slot)" } ?? ""
        return RecordingError(
            .damaged, paths.schedule ?? "", "line \(line):\(place) \(error)")
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
