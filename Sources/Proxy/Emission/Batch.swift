import KafkaClient
import Perturbation
import Recording
import Records

/// What one transaction (or one flush, at-least-once) makes visible: whole windows, and parts of
/// windows whose deliveries wait.
final class Batch {
    let number: Int
    /// When the first window went in, in nanoseconds of the monotonic clock.
    let beganNs: UInt64
    var bytes = 0
    /// Of whole windows.
    var tally = Tally()
    /// When its records arrived; nil where nobody measures.
    var arrivals: Arrivals?
    /// Those with a pending position.
    private(set) var lanes: [Lane] = []

    /// What went through.
    struct Tally {
        var records = 0
        var windows = 0
        var lostOffsets: Int64 = 0
        var counts = Counts()
    }

    init(number: Int, beganNs: UInt64, isMeasured: Bool) {
        self.number = number
        self.beganNs = beganNs
        arrivals = isMeasured ? Arrivals() : nil
    }

    /// The lane will stand there when this batch is committed.
    func note(_ position: Lane.PendingPosition, of lane: Lane) {
        if lane.pending == nil { lanes.append(lane) }
        lane.note(position)
    }

    /// The partitions are another member's: nothing is committed for them.
    func forget(_ partitions: Set<TopicPartition>) {
        for lane in lanes where partitions.contains(lane.source) { lane.settle() }
        lanes.removeAll { partitions.contains($0.source) }
    }
}

/// A batch that is complete: what is to be committed for it.
struct CompleteBatch {
    /// What a partition is committed with.
    struct Position {
        let next: Offset
        let metadata: CommitMetadata
        let segment: JournalSegment

        /// As it is committed: it says whether the files hold everything in front of it.
        func committed(_ journal: Journal) -> CommittedPosition {
            var metadata = metadata
            metadata.unrecorded = journal.unrecorded(of: segment).map { .init($0, parent: $1) }
            return CommittedPosition(segment.segment.source, offset: next, metadata: metadata.text)
        }
    }

    let number: Int
    private(set) var positions: [TopicPartition: Position] = [:]
    /// What its checkpoint says.
    private(set) var words: [TopicPartition: Checkpoint.Position] = [:]

    init(_ batch: Batch, recording: String, planDigest: String) {
        number = batch.number
        positions.reserveCapacity(batch.lanes.count)
        words.reserveCapacity(batch.lanes.count)
        for lane in batch.lanes {
            guard let pending = lane.pending else { continue }
            lane.settle()
            var metadata = CommitMetadata(
                recording: recording, epoch: lane.journal.segment.epoch, plan: planDigest,
                part: pending.part, last: pending.last)
            metadata.lost = pending.loss.map { .init(through: $0.through, policy: $0.policy) }
            metadata.partitions = lane.partitionsAtFirst
            positions[lane.source] = Position(
                next: pending.next, metadata: metadata, segment: lane.journal)
            words[lane.source] = lane.journal.position(
                next: pending.next,
                part: pending.part.map { .init(through: $0.through, emitted: $0.emitted) })
        }
    }

    /// What is committed, in the order of partitions, once the files have been written.
    func committed(_ journal: Journal) -> [CommittedPosition] {
        positions.values.map { $0.committed(journal) }.sorted { $0.source < $1.source }
    }

    func without(_ partitions: Set<TopicPartition>) -> CompleteBatch {
        var rest = self
        for partition in partitions {
            rest.positions[partition] = nil
            rest.words[partition] = nil
        }
        return rest
    }
}
