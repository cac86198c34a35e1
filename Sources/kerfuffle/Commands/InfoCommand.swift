import Arguments
import Recording
import Reporting

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "info", abstract: "Say what a recording or a schedule holds.",
        discussion:
            "A recording's summary is believed unless --check reads every byte. Exit code 65 means "
            + "that a recording is cut or damaged, or a schedule's last line is.",
        examples: [
            CommandExample("kerfuffle info orders.mcap", "Topics, offsets and how the file ends"),
            CommandExample(
                "kerfuffle info orders.jsonl --format json", "What a schedule decided, as JSON"),
        ])

    @Argument(help: "A recording (file or folder) or a schedule.", completion: .files())
    var path: String

    @Flag(help: "Read the whole recording and check every byte.")
    var check = false

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            switch try FileKind(of: path) {
            case .recording:
                let summary = try RecordingSummary(path: path, checking: check)
                let report = RecordingReport(summary)
                try output.print(text: report.text, json: report.json)
                if case .damaged(let damage) = summary.ending {
                    throw Failure(
                        .input, "\(path): \(damage); kerfuffle recover saves what is whole")
                }
                if let source = summary.disordered.first {
                    throw Failure(
                        .input,
                        "\(path): offsets or times of arrival of \(source) do not rise, and no metadata "
                            + "record kerfuffle.unordered says so: what looks for offsets may pass over records"
                    )
                }
            case .schedule:
                let summary = try ScheduleSummary(path: path)
                let report = ScheduleReport(summary)
                try output.print(text: report.text, json: report.json)
                if summary.ending == .cut {
                    throw Failure(.input, "\(path): cut inside line \(summary.lines + 1)")
                }
            }
        }
    }
}
