import Digests
import Perturbation
import Records

/// A segment that is being written: its partition's records so far, counted and digested.
public final class JournalSegment {
    public let segment: Segment
    /// Its line stands before its first window.
    var isWritten = false
    /// The checkpoint in front of its last window.
    var number: Int64 = -1
    /// Its last checkpoint that is known to have been committed.
    var settled: Checkpoint.Position?
    private var records: Int64 = 0
    private let digest: RecordDigest

    init(_ segment: Segment, _ digest: RecordDigest.Kind) {
        self.segment = segment
        self.digest = RecordDigest(digest)
    }

    /// All deliveries of a window are part of the transaction now: its records count.
    public func count(_ window: RecordBlock) {
        records += Int64(window.count)
        window.withUnsafeBytes { digest.update($0) }
    }

    /// What a checkpoint says of the segment now.
    ///
    /// - Parameters:
    ///   - next: the next window's start.
    ///   - part: how far that window was emitted, where it was emitted in part.
    public func position(
        next: Offset, part: Checkpoint.Position.Part? = nil
    ) -> Checkpoint.Position {
        Checkpoint.Position(
            next: next, epoch: segment.epoch, records: records,
            digest: digest.text, part: part)
    }
}
