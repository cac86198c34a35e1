import Arguments
import Auditing
import Checking
import Foundation
import Recording
import Reporting

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "check",
        abstract: "Do these invariants hold of what was recorded?",
        discussion:
            "Judges recordings alone, by the invariants of a file (docs/invariants.md): what went into a system, "
            + "what came out, and whose doing a loss or a repetition is. Ends with 0 where all of them hold, with 1 "
            + "where one is broken, and with 65 where one cannot be judged and none is broken.",
        examples: [
            CommandExample(
                "kerfuffle check orders.mcap charges.mcap --invariants invariants.yaml",
                "Input and output in two recordings"),
            CommandExample(
                "kerfuffle check charges.mcap --fed orders.mcap --schedule orders.jsonl "
                    + "--invariants invariants.yaml",
                "What a proxy delivered, and what the system made of it"),
            CommandExample(
                "kerfuffle check after.mcap --baseline before.mcap --invariants invariants.yaml",
                "Held against a run that was not perturbed"),
        ])

    @Argument(
        help: "Recordings: files or folders.", completion: .files(extensions: ["mcap"]))
    var recordings: [String]

    @Option(
        help: ArgumentHelp(
            "The invariants: input, observe, contract, normalize, invariants; a hunt file will do.",
            valueName: "file", example: "invariants.yaml"),
        completion: .files(extensions: ["yaml", "yml"]))
    var invariants: String

    @Option(
        help: ArgumentHelp(
            "What was fed, where a schedule changed it: the recording of the input.",
            valueName: "recording", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var fed: [String] = []

    @Option(
        help: ArgumentHelp(
            "What was decided for each --fed; none: beside it.", valueName: "file",
            example: "orders.jsonl"),
        completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the system shows when nothing is perturbed.", valueName: "recording",
            example: "before.mcap"),
        completion: .files(extensions: ["mcap"]))
    var baseline: [String] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !schedule.isEmpty && fed.count != schedule.count {
            throw ValidationError(
                "\(fed.count) --fed and \(schedule.count) --schedule: they go in pairs")
        }
    }

    mutating func run() throws {
        try reporting {
            try refuseJSONLines(recordings + fed + baseline)
            if baseline.isEmpty, fed.isEmpty, let audit = try streamed() {
                return try report(audit)
            }
            let recorded = try RecordedRecords(recordings)
            let before = baseline.isEmpty ? nil : try RecordedRecords(baseline)
            let feed = fed.isEmpty ? nil : try Feed(JournalFiles.pairs(fed, schedule))
            var topics = recorded.topics
            for records in feed?.records.sources ?? [] where !topics.contains(records.topic) {
                topics.append(records.topic)
            }
            let file = try CheckFile(path: invariants, topics: topics)
            guard !file.plan.invariants.isEmpty else {
                throw Failure(
                    .input, "\(invariants): no invariants; write invariants: [uniqueness: {…}]")
            }
            warn(file.unseen(among: topics).map { "no recording has a record of the topic \($0)" })
            let folder = URL(fileURLWithPath: invariants).deletingLastPathComponent().path
            let audit: Audit
            do {
                audit = try Audit(
                    file, recorded: recorded, baseline: before, fed: feed, folder: folder)
            } catch let error as CheckingError {
                throw Failure(.input, "\(invariants): \(error)")
            }
            try report(audit)
        }
    }

    /// The audit in memory that does not grow with the recordings; nil where the file asks for more.
    private func streamed() throws -> Audit? {
        let topics = try StreamedAudit.topics(of: recordings)
        guard let file = try? CheckFile(path: invariants, topics: topics),
            !file.plan.invariants.isEmpty, file.unseen(among: topics).isEmpty,
            StreamedAudit.isPossible(file)
        else { return nil }
        do {
            return try StreamedAudit.audit(file, recordings: recordings, topics: topics)
        } catch let error as CheckingError {
            throw Failure(.input, "\(invariants): \(error)")
        }
    }

    private func report(_ audit: Audit) throws {
        let report = AuditReport(audit)
        try output.print(text: report.text, json: report.json)
        if !audit.holds { throw ExitCode(rawValue: Ending.difference.rawValue) }
        if let first = audit.unjudged.first {
            throw Failure(
                .input,
                "\(invariants): \(first.invariant.name) cannot be judged: \(first.reason ?? "")")
        }
    }
}
