import Arguments
import Perturbation
import Proxy
import Recording

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "record",
        abstract: "Record topics, exactly once, and send nothing.",
        discussion:
            "Positions are committed with what is in the files, so that a run that was stopped or killed "
            + "goes on without a gap. Beside the recording stands a schedule that says what of it counts.",
        examples: [
            CommandExample(
                "kerfuffle record -b localhost:9092 --in orders --record orders.mcap",
                "Record orders until told to stop"),
            CommandExample(
                "kerfuffle record -b localhost:9092 --in orders --in payments --record shop "
                    + "--rotate 1GiB --until-end",
                "Both topics as of now, into a folder of files"),
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @OptionGroup var topics: InputTopics

    @Option(
        help: ArgumentHelp(
            "Sample and mask as this plan says; its rules are for the proxy.", example: "plan.yaml"),
        completion: .files(extensions: ["yaml", "yml", "json"]))
    var plan: String?

    @OptionGroup(title: "Files") var files: JournalFiles
    @OptionGroup(title: "Reading") var reading: RunOptions

    func validate() throws {
        if files.record == nil { throw ValidationError("give the file to record to: --record") }
    }

    mutating func run() throws {
        let display = reading.log.display(isService: true)
        StopSignals.install(announcing: !display.isStructured)
        try reading.log.reporting(display) {
            var findings = RunOptions.Findings()
            var document = try reading.document(&findings, or: PlanDocument(plan: .recording)) {
                try plan.map(PlanFile.read) ?? PlanDocument(plan: .recording)
            }
            document.plan = .recording(document.plan)
            let input =
                topics.input.isEmpty ? document.operations.routes.map(\.from) : topics.input
            if input.isEmpty {
                throw Failure(.usage, "no topic to read; give --in, or route in the plan")
            }
            let configuration = try reading.configuration(
                try kafka.client(), input.map { Route(input: $0, output: nil) }, document,
                files: files, &findings)
            try reading.run(configuration, files: files, findings, display)
        }
    }
}

extension Plan {
    /// Every record is a window by itself: it is committed as soon as it is in the file.
    fileprivate static let recording = Plan(
        seed: "", window: WindowShape(records: 1...1, maxWait: nil))

    /// The same, of what a plan samples and as it masks it.
    fileprivate static func recording(_ plan: Plan) -> Plan {
        var recording = recording
        if plan.sample.isEmpty && plan.mask == nil { return recording }
        (recording.seed, recording.sample, recording.mask) = (plan.seed, plan.sample, plan.mask)
        return recording
    }
}
