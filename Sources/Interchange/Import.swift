import Recording

/// Writes a recording from records that are read as text.
public struct Import {
    public let records: UInt64
    /// What the text could not tell or had to be changed, a sentence each.
    public let notices: [String]

    /// Closes the recording at the end; where anything fails, it is removed again.
    ///
    /// - Parameter onProgress: told the number of records now and then; what it throws ends the import.
    /// - Throws: `InterchangeError` with the line of a text that is no record; `RecordingError` where
    ///   the recording cannot be written.
    public init(
        _ input: TextInput, as layout: RecordParser.Layout, to recorder: BulkRecorder,
        onProgress: (UInt64) throws -> Void = { _ in }
    ) throws {
        var parser = RecordParser(layout, named: input.name)
        var count: UInt64 = 0
        func write(_ parsed: ParsedRecord) throws {
            try recorder.append(parsed.record, arrivalNs: parsed.arrivalNs)
            count += 1
            if count % 1000 == 0 { try onProgress(count) }
        }
        do {
            while try input.next({ try parser.take($0, write) }) {}
            try parser.finish(write)
            try recorder.close()
        } catch {
            recorder.discard()
            throw error
        }
        records = count
        notices = Self.notices(recorder)
    }

    private static func notices(_ recorder: BulkRecorder) -> [String] {
        var notices: [String] = []
        if recorder.arrivalsMade > 0 {
            notices.append(
                "\(recorder.arrivalsMade) records say nothing of when they arrived; "
                    + "they got times of arrival from their timestamps")
        }
        if recorder.arrivalsRaised > 0 {
            notices.append(
                "\(recorder.arrivalsRaised) times of arrival were not behind the one before in their partition, "
                    + "and were raised; in a recording they rise in each partition")
        }
        return notices
    }
}
