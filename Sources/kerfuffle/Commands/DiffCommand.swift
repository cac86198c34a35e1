import Arguments
import Auditing
import Checking
import Recording
import Reporting

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "diff",
        abstract: "Where do two recordings differ?",
        discussion:
            "Compares keys and values topic by topic and names the first difference of each key. Offsets, timestamps, "
            + "partitions and headers are not compared. Ends with 0 where there is no difference and with 1 where "
            + "there is one. Two schedules are compared by kerfuffle schedule diff.",
        examples: [
            CommandExample(
                "kerfuffle diff before.mcap after.mcap", "The records of each key, in their order"),
            CommandExample(
                "kerfuffle diff before.mcap after.mcap --view state --key .order.id",
                "How each order ends"),
            CommandExample(
                "kerfuffle diff before.mcap after.mcap --rules hunt.yaml",
                "Without what the file's normalize calls noise"),
        ])

    @Argument(help: "One recording.", completion: .files(extensions: ["mcap"]))
    var left: String

    @Argument(help: "Another.", completion: .files(extensions: ["mcap"]))
    var right: String

    @Option(
        help: ArgumentHelp(
            "How: each key's records in order (sequence), how often each record is there (multiset), or each key's last "
                + "record (state). None: as suits the stream, sequence for topics."))
    var view: View?

    @Option(
        help: ArgumentHelp(
            "What names the entity: key, value, header.NAME or a path into the value.",
            valueName: "selector", example: ".order.id"))
    var key: String = "key"

    @Option(help: ArgumentHelp("Only this topic.", example: "orders"))
    var topic: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file with normalize, and observe where topics are more than records in order.",
            valueName: "file", example: "hunt.yaml"),
        completion: .files(extensions: ["yaml", "yml"]))
    var rules: String?

    @OptionGroup var output: OutputOptions

    enum View: String, CaseIterable, ExpressibleByArgument {
        case sequence, multiset, state
    }

    func validate() throws {
        if Selector(plain: key) == nil {
            throw ValidationError(
                "--key \(key): write key, value, header.NAME, or a path such as .order.id")
        }
    }

    mutating func run() throws {
        try reporting {
            try refuseJSONLines([left, right])
            let selection = RecordSelection(topics: Set(topic))
            let recorded = try (
                RecordedRecords([left], selection: selection),
                RecordedRecords([right], selection: selection)
            )
            let topics = recorded.0.topics + recorded.1.topics.filter { recorded.0[$0] == nil }
            var file = try rules.map { try CheckFile(path: $0, topics: topics) } ?? CheckFile()
            if !topic.isEmpty { file.observe?.removeAll { !topic.contains($0.topic) } }
            let comparison = try RecordingComparison(
                recorded.0, recorded.1, file: file,
                view: view.flatMap { Divergence.View(rawValue: $0.rawValue) },
                key: Selector(plain: key) ?? .key)
            warn(
                comparison.withoutEntities.map {
                    "--key \(key) finds nothing in any record of \($0): all its records are compared as one entity"
                })
            let report = RecordingComparisonReport(comparison)
            try output.print(text: report.text, json: report.json)
            if !comparison.divergences.isEmpty {
                throw ExitCode(rawValue: Ending.difference.rawValue)
            }
        }
    }
}
