import Arguments
import Foundation
import KafkaClient

struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "broker",
        abstract: "Serve a Kafka of this process's own, for playing and tests.",
        discussion:
            "It keeps 5 MiB for each partition and forgets everything when it ends. It has no real "
            + "transactions: give the proxy --delivery at-least-once.",
        examples: [
            CommandExample(
                "kerfuffle broker --topic orders:8 --topic orders.shadow:8",
                "Print the bootstrap address and serve two topics of 8 partitions")
        ])

    @Option(
        help: ArgumentHelp(
            "A topic and its number of partitions; may be repeated.", valueName: "name:partitions",
            example: "orders:8"))
    var topic: [String] = []

    @Option(help: "How many brokers.")
    var brokers: Int = 1

    mutating func run() throws {
        StopSignals.install()
        try reporting {
            let broker = try EmbeddedBroker(brokers: brokers)
            for text in topic {
                let parts = text.split(separator: ":")
                guard let count = parts.last.flatMap({ Int($0) }), parts.count == 2, count > 0
                else {
                    throw Failure(.usage, "--topic \(text): write name:partitions, as in orders:8")
                }
                try broker.createTopic(String(parts[0]), partitions: count)
            }
            print(broker.bootstrapServers)
            fflush(nil)
            while !StopSignals.isRaised { usleep(50_000) }
            broker.stop()
        }
    }
}
