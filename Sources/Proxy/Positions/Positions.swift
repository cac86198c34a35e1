import KafkaClient
import Perturbation
import Recording
import Records

/// Decides from committed positions where partitions go on and what became of a last transaction.
/// Pure; the rules are those of `docs/architecture.md`, "Files and transactions".
enum Positions {
    /// The segment with which a partition begins or goes on.
    ///
    /// - Parameters:
    ///   - committed: the group's position; nil where there is none.
    ///   - hasSettled: whether an own file knows of a commit in this partition.
    ///   - first: where the partition begins without a position.
    /// - Throws: `ProxyError.conflict` where the position was moved by hand, or lies inside a window
    ///   of another plan.
    static func segment(
        of source: TopicPartition, committed: CommittedPosition?, hasSettled: Bool,
        planDigest: String, first: () throws -> Offset
    ) throws -> Segment {
        guard let committed else {
            if hasSettled {
                throw moved(source, "the group has none although this instance has committed one")
            }
            return Segment(source: source, start: try first(), epoch: 1)
        }
        guard let metadata = CommitMetadata(committed.metadata) else {
            throw moved(source, "\(committed.offset) was not committed by this program")
        }
        if metadata.part != nil && metadata.plan != planDigest {
            throw ProxyError(
                .conflict,
                "the position of \(source) lies inside a window of another plan (\(metadata.plan), "
                    + "this one is \(planDigest)); run the old plan until it stops, or take another "
                    + "group")
        }
        return Segment(
            source: source, start: committed.offset, epoch: metadata.epoch + 1,
            emitted: metadata.part?.emitted ?? 0, through: metadata.part?.through,
            parent: .init(recording: metadata.recording, epoch: metadata.epoch))
    }

    private static func moved(_ source: TopicPartition, _ why: String) -> ProxyError {
        ProxyError(
            .conflict,
            "the position of \(source) was moved by hand: \(why); take another group and new files, "
                + "or put the position back")
    }

    /// What became of the transaction of the last checkpoint.
    static func verdict(
        on checkpoint: Checkpoint, recording: String,
        committed: [TopicPartition: CommittedPosition]
    ) -> Journal.Verdict {
        var isOwn = false
        for (source, position) in checkpoint.positions {
            guard let found = committed[source] else { return .aborted }
            let metadata = CommitMetadata(found.metadata)
            let reached = (found.offset, metadata?.part?.emitted ?? 0)
            let wanted = (position.next, position.part?.emitted ?? 0)
            if reached < wanted { return .aborted }
            if reached == wanted, metadata?.recording == recording,
                metadata?.epoch == position.epoch
            {
                isOwn = true
            }
        }
        return isOwn ? .committed : .inDoubt
    }
}
