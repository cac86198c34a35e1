import Arguments
import Interchange
import Recording

struct CatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "cat", abstract: "Print the records of a recording, a line each.",
        discussion:
            "Text stands as it is; null is a bare null, an empty text \"\", and bytes that are no "
            + "text are escaped. With --format json a line is a JSON object without any loss. "
            + "Offsets and times are looked up in the recording's index.",
        examples: [
            CommandExample(
                "kerfuffle cat orders.mcap --topic orders --partition 3 --offset 1200..1210",
                "Eleven records of one partition")
        ])

    @Argument(
        help: "A recording: a file or a folder.", completion: .files(extensions: ["mcap"]))
    var recording: String

    @OptionGroup(title: "Selection") var selection: SelectionOptions

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            let reader = try RecordingReader(path: recording, selection: selection.selection)
            _ = try Export(
                reader, as: output.format == .json ? .ndjson : .readable, to: TextOutput(),
                limit: selection.limit)
        }
    }
}
