import Arguments
import KafkaClient
import Records

struct ProduceSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        name: "produce-sample", abstract: "Write an order stream made from a seed to a topic.",
        examples: [
            CommandExample(
                "kerfuffle produce-sample -b localhost:9092 --topic orders --records 1000",
                "Write 1000 records")
        ])
    @OptionGroup(title: "Kafka") var kafka: BrokerOptions
    @Option(help: ArgumentHelp("The topic.", example: "orders")) var topic: String
    @Option(help: "How many records.") var records: Int = 1000
    @Option(help: "Partitions to write to, in turn by key.") var partitions: Int = 4

    mutating func run() throws {
        try reporting {
            let producer = try Producer(try kafka.client())
            let handle = try producer.topic(topic)
            for index in 0..<records {
                let key = "order-\(index % 97)"
                let record = Record(
                    source: TopicPartition(topic, Int32(index % partitions)), offset: 0,
                    timestamp: .create(1_700_000_000_000 + Int64(index)), key: Array(key.utf8),
                    value: Array("{\"order\":\"\(key)\",\"n\":\(index)}".utf8),
                    headers: [Header("n", "\(index)")])
                while try producer.produce(
                    record, to: handle, partition: Int32(index % partitions)) == .queueFull
                {
                    producer.poll(timeout: .milliseconds(10))
                }
            }
            guard producer.flush(timeout: .seconds(30)) else {
                throw Failure(.broker, "not all records were acknowledged within 30 s")
            }
        }
    }
}
