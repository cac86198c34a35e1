import Arguments
import Interchange
import Recording
import Reporting

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "import", abstract: "Make a recording of records that are text.",
        discussion:
            "Reads what export writes, what kcat -C -J prints, and lines of "
            + "kafka-console-consumer. The console's lines name no topic (--topic), and which of "
            + "headers, key and value they have must be said (--fields). What stands between them "
            + "(tabs and line ends) or for null (null) must stand in no record: choose it for both, "
            + "as in the last example.",
        examples: [
            CommandExample(
                "kerfuffle import orders.csv -o orders.mcap", "Back from a table of records"),
            CommandExample(
                "kcat -b localhost:9092 -t orders -C -e -J | "
                    + "kerfuffle import - --as kcat -o orders.mcap",
                "A recording of what kcat reads"),
            CommandExample(
                "kerfuffle import lines.txt --as console --topic orders --fields headers,key,value "
                    + "--line-separator '\\x1e\\n' --null-literal '<null>' -o orders.mcap",
                "What kafka-console-consumer printed with the same line.separator and null.literal"),
        ])

    @Argument(
        help: ArgumentHelp("The text; - is standard input.", valueName: "file"),
        completion: .files())
    var input: String

    @Option(
        name: .customLong("as"),
        help: "The format of the text; none: by the file's name (.csv, .ndjson, .jsonl).")
    var format: ParsedFormat?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The recording to write, which must not be there yet.", valueName: "file",
            example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var output: String

    @Option(help: ArgumentHelp("The topic of console lines.", example: "orders"))
    var topic: String?

    @OptionGroup(title: "Console lines") var console: ConsoleOptions

    @OptionGroup(title: "Recording") var recording: RecordingOptions

    @OptionGroup var result: OutputOptions

    private func layout() throws -> RecordParser.Layout {
        switch format ?? ParsedFormat(fileName: input) {
        case .ndjson: return .ndjson
        case .kcat: return .kcat
        case .csv: return .csv
        case .console:
            guard let topic else {
                throw ValidationError("console lines name no topic; give it with --topic")
            }
            return .console(console.layout(topic: topic))
        case nil:
            throw ValidationError(
                "\(input) does not tell its format by its name; give --as ndjson, kcat, csv or "
                    + "console")
        }
    }

    func validate() throws { _ = try layout() }

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let text = try TextInput(path: input)
            let recorder = try BulkRecorder(
                creating: output, identity: recording.identity, options: recording.writerOptions)
            let progress = Progress("records")
            defer { progress.finish() }
            let done = try Import(
                text, as: try layout(), to: recorder,
                onProgress: {
                    progress.update($0)
                    if StopSignals.isRaised {
                        throw Failure(.files, "stopped; \(output) was not written")
                    }
                })
            warn(done.notices)
            try result.print(
                text: "\(done.records) records in \(output)\n",
                json: .object([
                    .init("records", .number(String(done.records))),
                    .init("recording", .string(output)),
                ]))
        }
    }
}

extension ParsedFormat: ExpressibleByArgument {}
