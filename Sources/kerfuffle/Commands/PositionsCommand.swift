import Arguments
import Interchange
import KafkaClient
import Proxy
import Records

struct PositionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "positions",
        abstract: "Print what a group of proxies has committed, for merge and verify elsewhere.",
        discussion:
            "One line of JSON for each partition that has a position. Stop the group's proxies first: "
            + "positions move while they run.",
        examples: [
            CommandExample(
                "kerfuffle positions -b localhost:9092 --group kerfuffle.orders.shadow --in orders "
                    + "> positions.jsonl",
                "Keep the positions for kerfuffle merge --positions")
        ])

    @Option(help: ArgumentHelp("The consumer group.", example: "kerfuffle-orders"), as: .name)
    var group: String

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic that the group reads; may be repeated.", valueName: "topic",
            example: "orders"))
    var input: [String]

    @OptionGroup(title: "Kafka") var kafka: BrokerOptions
    @OptionGroup(title: "The output's own cluster") var target: TargetOptions

    mutating func run() throws {
        try reporting {
            let cluster = try target.cluster(group: group)
            let found =
                if let cluster, kafka.brokers == nil {
                    try GroupPositions.all(cluster, group: group, topics: input)
                } else {
                    try GroupPositions.all(
                        try kafka.client(), cluster, group: group, topics: input)
                }
            let output = try TextOutput()
            for position in found { output.text.append(text: PositionsFile.line(position) + "\n") }
            try output.flush()
        }
    }
}
