import Arguments
import Foundation
import Interchange
import Recording
import Reporting

struct ExportCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case ndjson, kcat, csv, console
    }

    static let configuration = CommandConfiguration(
        name: "export", abstract: "Write the records of a recording as text.",
        discussion:
            "ndjson and csv keep everything of a record, bytes that are no text as base64. kcat is "
            + "the JSON of kcat -J: it has no time of arrival and no leader epoch, and its strings "
            + "are no JSON where a record holds bytes that are not UTF-8. console has the lines that "
            + "kafka-console-producer and kcat -P read, without topic, partition and timestamp. "
            + "None keeps the recording's id. docs/recording-format.md describes all of them.",
        examples: [
            CommandExample(
                "kerfuffle export orders.mcap --as csv -o orders.csv", "A table of all records"),
            CommandExample(
                "kerfuffle export orders.mcap --as kcat | jq .payload",
                "What kcat -J would have printed"),
            CommandExample(
                "kerfuffle export orders.mcap --as console --fields key,value | "
                    + "kcat -b localhost:9092 -t orders.shadow -P -K '\\t'",
                "Keys and values for kcat to send"),
        ])

    @Argument(
        help: "A recording: a file or a folder.", completion: .files(extensions: ["mcap"]))
    var recording: String

    @Option(name: .customLong("as"), help: "The format of the text.")
    var format: Format = .ndjson

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write, which must not be there yet; - is standard output.",
            valueName: "file", example: "orders.csv"),
        completion: .files())
    var output: String = TextOutput.standard

    @OptionGroup(title: "Console lines") var console: ConsoleOptions
    @OptionGroup(title: "Selection") var selection: SelectionOptions

    private var printedFormat: PrintedFormat {
        switch format {
        case .ndjson: .ndjson
        case .kcat: .kcat
        case .csv: .csv
        case .console: .console
        }
    }

    /// How many records there will be, where a recording's summary tells.
    private func total() throws -> UInt64? {
        if selection.selection != RecordSelection() || !Progress.isOnTerminal { return nil }
        let records = try RecordingSummary(path: recording).records
        return min(records, selection.limit ?? .max)
    }

    mutating func run() throws {
        let isFile = output != TextOutput.standard
        if isFile { StopSignals.install() }
        try reporting {
            let reader = try RecordingReader(path: recording, selection: selection.selection)
            let progress = Progress("records", of: try total())
            defer { progress.finish() }
            let text = try TextOutput(path: output)
            let export: Export
            do {
                export = try Export(
                    reader, as: printedFormat, to: text, console: console.layout(),
                    limit: selection.limit,
                    onProgress: {
                        progress.update($0)
                        if StopSignals.isRaised {
                            throw Failure(.files, "stopped; \(output) was not written")
                        }
                    })
            } catch {
                // What can be read of a damaged recording is kept.
                if isFile && !(error is RecordingError) {
                    try? FileManager.default.removeItem(atPath: output)
                }
                throw error
            }
            warn(export.notices)
        }
    }
}
