import Perturbation
import Records

/// The pair of files that a merge writes.
final class MergeOutput {
    private let journal: Journal
    private let checkpointBytes: Int
    private var lanes: [TopicPartition: Lane] = [:]
    private var encoders: [EncoderKey: (names: Int, encoder: DecisionEncoder)] = [:]
    /// Partitions that moved since the last checkpoint, and bytes of their records.
    private var moved: Set<TopicPartition> = []
    private var bytes = 0
    /// Times of arrival that were raised.
    private(set) var raised = 0

    private struct EncoderKey: Hashable {
        var file: Int
        var source: TopicPartition
    }

    /// One partition.
    private struct Lane {
        let segment: JournalSegment
        var position: Checkpoint.Position
        var lastArrivalNs: UInt64 = 0
        /// A checkpoint speaks of it.
        var isChecked = false
    }

    init(_ journal: Journal, checkpointBytes: Int) {
        self.journal = journal
        self.checkpointBytes = checkpointBytes
    }

    private(set) var partitions = 0
    /// Where each partition begins.
    private(set) var starts: [TopicPartition: Offset] = [:]

    /// A segment of the chain: the first of each partition is where the new files begin.
    ///
    /// - Parameter gap: what was sent in front of it and is in no file: it may begin inside a window.
    func begin(_ first: Segment, behind gap: Chain.Unrecorded?) throws {
        var segment = Segment(source: first.source, start: first.start, epoch: 1)
        if let gap {
            segment.unrecorded = .init(
                start: gap.start, emitted: gap.emitted, isRemoved: gap.isRemoved)
            segment.emitted = first.emitted
            segment.through = first.through
        }
        var arrivalNs: UInt64 = 0
        if let before = lanes[first.source] {
            // Only what is in no file ends a segment here.
            guard let gap else { return }
            if !moved.isEmpty { try checkpoint() }
            let line = before.segment.segment
            segment.epoch = line.epoch + 1
            if lanes[first.source]?.isChecked == true {
                segment.parent = .init(recording: journal.header.recording, epoch: line.epoch)
            }
            segment.unrecorded = .init(
                start: before.position.next, emitted: before.position.part?.emitted ?? 0,
                isRemoved: gap.isRemoved)
            arrivalNs = before.lastArrivalNs
        } else {
            partitions += 1
            starts[first.source] = segment.start
        }
        let new = journal.begin(segment)
        lanes[first.source] = Lane(
            segment: new, position: new.position(next: segment.start), lastArrivalNs: arrivalNs)
    }

    /// A partition of which nothing is left: it goes on behind what was removed, wherever that ended.
    func beginBehind(_ gone: Chain.Unrecorded) throws {
        try begin(
            Segment(source: gone.source, start: gone.end ?? gone.start, epoch: 1), behind: gone)
        guard let lane = lanes[gone.source] else { return }
        try journal.prepare(lane.segment)
        moved.insert(gone.source)
    }

    /// Writes a window with its lines.
    func append(
        _ window: MergeWindow, of live: LiveJournals.Part, _ batch: LiveJournals.Batch
    ) throws {
        let source = window.source
        var block = try live.part.records.part(window.slots)
        guard var lane = lanes[source] else { return }
        let arrivals = block.raiseArrivals(above: lane.lastArrivalNs)
        lane.lastArrivalNs = arrivals.last
        raised += arrivals.raised
        let builder = PieceBuilder(live.part, batch.paths)
        let decisions = try window.lines.map {
            try builder.resolve(live.part.decisions[$0], in: block, at: live.part.lines[$0])
        }
        try journal.append(
            block, of: lane.segment,
            losses: live.part.losses.filter { window.start <= $0.start && $0.start <= window.last },
            closing: live.part.closings.last { $0.start == window.start },
            decisions: decisions, encoder: encoder(source, batch))
        if let emitted = window.emitted {
            lane.position = lane.segment.position(
                next: window.start, part: .init(through: window.last, emitted: emitted))
        } else {
            lane.segment.count(block)
            lane.position.next = window.last + 1
            lane.position.part = nil
        }
        lanes[source] = lane
        moved.insert(source)
        bytes += block.byteCount
    }

    func append(_ again: SentAgain) { journal.append(again) }

    /// A transaction of a pair of files is complete.
    func endBatch() throws {
        if bytes >= checkpointBytes { try checkpoint() }
    }

    /// - Parameter unrecorded: partitions of which more was sent that is in no file.
    func close(unrecorded: [TopicPartition]) throws {
        if !moved.isEmpty { try checkpoint() }
        try journal.close(unrecorded: unrecorded)
        try journal.synchronize()
    }

    private func checkpoint() throws {
        var positions: [TopicPartition: Checkpoint.Position] = [:]
        for source in moved {
            guard let lane = lanes[source] else { continue }
            positions[source] = lane.segment.position(
                next: lane.position.next, part: lane.position.part)
            lanes[source]?.isChecked = true
        }
        try journal.checkpoint(positions)
        journal.committed()
        moved.removeAll(keepingCapacity: true)
        bytes = 0
    }

    private func encoder(_ source: TopicPartition, _ batch: LiveJournals.Batch) -> DecisionEncoder {
        let key = EncoderKey(file: batch.file, source: source)
        if let known = encoders[key], known.names == batch.ruleNames.count { return known.encoder }
        let encoder = DecisionEncoder(source: source, ruleNames: batch.ruleNames)
        encoders[key] = (batch.ruleNames.count, encoder)
        return encoder
    }
}
