import Arguments
import Foundation
import KafkaClient

struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "broker",
        abstract: "Serve a Kafka of this process's own, for playing and tests.",
        discussion:
            "It prints its bootstrap address and serves on loopback until it is interrupted. It keeps "
            + "5 MiB for each partition and forgets everything when it ends. A topic that nobody made "
            + "is made with 4 partitions when it is asked for. It has no real transactions: give the "
            + "proxy --delivery at-least-once.",
        examples: [
            CommandExample(
                "kerfuffle broker --topic orders:8 --topic orders.shadow:8",
                "Print the bootstrap address and serve two topics of 8 partitions")
        ])

    @Option(help: ArgumentHelp("A topic and its number of partitions.", example: "orders:8"))
    var topic: [TopicArgument] = []

    @Option(help: "How many brokers.")
    var brokers: Int = 1

    func validate() throws {
        var problems: [String] = []
        if !(1...100).contains(brokers) { problems.append("--brokers \(brokers): from 1 to 100") }
        for (index, one) in topic.enumerated()
        where topic[..<index].contains(where: { $0.name == one.name }) {
            problems.append("--topic \(one.name): a second time")
        }
        if !problems.isEmpty { throw ValidationError(problems) }
    }

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let broker = try EmbeddedBroker(brokers: brokers)
            for one in topic { try broker.createTopic(one.name, partitions: one.partitions) }
            try show(broker.bootstrapServers + "\n")
            while !StopSignals.isRaised { usleep(50_000) }
            broker.stop()
        }
    }
}

/// `orders:8`
struct TopicArgument: ExpressibleByArgument {
    let name: String
    let partitions: Int

    var text: String { "\(name):\(partitions)" }

    static var argumentType: ArgumentType<TopicArgument> {
        ArgumentType(valueName: "name:partitions", spell: \.text) { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]),
                (1...100_000).contains(count)
            else {
                return .failure(
                    InvalidArgument(
                        "\"\(text)\" is no topic with its number of partitions; write orders:8"))
            }
            return .success(TopicArgument(name: String(parts[0]), partitions: count))
        }
    }
}
