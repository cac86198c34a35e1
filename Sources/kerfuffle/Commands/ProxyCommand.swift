import Arguments
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

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic to read.", valueName: "topic", example: "orders"))
    var input: [String]

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "The topic to write for the --in of the same place.", valueName: "topic",
            example: "orders.shadow"))
    var output: [String]

    @Option(help: "What is guaranteed.")
    var delivery: DeliveryGuarantee = .exactlyOnce

    @Option(
        name: .customLong("allow-topic"),
        help: ArgumentHelp(
            "Write to this topic although its name does not say shadow.", valueName: "topic",
            example: "qa"))
    var allowTopic: [String] = []

    @Flag(help: "Write to topics that replace timestamps (LogAppendTime).")
    var allowLogAppendTime = false

    @OptionGroup(title: "Plan") var perturbation: PlanOptions
    @OptionGroup(title: "Files") var files: JournalFiles
    @OptionGroup(title: "Reading") var reading: RunOptions

    func validate() throws {
        if input.count != output.count {
            throw ValidationError(
                "\(input.count) --in and \(output.count) --out: give each --in its --out")
        }
    }

    mutating func run() throws {
        let display = reading.log.display()
        StopSignals.install(announcing: !display.isStructured)
        try reading.log.reporting(display) {
            var configuration = try reading.configuration(
                try kafka.client(), zip(input, output).map { Route(input: $0, output: $1) },
                try perturbation.document(), files: files)
            configuration.delivery = delivery
            configuration.shadow = ShadowGuard(allowing: allowTopic)
            configuration.allowsLogAppendTime = allowLogAppendTime
            try reading.run(configuration, files: files, display)
        }
    }
}

extension DeliveryGuarantee: ExpressibleByArgument {}
