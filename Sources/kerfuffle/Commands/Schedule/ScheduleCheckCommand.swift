import Arguments
import Recording
import Reporting

struct ScheduleCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "check", abstract: "Look a schedule over after editing by hand.",
        discussion:
            "Says every line that will not do. With the recording, records, anchors and windows are "
            + "looked up too. Ends with 0 where all is well and with 65 where it is not.",
        examples: [
            CommandExample(
                "kerfuffle schedule check edited.jsonl --recording orders.mcap",
                "Check the lines and what they point at")
        ])

    @Argument(help: "The schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: String

    @Option(
        help: ArgumentHelp("The recording that it belongs to.", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var recording: String?

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            let check = try ScheduleCheck(schedule: schedule, recording: recording)
            let report = ScheduleCheckReport(check, of: schedule)
            try output.print(text: report.text, json: report.json)
            if !check.problems.isEmpty { throw ExitCode(rawValue: Ending.input.rawValue) }
        }
    }
}
