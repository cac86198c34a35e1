import Digests
import Perturbation
import Records

/// Reads a schedule and its recording in step, transaction by transaction; memory holds one transaction.
///
/// What lies behind the last checkpoint was never emitted as far as the files know, and is not given
/// out. The digests of checkpoints are checked on the way: they tie the schedule to its recording.
public final class JournalReader {
    /// What one checkpoint covers of one partition.
    public struct Part {
        /// The segment that begins here, if one does.
        public var segment: Segment?
        /// The how-manieth segment of the partition in this file this part belongs to.
        public var ordinal: Int
        public var closings: [Closing] = []
        /// In the order of their lines.
        public var decisions: [LineDecision] = []
        /// The line of each decision.
        public var lines: [Int] = []
        public var records: RecordBlock
        /// How far the partition had come at the checkpoint; nil where it did not move.
        public var position: Checkpoint.Position?
        /// Records that follow each other in the recording without another partition's between, with
        /// their place among all runs of the transaction: where windows were recorded one by one,
        /// whole windows.
        public var runs: [(order: Int, end: Int)] = []
    }

    public struct Batch {
        public var checkpoint: Checkpoint
        public var parts: [TopicPartition: Part]
    }

    public let paths: JournalPaths
    public var header: ScheduleHeader { schedule.header }
    public var ruleNames: [String] { schedule.ruleNames }

    private let schedule: ScheduleReader
    private let recording: RecordingReader
    private var hasRecord: Bool
    private var segments: [TopicPartition: (ordinal: Int, check: DigestCheck)] = [:]
    /// Runs of records so far, and whose the last one is.
    private var runs = 0
    private var lastSource: TopicPartition?
    /// Records that were read ahead: those of a schedule whose checkpoints name no place.
    private var ahead: [TopicPartition: RecordBlock] = [:]

    /// - Throws: `RecordingError` where a file cannot be read, or the two do not belong together.
    public init(recording: String, schedule: String) throws {
        paths = JournalPaths(recording: recording, schedule: schedule)
        self.schedule = try ScheduleReader(path: schedule)
        self.recording = try RecordingReader(path: recording)
        hasRecord = try self.recording.next()
        if let id = self.recording.identity?.id, !id.isEmpty, id != header.recording {
            throw RecordingError(
                .mismatch, schedule,
                "it belongs to recording \(header.recording), and \(recording) is \(id)")
        }
    }

    /// What the next checkpoint covers; nil behind the last.
    public func next() throws -> Batch? {
        var parts: [TopicPartition: Part] = [:]
        while let line = try schedule.next() {
            switch line {
            case .segment(let segment):
                let ordinal = (segments[segment.source]?.ordinal ?? -1) + 1
                segments[segment.source] = (ordinal, DigestCheck(segment))
                try change(&parts, segment.source) { $0.segment = segment }
            case .closing(let closing):
                try change(&parts, closing.source) { $0.closings.append(closing) }
            case .decision(let source, let decision):
                let number = schedule.line
                try change(&parts, source) {
                    $0.decisions.append(decision)
                    $0.lines.append(number)
                }
            case .checkpoint(let checkpoint):
                try fill(&parts, checkpoint)
                try check(parts, checkpoint)
                return Batch(checkpoint: checkpoint, parts: parts)
            case .header, .inDoubt, .end: break
            }
        }
        return nil
    }

    private func change(
        _ parts: inout [TopicPartition: Part], _ source: TopicPartition,
        _ body: (inout Part) -> Void
    ) throws {
        guard let segment = segments[source] else {
            throw RecordingError(
                .damaged, schedule.path,
                "line \(schedule.line): \(source) has no segment before it")
        }
        body(
            &parts[
                source,
                default: Part(ordinal: segment.ordinal, records: RecordBlock(source: source))
            ])
    }

    // MARK: Records

    private func fill(_ parts: inout [TopicPartition: Part], _ checkpoint: Checkpoint) throws {
        if let place = checkpoint.recording {
            while hasRecord, isBefore(recording.place, place) { try take(into: &parts) }
        } else {
            try fill(&parts, upTo: checkpoint)
        }
        for (source, position) in checkpoint.positions {
            try change(&parts, source) { $0.position = position }
        }
    }

    private func isBefore(_ left: Checkpoint.Place, _ right: Checkpoint.Place) -> Bool {
        (left.file, left.bytes) < (right.file, right.bytes)
    }

    private func take(into parts: inout [TopicPartition: Part]) throws {
        let source = recording.source
        if parts[source] == nil { try change(&parts, source) { _ in } }
        if lastSource != source {
            lastSource = source
            runs += 1
        }
        if var part = parts.removeValue(forKey: source) {
            try recording.append(to: &part.records)
            if part.runs.last?.order == runs {
                part.runs[part.runs.count - 1].end += 1
            } else {
                part.runs.append((runs, part.records.count))
            }
            parts[source] = part
        }
        hasRecord = try recording.next()
    }

    /// Without a place: every record below a partition's next offset is covered. Others that come
    /// between are kept for the next checkpoint.
    private func fill(
        _ parts: inout [TopicPartition: Part], upTo checkpoint: Checkpoint
    ) throws {
        var missing: Set<TopicPartition> = []
        for (source, position) in checkpoint.positions {
            let through = position.part.map { $0.through + 1 } ?? position.next
            try change(&parts, source) { _ in }
            if try !moveAhead(source, below: through, into: &parts) { missing.insert(source) }
        }
        while hasRecord, !missing.isEmpty {
            let source = recording.source
            var block = ahead.removeValue(forKey: source) ?? RecordBlock(source: source)
            try recording.append(to: &block)
            ahead[source] = block
            hasRecord = try recording.next()
            guard missing.contains(source), let position = checkpoint.positions[source] else {
                continue
            }
            let through = position.part.map { $0.through + 1 } ?? position.next
            if try moveAhead(source, below: through, into: &parts) { missing.remove(source) }
        }
    }

    /// Moves what was read ahead below an offset; true once a record at or behind it was seen.
    private func moveAhead(
        _ source: TopicPartition, below offset: Offset, into parts: inout [TopicPartition: Part]
    ) throws -> Bool {
        guard let block = ahead[source], !block.isEmpty else { return false }
        let count = block.entries.prefix { $0.offset < offset }.count
        if count > 0, var part = parts.removeValue(forKey: source) {
            try part.records.append(block, 0..<count)
            parts[source] = part
            var rest = RecordBlock(source: source)
            try rest.append(block, count..<block.count)
            ahead[source] = rest
        }
        let last = block.entries[block.count - 1].offset
        return last >= offset - 1
    }

    // MARK: Digests

    /// Follows one segment's records and compares with what checkpoints say of them.
    private struct DigestCheck {
        let segment: Segment
        private var records: Int64 = 0
        private let hash = SHA256()
        /// Records at and behind the position: a window that was emitted in part.
        private var waiting: RecordBlock

        init(_ segment: Segment) {
            self.segment = segment
            waiting = RecordBlock(source: segment.source)
        }

        mutating func add(_ block: RecordBlock) throws {
            try waiting.append(block, 0..<block.count)
        }

        /// - Returns: whether everything below the position is what the checkpoint says.
        mutating func agrees(with position: Checkpoint.Position) throws -> Bool {
            let count = waiting.entries.prefix { $0.offset < position.next }.count
            if count > 0 {
                let end = Int(waiting.entries[count - 1].end)
                waiting.withUnsafeBytes {
                    hash.update(UnsafeRawBufferPointer(rebasing: $0[..<end]))
                }
                records += Int64(count)
                var rest = RecordBlock(source: segment.source)
                if count < waiting.count { try rest.append(waiting, count..<waiting.count) }
                waiting = rest
            }
            return records == position.records && hash.digest().description == position.digest
        }
    }

    private func check(_ parts: [TopicPartition: Part], _ checkpoint: Checkpoint) throws {
        for (source, part) in parts where !part.records.isEmpty {
            try segments[source]?.check.add(part.records)
        }
        for (source, position) in checkpoint.positions.sorted(by: { $0.key < $1.key }) {
            if try segments[source]?.check.agrees(with: position) == true { continue }
            throw RecordingError(
                .mismatch, paths.recording ?? "",
                "the records of \(source) below \(position.next) are not those that the schedule was "
                    + "written with (line \(schedule.line), checkpoint \(checkpoint.number))")
        }
    }
}
