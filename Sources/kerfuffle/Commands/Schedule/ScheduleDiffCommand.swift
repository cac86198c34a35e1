import Arguments
import Recording
import Reporting

struct ScheduleDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "diff", abstract: "What two schedules decide differently.",
        discussion: "Ends with 0 where they decide the same and with 1 where they do not.",
        examples: [
            CommandExample(
                "kerfuffle schedule diff before.jsonl after.jsonl", "Compare two schedules")
        ])

    @Argument(help: "One schedule.", completion: .files(extensions: ["jsonl", "zst"]))
    var left: String

    @Argument(help: "Another.", completion: .files(extensions: ["jsonl", "zst"]))
    var right: String

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        try reporting {
            let difference = try ScheduleDifference(left, right)
            let report = ScheduleDifferenceReport(difference)
            try output.print(text: report.text, json: report.json)
            if !difference.isEmpty { throw ExitCode(rawValue: Ending.difference.rawValue) }
        }
    }
}
