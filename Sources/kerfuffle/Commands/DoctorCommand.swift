import Arguments
import Proxy
import Reporting

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "doctor",
        abstract: "Ask a cluster whether a run would work there, and what to grant.",
        discussion:
            "It looks at what the brokers can do, at the topics, and at each right that proxy or record "
            + "needs, and names the command that mends what is bad. Nothing is stored: rights to write "
            + "are tried with requests that a broker refuses once it has checked them. With --to-brokers "
            + "each of the two clusters is asked for its part.",
        examples: [
            CommandExample(
                "kerfuffle doctor -b kafka:9093 -F client.conf --in orders --out orders.shadow",
                "Everything that a proxy between the two needs"),
            CommandExample(
                "kerfuffle doctor -b localhost:9092 --in orders --principal User:kerfuffle",
                "What recording orders takes, granted to that user"),
            CommandExample(
                "kerfuffle doctor -b prod:9092 --to-brokers shadow:9092 --in orders --out orders.shadow",
                "Both clusters of a proxy whose output has its own"),
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("A topic to be read.", valueName: "topic", example: "orders"))
    var input: [String] = []

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "The topic to be written for the --in of the same place; none: they are recorded.",
            valueName: "topic", example: "orders.shadow"))
    var output: [String] = []

    @Option(
        help: ArgumentHelp(
            "The consumer group; none: named as proxy and record name it.",
            example: "kerfuffle-orders"),
        as: .name)
    var group: String?

    @Option(
        help: ArgumentHelp(
            "The instance's name; none: any that begins with the group's.",
            example: "kerfuffle-orders-1"),
        as: .name)
    var instance: String?

    @Option(help: "What is to be guaranteed.")
    var delivery: DeliveryGuarantee = .exactlyOnce

    @Option(
        name: .customLong("allow-topic"),
        help: ArgumentHelp(
            "This topic may be written although its name does not say shadow.", valueName: "topic",
            example: "qa"))
    var allowTopic: [String] = []

    @Option(
        help: ArgumentHelp(
            "For whom rights are to be granted.", valueName: "name", example: "User:kerfuffle"))
    var principal: String?

    @OptionGroup(title: "The output's own cluster") var target: TargetOptions
    @OptionGroup var printing: OutputOptions

    func validate() throws {
        if !output.isEmpty && input.count != output.count {
            throw ValidationError(
                "\(input.count) --in and \(output.count) --out: give each --in its --out, or none")
        }
        if target.toBrokers != nil && output.isEmpty {
            throw ValidationError("--to-brokers is where --out is; give that too")
        }
    }

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let routes = input.enumerated().map { index, topic in
                Route(input: topic, output: index < output.count ? output[index] : nil)
            }
            let group = group ?? RunOptions.group(of: routes)
            var doctor = Doctor(
                try kafka.client(), target: try target.cluster(group: group), routes: routes,
                group: group, instance: instance,
                delivery: delivery, shadow: ShadowGuard(allowing: allowTopic),
                principal: principal)
            let diagnosis = try doctor.examine()
            try printing.print(
                text: DiagnosisReport.text(diagnosis), json: DiagnosisReport.json(diagnosis))
            if !diagnosis.isWell { throw ExitCode(rawValue: Ending.broker.rawValue) }
        }
    }
}
