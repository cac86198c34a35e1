import Recording

/// Writes the records of a recording as text.
public struct Export {
    public let records: UInt64
    /// What the format could not keep, a sentence each.
    public let notices: [String]

    /// - Parameters:
    ///   - console: how lines for kafka-console-producer look.
    ///   - limit: at most so many records; nil for all.
    ///   - onProgress: told the number of records now and then; what it throws ends the export.
    /// - Throws: `RecordingError` where the recording cannot be read on; what was read before is
    ///   written then. `InterchangeError` where the text cannot be written.
    /// - Complexity: memory stays within a chunk and a piece of text.
    public init(
        _ reader: RecordingReader, as format: PrintedFormat, to output: TextOutput,
        console: ConsoleLayout = ConsoleLayout(topic: "", fields: [.value]),
        limit: UInt64? = nil, onProgress: (UInt64) throws -> Void = { _ in }
    ) throws {
        var printer = RecordPrinter(format, console: console)
        var count: UInt64 = 0
        printer.begin(into: &output.text)
        do {
            while count < limit ?? .max, try reader.next() {
                try reader.withRecord { printer.append($0, at: 0, into: &output.text) }
                try output.flushIfLarge()
                count += 1
                if count % 1000 == 0 { try onProgress(count) }
            }
        } catch {
            try output.flush()
            throw error
        }
        try output.flush()
        records = count
        notices = printer.notices
    }
}
