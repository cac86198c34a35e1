import KafkaClient
import Perturbation
import Recording
import Records

/// Where a partition begins or goes on.
struct StartingPoint: Hashable {
    var segment: Segment
    /// The last record in front of it, if that may still be there: reading begins with it, to see
    /// whether the log is the one that was read before.
    var last: CommitMetadata.Last?
    /// What was emitted of its first window before.
    var part: CommitMetadata.Part?
    /// What was gone there before it was read, and is not asked for again.
    var loss: Loss?
    /// How many partitions the topic had when the group began in it; nil where that is not known.
    var partitionsAtFirst: Int?

    /// The first offset that is asked for.
    var readFrom: Offset { last?.offset ?? goesOn }

    /// The first offset that is still to be read.
    var goesOn: Offset { loss.map { $0.through + 1 } ?? segment.start }
}

/// What the files at hand know of a partition.
struct KnownOfFiles {
    /// Their recording's id.
    var recording: String
    /// Whether they know of a commit in it.
    var hasSettled = false
    /// The last word of their checkpoints on it.
    var last: Checkpoint.Position?
}

/// Decides from committed positions where partitions go on and what became of a last transaction.
/// Pure; the rules are those of `docs/architecture.md`, "Files and transactions".
struct Positions {
    var group: String
    var planDigest: String
    /// Where it is not, no position is held against it.
    var isPlanKnown = true
    /// What is done about positions that are no longer in the log; nil: nothing, the run ends.
    var policy: Loss.Policy?

    /// Where a partition begins or goes on.
    ///
    /// - Parameters:
    ///   - committed: the group's position; nil where there is none.
    ///   - files: what the own files know of this partition.
    ///   - range: what the log holds.
    ///   - first: where the partition begins without a position.
    /// - Throws: `ProxyError.conflict` where the position was moved by hand, lies inside a window of
    ///   another plan, is no longer in the log, or was committed with a checkpoint that the own files have
    ///   lost.
    func start(
        of source: TopicPartition, committed: CommittedPosition?, files: KnownOfFiles,
        range: Range<Offset>, first: () throws -> Offset
    ) throws -> StartingPoint {
        guard let committed else {
            if files.hasSettled {
                throw ProxyError(
                    .conflict,
                    "the group \(group) has no position in \(source), although this instance has "
                        + "committed one: it was deleted, with the topic perhaps, or has expired; take another group and new "
                        + "files")
            }
            return StartingPoint(
                segment: Segment(source: source, start: try first(), epoch: 1))
        }
        let metadata = try CommitMetadata(committed, of: source, group: group)
        if isPlanKnown && metadata.part != nil && metadata.plan != planDigest {
            throw ProxyError(
                .conflict,
                "the position of \(source) lies inside a window of another plan (\(metadata.plan), "
                    + "this one is \(planDigest)); run the old plan until it stops between windows, "
                    + "or take another group")
        }
        try Self.checkIsWritten(metadata.recorded(upTo: committed.offset), of: source, files)
        let loss = metadata.lost.map {
            Loss(
                source: source, start: committed.offset, through: $0.through, policy: $0.policy)
        }
        let next = loss.map { $0.through + 1 } ?? committed.offset
        // Where it goes on then is found out when that offset is asked for.
        guard next >= range.lowerBound || policy != nil else {
            throw Self.deleted(source, from: next, range)
        }
        guard next <= range.upperBound else {
            throw Self.anew(
                source, "ends at \(range.upperBound) and \(next) is to be read next")
        }
        return StartingPoint(
            segment: Segment(
                source: source, start: committed.offset, epoch: metadata.epoch + 1,
                emitted: metadata.part?.emitted ?? 0, through: metadata.part?.through,
                parent: metadata.recorded(upTo: committed.offset).owner,
                unrecorded: metadata.unrecorded?.before),
            last: metadata.last.flatMap { $0.offset >= range.lowerBound ? $0 : nil },
            part: metadata.part, loss: loss, partitionsAtFirst: metadata.partitions)
    }

    /// A checkpoint stands in the files before its positions are committed.
    private static func checkIsWritten(
        _ recorded: (owner: Segment.Parent?, offset: Offset, emitted: Int64),
        of source: TopicPartition,
        _ files: KnownOfFiles
    ) throws {
        guard let owner = recorded.owner, owner.recording == files.recording else { return }
        let reached = (owner.epoch, recorded.offset, recorded.emitted)
        if let last = files.last, reached <= (last.epoch, last.next, last.part?.emitted ?? 0) {
            return
        }
        throw ProxyError(
            .conflict,
            "the group stands at \(recorded.offset) in \(source) by a commit of the recording "
                + "\(files.recording), whose schedule ends in front of that: it was cut, by hand or by a loss of "
                + "power without --fsync; put it back, or take new files")
    }

    /// What is to be read next was deleted.
    static func deleted(
        _ source: TopicPartition, from next: Offset, _ range: Range<Offset>
    ) -> ProxyError {
        ProxyError(
            .conflict,
            "\(source) begins at \(range.lowerBound) and \(next) is to be read next: records were "
                + "deleted before they were read (retention); go on without them with "
                + "--on-offset-out-of-range earliest, which the schedule will say, or begin anew with "
                + "another group and new files")
    }

    /// The log is not the one that was read before.
    static func anew(_ source: TopicPartition, _ reason: String) -> ProxyError {
        ProxyError(
            .conflict,
            "\(source) \(reason): the topic was made anew; begin anew with another group and new files"
        )
    }

    /// What became of the transaction of the last checkpoint of an own file.
    ///
    /// - Parameter isWhole: all partitions were committed together, or none.
    /// - Throws: `ProxyError.conflict` where a position was moved by hand, or committed with a later checkpoint.
    func verdict(
        on checkpoint: Checkpoint, recording: String,
        committed: [TopicPartition: CommittedPosition], isWhole: Bool = true
    ) throws -> Journal.Verdict {
        var below = 0
        var own = 0
        for (source, position) in checkpoint.positions {
            guard let found = committed[source] else {
                below += 1
                continue
            }
            let metadata = try CommitMetadata(found, of: source, group: group)
            let recorded = metadata.recorded(upTo: found.offset)
            let reached = (recorded.offset, recorded.emitted)
            let wanted = (position.next, position.part?.emitted ?? 0)
            if reached < wanted { below += 1 }
            try Self.checkIsWritten(
                recorded, of: source, KnownOfFiles(recording: recording, last: position))
            let here = Segment.Parent(recording: recording, epoch: position.epoch)
            if reached == wanted, recorded.owner == here { own += 1 }
        }
        let all = checkpoint.positions.count
        if isWhole ? below > 0 : below == all { return .aborted }
        return (isWhole ? own > 0 : own == all) ? .committed : .inDoubt
    }
}
