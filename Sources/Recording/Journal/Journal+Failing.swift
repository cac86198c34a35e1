import Perturbation
import Records

/// What becomes of the files where they cannot be written any more, and the work goes on.
extension Journal {
    /// A journal without files: those of this process failed before.
    public convenience init(header: ScheduleHeader, after failure: RecordingError) {
        self.init(
            header: header, schedule: nil, recording: nil, number: 0,
            mark: Mark(schedule: 0, recording: nil))
        self.failure = failure
    }

    /// Writes; where the system refuses and the work is to go on, nothing is written from then on.
    ///
    /// - Parameter cuts: what became of the last checkpoint is known: what lies behind it may be cut.
    func writing(cuts: Bool = true, _ body: () throws -> Void) throws {
        guard failure == nil else { return }
        do { try body() } catch let error as RecordingError
            where outlivesFailure && error.kind == .system
        {
            fail(error, cuts: cuts)
        }
    }

    /// Leaves the files as a reader can take them, as far as the disk lets it: cut to the last checkpoint
    /// that is settled, closed, with a line that says of which partitions more was emitted. Where it
    /// does not, they are as a kill would have left them.
    private func fail(_ error: RecordingError, cuts: Bool) {
        failure = error
        let sources = begun.sorted()
        text.removeAll()
        latestWords.removeAll(keepingCapacity: true)
        if cuts {
            latest = settled
            do {
                if header.mayRepeat {
                    // What is whole may have been sent: only what is torn is cut.
                    try schedule?.truncate(to: schedule?.byteCount ?? 0)
                    try recording?.cutTorn()
                } else {
                    try schedule?.truncate(to: settled.schedule)
                    if let place = settled.recording { try recording?.rollBack(to: place) }
                }
                try end(sources)
            } catch {
                // The cause is told already.
            }
        }
        onFailure?(error)
    }

    /// Of these partitions more was emitted than any file has.
    func note(unrecorded sources: [TopicPartition]) throws {
        if sources.isEmpty { return }
        text.append(unrecorded: sources)
        try settleHere()
    }

    /// From where on nothing of the segment is in the files; nil while they are written.
    public func unrecorded(
        of segment: JournalSegment
    ) -> (before: Segment.Unrecorded, parent: Segment.Parent?)? {
        guard failure != nil else { return nil }
        let line = segment.segment
        if let settled = segment.settled {
            return (
                .init(start: settled.next, emitted: settled.part?.emitted ?? 0),
                .init(recording: header.recording, epoch: line.epoch)
            )
        }
        return (line.unrecorded ?? .init(start: line.start, emitted: line.emitted), line.parent)
    }
}
