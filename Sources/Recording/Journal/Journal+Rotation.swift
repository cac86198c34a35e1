import Perturbation

/// From one pair of files to the next.
extension Journal {
    /// Bytes of both files, as far as they were handed to the system.
    public var byteCount: UInt64 {
        (schedule?.byteCount ?? 0) + UInt64(settled.recording?.bytes ?? 0)
    }

    /// The first arrival that the pair at hand knows, in nanoseconds since 1970; nil where it has none.
    public var firstArrivalNs: UInt64? { recording?.firstArrivalNs }

    /// Closes the pair at hand and begins another. All that was sent is committed; every partition is read
    /// from its position again, and begins a segment there.
    ///
    /// - Throws: `RecordingError` where one cannot be closed or the other not be begun.
    public func rotate(
        to paths: JournalPaths, header: ScheduleHeader, identity: RecordingIdentity,
        options: RecordingWriter.Options
    ) throws {
        try writing {
            // Under at-least-once windows may be written that are not sent yet.
            if !text.isEmpty || (schedule?.byteCount ?? 0) > settled.schedule
                || recording?.hasMore(than: settled.recording) == true
            {
                text.removeAll()
                try schedule?.truncate(to: settled.schedule)
                if let place = settled.recording { try recording?.rollBack(to: place) }
            }
            try end([])
            Failpoint.rotating.pass()
            let next = try Journal.create(
                at: paths, header: header, identity: identity, options: options)
            adopt(next)
        }
    }
}
