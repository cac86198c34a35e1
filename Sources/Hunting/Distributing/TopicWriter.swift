import KafkaClient
import Records

/// Writes messages to a hunt's topics; what a call wrote is acknowledged when it returns. For one thread.
final class TopicWriter {
    private let producer: Producer
    private var batch = 0

    init(_ client: ClientConfiguration) throws {
        var client = client
        client.set("linger.ms", to: "0")
        producer = try Producer(client)
    }

    /// - Throws: `KafkaError` where a broker refuses, `HuntError` of kind `broker` where it does not answer.
    func write(
        _ messages: [(key: String, value: [UInt8], partition: Int32)], to name: String
    ) throws {
        if messages.isEmpty { return }
        batch += 1
        let topic = try producer.topic(name)
        for message in messages {
            let record = Record(
                source: TopicPartition(name, message.partition), offset: 0,
                key: Array(message.key.utf8), value: message.value)
            while try producer.produce(
                record, to: topic, partition: message.partition, batch: batch) == .queueFull
            { producer.poll(timeout: .milliseconds(5)) }
        }
        let limit = ContinuousClock.now + HuntTopics.patience
        while producer.deliveries(ofBatch: batch).outstanding > 0 {
            producer.poll(timeout: .milliseconds(20))
            if ContinuousClock.now > limit {
                throw HuntError(.broker, "\(name): no broker acknowledged within 30s")
            }
        }
        if let error = producer.deliveries(ofBatch: batch).firstError { throw error }
        producer.forget(batch: batch)
    }
}
