import Digests
import Perturbation
import Records

/// The records behind the lines of a schedule, transaction by transaction, in their windows.
final class RecordedBatches {
    private let records: JournalRecords
    private let schedule: String
    private let plan: Plan
    private let digest: RecordDigest.Kind
    private var formers: [TopicPartition: WindowFormer] = [:]
    private var digests: [TopicPartition: DigestCheck] = [:]
    /// Partitions whose records were found to be others.
    private var doubted: Set<TopicPartition> = []
    private var hasFailed = false

    /// - Throws: `RecordingError` where it cannot be opened, or is another schedule's.
    init(_ recording: String, schedule: String, header: ScheduleHeader) throws {
        self.schedule = schedule
        plan = header.plan
        digest = header.digest
        records = JournalRecords(
            try JournalReader.recording(recording, of: schedule, header))
    }

    /// What a transaction has of one partition.
    private struct Part {
        var block: RecordBlock
        /// Where runs of records end: windows do too.
        var runEnds: Set<Int> = []
    }

    /// Judges the lines of the transaction by its records.
    ///
    /// - Returns: why the recording cannot be read on, the first time.
    func check(
        _ batch: inout CheckedBatch, _ checkpoint: Checkpoint, at number: Int
    ) -> RecordingError? {
        if hasFailed { return nil }
        var parts: [TopicPartition: Part] = [:]
        var failure: RecordingError?
        do {
            failure = try read(checkpoint, into: &parts)
        } catch let error as RecordingError {
            failure = error
        } catch {
            failure = RecordingError(.system, schedule, "\(error)")
        }
        checkDigests(&batch, checkpoint, parts, at: number)
        var windows: [TopicPartition: CheckedWindows] = [:]
        for (source, part) in parts { windows[source] = form(part, batch) }
        for (source, decision, line) in batch.decisions {
            guard let windows = windows[source],
                let slot = windows.block.index(of: decision.slot)
            else {
                batch.note(
                    "\(source)@\(decision.slot) is none of the records that the checkpoint in line "
                        + "\(number) covers", at: line)
                continue
            }
            if let problem = windows.problem(of: decision, at: slot) {
                batch.note(problem, at: line)
            }
        }
        for (closing, line) in batch.closings
        where windows[closing.source]?.starts.contains(closing.start) != true {
            batch.note(
                "no window of the recording starts at \(closing.source)@\(closing.start)", at: line)
        }
        checkChanges(&batch, windows)
        if failure != nil { hasFailed = true }
        return failure
    }

    private func read(
        _ checkpoint: Checkpoint, into parts: inout [TopicPartition: Part]
    ) throws -> RecordingError? {
        if let place = checkpoint.recording {
            return try records.take(before: place) { source, _, append in
                var part =
                    parts.removeValue(forKey: source) ?? Part(block: RecordBlock(source: source))
                try append(&part.block)
                part.runEnds.insert(part.block.count)
                parts[source] = part
            }
        }
        return try records.take(checkpoint.positions) { source, block in
            parts[source] = Part(block: block)
        }
    }

    private func checkDigests(
        _ batch: inout CheckedBatch, _ checkpoint: Checkpoint, _ parts: [TopicPartition: Part],
        at number: Int
    ) {
        for source in batch.segments.keys { digests[source] = DigestCheck(source, digest) }
        // Also without new records: a window that is emitted in parts counts once its last part is out.
        for source in Set(parts.keys).union(checkpoint.positions.keys) {
            let block = parts[source]?.block ?? RecordBlock(source: source)
            let next = checkpoint.positions[source]?.next ?? .min
            try? digests[source]?.add(block, below: next)
        }
        for (source, position) in checkpoint.positions.sorted(by: { $0.key < $1.key }) {
            guard !doubted.contains(source), digests[source]?.agrees(with: position) == false else {
                continue
            }
            doubted.insert(source)
            batch.note(
                "the records of \(source) below \(position.next) are not those that this checkpoint was "
                    + "written with; from here on nothing is sure of them", at: number)
        }
    }

    private func form(_ part: Part, _ batch: CheckedBatch) -> CheckedWindows {
        let source = part.block.source
        var former: WindowFormer
        if let segment = batch.segments[source] {
            former = WindowFormer(Perturber(plan: plan, source: source), start: segment.start)
        } else {
            former =
                formers[source]
                ?? WindowFormer(
                    Perturber(plan: plan, source: source), start: part.block.entries[0].offset)
        }
        var closings: [Offset: Offset] = [:]
        for (closing, _) in batch.closings where closing.source == source {
            closings[closing.start] = closing.through
        }
        let windows = CheckedWindows(
            part.block, &former, closings: closings, runEnds: part.runEnds)
        formers[source] = former
        return windows
    }

    /// Whether every change of a value can be made, in the order of the lines.
    private func checkChanges(
        _ batch: inout CheckedBatch, _ windows: [TopicPartition: CheckedWindows]
    ) {
        struct Changed: Hashable {
            var source: TopicPartition
            var slot: Int
            var copy: Int32
        }
        var values: [Changed: [UInt8]?] = [:]
        for (source, decision, line) in batch.decisions {
            guard case .corrupt(let copy, let corruption) = decision.operation,
                let block = windows[source]?.block, let slot = block.index(of: decision.slot)
            else { continue }
            let key = Changed(source: source, slot: slot, copy: copy)
            let value = values[key] ?? block.record(at: slot).value
            guard let value, let changed = corruption.applied(to: value) else {
                let error = ScheduleError.impossible(corruption, valueBytes: value?.count)
                batch.note("\(source)@\(decision.slot): \(error)", at: line)
                continue
            }
            switch changed {
            case .bytes(let bytes): values[key] = .some(bytes)
            case .null: values[key] = .some(nil)
            }
        }
    }
}
