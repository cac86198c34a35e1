import Arguments
import KafkaClient
import Masking
import Proxy
import Recording
import Records
import Reporting

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "verify",
        abstract: "Is this output exactly what that recording and schedule say?",
        discussion:
            "Compares keys, values, headers and timestamps delivery by delivery and names the first "
            + "difference of each partition. Ends with 0 where there is none and with 1 where there is.",
        examples: [
            CommandExample(
                "kerfuffle verify --recording orders.mcap --schedule orders.jsonl "
                    + "--in orders --out orders.shadow -b localhost:9092",
                "Compare the topic orders.shadow with the files of a proxy"),
            CommandExample(
                "kerfuffle verify --recording orders.mcap --schedule orders.jsonl --output out.mcap",
                "Compare a recording of the output"),
        ])

    @Option(
        help: ArgumentHelp(
            "What went in, each with its --schedule.", example: "orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var recording: [String]

    @Option(
        help: ArgumentHelp(
            "What was decided; none: beside each recording, and in a folder that retention keeps.",
            example: "orders.jsonl"),
        completion: .files(extensions: ["jsonl", "zst"]))
    var schedule: [String] = []

    @Option(
        help: ArgumentHelp(
            "A recording of what came out, in place of topics.", example: "out.mcap"),
        completion: .files(extensions: ["mcap"]))
    var output: String?

    @OptionGroup var positions: PositionOptions
    @OptionGroup var topics: TopicMap
    @OptionGroup(title: "Kafka") var kafka: BrokerOptions
    @OptionGroup(title: "The output's own cluster") var target: TargetOptions
    @OptionGroup var printed: OutputOptions

    func validate() throws {
        if !schedule.isEmpty && recording.count != schedule.count {
            throw ValidationError(
                "\(recording.count) --recording and \(schedule.count) --schedule: they go in pairs")
        }
        if output == nil && topics.input.isEmpty {
            throw ValidationError(
                "nothing to compare with; give --output FILE, or --in, --out and -b")
        }
        if let merged = topics.output.first(where: { name in
            topics.output.filter { $0 == name }.count > 1
        }) {
            throw ValidationError("\(merged) is the output of two inputs; each has its own")
        }
    }

    mutating func run() throws {
        try reporting {
            let pairs = try JournalFiles.pairs(recording, schedule)
            try topics.check(against: pairs)
            if output == nil { try topics.checkAll(of: pairs) }
            let delivered = try output.map { try DeliveredRecords(recording: $0) } ?? fromTopics()
            let committed = try positions.committed(of: pairs.map(\.schedule), kafka, target)
            let expected = try ExpectedOutput(
                pairs, committed: committed, asSent: Stamper.asSent)
            let repeats = try RepeatedDeliveries(
                pairs, committed: committed, asSent: Stamper.asSent)
            let name = try topics.names()
            let progress = Progress("deliveries")
            defer { progress.finish() }
            let result = try Verification(
                expected, against: delivered, allowing: repeats.isEmpty ? nil : repeats,
                output: name,
                progress: { progress.update(UInt64($0)) })
            progress.finish()
            let report = VerificationReport(result)
            try printed.print(text: report.text, json: report.json)
            if !result.differences.isEmpty || result.unrecorded.contains(where: { !$0.isRemoved }) {
                throw ExitCode(rawValue: Ending.difference.rawValue)
            }
        }
    }

    private func fromTopics() throws -> DeliveredRecords {
        try DeliveredRecords(
            topics: try topics.outputs(of: recording),
            client: try target.client() ?? kafka.client(), onEvent: { _ in },
            onWait: { warn([$0]) })
    }
}
