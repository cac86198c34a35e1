import Arguments
import Configuration
import Foundation
import KafkaClient
import Perturbation
import Proxy
import Recording

struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "proxy",
        abstract: "Stand between two topics: perturb by seed, record, and emit again.",
        examples: [
            CommandExample(
                "kerfuffle proxy -b localhost:9092 --in orders --out orders.shadow "
                    + "--seed s1 --record orders.mcap --schedule orders.jsonl",
                "Perturb orders by the default plan and keep a recording and a schedule")
        ])

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic to read; may be repeated.", valueName: "topic", example: "orders"))
    var input: [String]

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "The topic to write for the --in of the same place.", valueName: "topic",
            example: "orders.shadow"))
    var output: [String]

    @Option(help: ArgumentHelp("The consumer group.", example: "kerfuffle-orders"))
    var group: String?

    @Option(
        help: ArgumentHelp(
            "This instance's name, which stays over restarts (transactional.id).",
            example: "kerfuffle-orders-1"))
    var instance: String?

    @Option(
        help: ArgumentHelp("The plan; none: the default plan.", example: "plan.yaml"),
        completion: .files(extensions: ["yaml", "yml", "json"]))
    var plan: String?

    @Option(help: ArgumentHelp("Overrides the plan's seed.", example: "s1"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Record to this file (or folder, with --rotate).", example: "orders.mcap"))
    var record: String?

    @Option(help: ArgumentHelp("Write the schedule to this file.", example: "orders.jsonl"))
    var schedule: String?

    @Option(help: "What is guaranteed.")
    var delivery: DeliveryGuarantee = .exactlyOnce

    @Flag(help: "Run to the ends noted at the start, close the last windows there and stop.")
    var untilEnd = false

    @Option(
        name: .customLong("allow-topic"),
        help: ArgumentHelp(
            "Write to this topic although its name does not say shadow.", example: "qa"))
    var allowTopic: [String] = []

    mutating func run() throws {
        StopSignals.install(announcing: true)
        try reporting {
            guard input.count == output.count else {
                throw Failure(
                    .usage,
                    "\(input.count) --in and \(output.count) --out: give each --in its --out")
            }
            var plan =
                try self.plan.map { path in
                    try Plan(yaml: Array(Data(contentsOf: URL(fileURLWithPath: path))), file: path)
                } ?? .standard
            if let seed { plan.seed = seed }
            let group = group ?? "kerfuffle.\(output.joined(separator: "."))"
            var configuration = ProxyConfiguration(
                client: try kafka.client(), group: group,
                instance: instance ?? "\(group).\(ProcessInfo.processInfo.hostName)",
                routes: zip(input, output).map { Route(input: $0, output: $1) }, plan: plan,
                paths: JournalPaths(recording: record, schedule: schedule), tool: Kerfuffle.tool)
            configuration.delivery = delivery
            configuration.untilEnd = untilEnd
            configuration.shadow = ShadowGuard(allowing: allowTopic)
            let observer = ProxyObserver(
                began: { beginning in
                    FileHandle.standardError.write(Data("\(beginning)\n".utf8))
                },
                progress: { progress in
                    FileHandle.standardError.write(Data("\(progress)\n".utf8))
                },
                notice: { FileHandle.standardError.write(Data("\($0)\n".utf8)) })
            let proxy = try Proxy.open(
                configuration, observer: observer,
                makeRecordingID: { UUID().uuidString.lowercased() })
            try proxy.run(shouldStop: { StopSignals.isRaised })
        }
    }
}

extension DeliveryGuarantee: ExpressibleByArgument {}
