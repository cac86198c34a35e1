import Perturbation
import Records

/// Reads a schedule and its recording in step, transaction by transaction; memory holds one transaction.
///
/// What lies behind the last checkpoint was never emitted as far as the files know, and is not given
/// out: neither a cut nor a damage there is an error. The digests of checkpoints are checked on the
/// way: they tie the schedule to its recording. Under at-least-once what lies behind may have been
/// emitted: ``tail()`` gives it out.
public final class JournalReader {
    /// What one checkpoint covers of one partition.
    public struct Part {
        /// The segment that begins here, if one does.
        public var segment: Segment?
        /// The how-manieth segment of the partition in this file this part belongs to.
        public var ordinal: Int
        public var closings: [Closing] = []
        /// What was gone before it was read.
        public var losses: [Loss] = []
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
        /// nil for what no checkpoint covers.
        public var checkpoint: Checkpoint?
        public var parts: [TopicPartition: Part]
    }

    public let paths: JournalPaths
    public var header: ScheduleHeader { schedule.header }
    public var ruleNames: [String] { schedule.ruleNames }

    private let schedule: ScheduleReader
    private let records: JournalRecords
    private var segments: [TopicPartition: (ordinal: Int, check: DigestCheck)] = [:]
    private var checkpoints = 0
    /// Lines behind the last checkpoint, once that was passed.
    private var open: [TopicPartition: Part] = [:]

    /// - Parameter decisions: false passes over the lines on single records.
    /// - Throws: `RecordingError` where a file cannot be read, or the two do not belong together.
    public init(recording: String, schedule: String, decisions: Bool = true) throws {
        paths = JournalPaths(recording: recording, schedule: schedule)
        self.schedule = try ScheduleReader(path: schedule, decisions: decisions)
        records = JournalRecords(
            try Self.recording(recording, of: schedule, self.schedule.header))
    }

    /// Opens the recording of a schedule.
    static func recording(
        _ path: String, of schedule: String, _ header: ScheduleHeader
    ) throws -> RecordingReader {
        let reader = try RecordingReader(path: path)
        if let id = reader.identity?.id, !id.isEmpty, id != header.recording {
            throw RecordingError(
                .mismatch, schedule,
                "it belongs to recording \(header.recording), and \(path) is \(id)")
        }
        return reader
    }

    /// What the next checkpoint covers; nil behind the last.
    public func next() throws -> Batch? {
        var parts: [TopicPartition: Part] = [:]
        while let line = try schedule.next() {
            switch line {
            case .segment(let segment):
                if parts[segment.source] != nil {
                    throw damaged("\(segment.source) begins anew without a checkpoint between")
                }
                let ordinal = (segments[segment.source]?.ordinal ?? -1) + 1
                segments[segment.source] = (ordinal, DigestCheck(segment.source, header.digest))
                try change(&parts, segment.source) { $0.segment = segment }
            case .closing(let closing):
                try change(&parts, closing.source) { $0.closings.append(closing) }
            case .loss(let loss):
                try change(&parts, loss.source) { $0.losses.append(loss) }
            case .decision(let source, let decision):
                let number = schedule.line
                try change(&parts, source) {
                    $0.decisions.append(decision)
                    $0.lines.append(number)
                }
            case .checkpoint(let checkpoint):
                checkpoints += 1
                try fill(&parts, checkpoint)
                return Batch(checkpoint: checkpoint, parts: parts)
            case .header, .inDoubt, .again, .removed, .unrecorded, .end: break
            }
        }
        open = parts
        try checkIsNoFront()
        return nil
    }

    /// A schedule of which the front alone is left would pass for one whose records were never emitted.
    private func checkIsNoFront() throws {
        guard checkpoints == 0, !schedule.isClosed, try records.areLeftInClosedRecording() else {
            return
        }
        throw RecordingError(
            .mismatch, schedule.path,
            "it is open or was cut: behind line \(schedule.wholeLines) it ends without a checkpoint, and "
                + "\(paths.recording ?? ""), which is closed, has records that none covers")
    }

    /// Behind the last checkpoint: what no checkpoint covers, as far as both files are whole; nil where
    /// there is nothing.
    public func tail() throws -> Batch? {
        var parts = open
        open = [:]
        // Whatever keeps the recording from being read on was never needed.
        _ = try records.take(before: .init(file: .max, bytes: .max)) { source, order, run in
            // Records of a partition without a segment are of no window that was emitted.
            let ordinal = segments[source]?.ordinal ?? -1
            var part =
                parts.removeValue(forKey: source)
                ?? Part(ordinal: ordinal, records: RecordBlock(source: source))
            try run(&part.records)
            part.runs.append((order, part.records.count))
            if ordinal >= 0 { parts[source] = part }
        }
        parts = parts.filter { !$0.value.records.isEmpty }
        return parts.isEmpty ? nil : Batch(checkpoint: nil, parts: parts)
    }

    private func damaged(_ message: String) -> RecordingError {
        RecordingError(.damaged, schedule.path, "line \(schedule.line): \(message)")
    }

    private func change(
        _ parts: inout [TopicPartition: Part], _ source: TopicPartition,
        _ body: (inout Part) -> Void
    ) throws {
        guard let segment = segments[source] else {
            throw damaged("\(source) has no segment before it")
        }
        body(
            &parts[
                source,
                default: Part(ordinal: segment.ordinal, records: RecordBlock(source: source))
            ])
    }

    private func fill(_ parts: inout [TopicPartition: Part], _ checkpoint: Checkpoint) throws {
        for (source, position) in checkpoint.positions {
            try change(&parts, source) { $0.position = position }
        }
        let failure: RecordingError?
        if let place = checkpoint.recording {
            failure = try records.take(before: place) { source, order, run in
                if parts[source] == nil { try change(&parts, source) { _ in } }
                guard var part = parts.removeValue(forKey: source) else { return }
                try run(&part.records)
                if part.runs.last?.order == order {
                    part.runs[part.runs.count - 1].end = part.records.count
                } else {
                    part.runs.append((order, part.records.count))
                }
                parts[source] = part
            }
        } else {
            failure = try records.take(checkpoint.positions) { source, block in
                try parts[source]?.records.append(block, 0..<block.count)
            }
        }
        try check(parts, checkpoint, failure)
    }

    private func check(
        _ parts: [TopicPartition: Part], _ checkpoint: Checkpoint, _ failure: RecordingError?
    ) throws {
        for (source, part) in parts {
            let next = part.position?.next
            try segments[source]?.check.add(part.records, below: next ?? .min)
        }
        for (source, position) in checkpoint.positions.sorted(by: { $0.key < $1.key }) {
            guard let found = segments[source]?.check, !found.agrees(with: position) else {
                continue
            }
            if let failure { throw failure }
            let recording = paths.recording ?? ""
            let place = "(line \(schedule.line), checkpoint \(checkpoint.number))"
            if records.isAtEnd && found.records < position.records {
                throw RecordingError(
                    .mismatch, recording,
                    "it ends before the records of \(source) below \(position.next) that "
                        + "\(schedule.path) speaks of \(place)")
            }
            throw RecordingError(
                .mismatch, recording,
                "the records of \(source) below \(position.next) are not those that \(schedule.path) "
                    + "was written with \(place)")
        }
    }
}
