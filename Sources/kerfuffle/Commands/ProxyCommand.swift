import Arguments
import Configuration
import Foundation
import Perturbation
import Proxy
import Recording

struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "proxy",
        abstract: "Stand between two topics: perturb by seed, record, and emit again.",
        discussion:
            "The first SIGINT or SIGTERM ends it cleanly: whole windows are sent and committed, open "
            + "ones are formed again by the next run. A second one ends it at once; that, like a kill, "
            + "loses nothing. The counts go to standard output, all else to standard error.",
        examples: [
            CommandExample(
                "kerfuffle proxy -b localhost:9092 --in orders --out orders.shadow "
                    + "--seed s1 --drop 5% --record orders.mcap --schedule orders.jsonl",
                "Perturb orders by the default plan, more of it dropped, and keep all of it"),
            CommandExample(
                "kerfuffle proxy -b localhost:9092 --in orders --out orders.shadow "
                    + "--plan plan.yaml --until-end --format json",
                "By a plan of your own up to the end as of now"),
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @OptionGroup var topics: InputTopics

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "The topic to write for the --in of the same place; $1 is what its first group matched.",
            valueName: "topic", example: "orders.shadow"))
    var output: [String] = []

    @Option(
        help: ArgumentHelp(
            "Send no more than so many records (500/s) or bytes (1MiB/s).", valueName: "rate",
            example: "500/s"),
        as: ArgumentType(.maxRate))
    var maxRate: [MaxRate] = []

    @Option(help: "What is guaranteed.")
    var delivery: DeliveryGuarantee = .exactlyOnce

    @OptionGroup var writing: WritingOptions

    @Option(
        help: "What is done where recording or schedule cannot be written any more; 74 at the end.")
    var onRecordingFailure: RecordingFailure = .stop

    enum RecordingFailure: String, CaseIterable, ExpressibleByArgument {
        case stop
        case goOn = "continue"
    }

    @OptionGroup(title: "The output's own cluster") var target: TargetOptions
    @OptionGroup(title: "Plan") var perturbation: PlanOptions
    @OptionGroup(title: "Files") var files: JournalFiles
    @OptionGroup(title: "Reading") var reading: RunOptions

    func validate() throws {
        if topics.input.count != output.count {
            throw ValidationError(
                "\(topics.input.count) --in and \(output.count) --out: give each --in its --out")
        }
    }

    mutating func run() throws {
        let display = reading.log.display(isService: true)
        StopSignals.install(announcing: !display.isStructured)
        try reading.log.reporting(display) {
            var findings = RunOptions.Findings()
            let document = try reading.document(
                &findings, or: PlanDocument(plan: .standard), perturbation.document)
            var configuration = try reading.configuration(
                try kafka.client(), try routes(document.operations), document, files: files,
                &findings)
            configuration.maxRates = maxRate.isEmpty ? document.operations.maxRates : maxRate
            configuration.delivery = delivery
            configuration.target = try target.cluster(group: configuration.group)
            configuration.shadow = writing.shadow
            configuration.allowsLogAppendTime = writing.allowLogAppendTime
            configuration.outlivesRecording = onRecordingFailure == .goOn
            try reading.run(configuration, files: files, findings, display)
        }
    }
}

extension ProxyCommand {
    /// Those of the command line, else those of the plan.
    private func routes(_ operations: Operations) throws -> [Route] {
        if !topics.input.isEmpty {
            return zip(topics.input, output).map { Route(input: $0, output: $1) }
        }
        if operations.routes.isEmpty {
            throw Failure(
                .usage, "no topic to read; give --in and --out, or route in the plan")
        }
        return operations.routes.map { Route(input: $0.from, output: $0.to) }
    }
}

extension DeliveryGuarantee: ExpressibleByArgument {}
