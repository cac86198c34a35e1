import KafkaClient
import Records

/// To topics of a broker.
public final class TopicSink: ReplaySink {
    public let keepsEveryTimestamp = false
    private let producer: Producer
    private let allowed: Set<String>
    public var outstanding: Int { producer.outstanding }
    private var topics: [String: ProducerTopic] = [:]

    /// - Parameter outputs: the topics that may be written; a delivery to another one is refused.
    public init(_ producer: Producer, outputs: [String]) {
        self.producer = producer
        allowed = Set(outputs)
    }

    public func emit(_ delivery: ReplayDelivery, waiting: () -> Void) throws {
        let topic = try self.topic(delivery.output.topic)
        let time = delivery.entry.timestampMs
        try delivery.withKeyAndValue { key, value in
            while try producer.produce(
                to: topic, partition: delivery.output.partition, key: key, value: value,
                headers: HeaderList(of: delivery.entry, in: delivery.bytes),
                timestampMs: Producer.canSend(timestampMs: time) ? time : nil, batch: 0)
                == .queueFull
            {
                producer.poll(timeout: .milliseconds(10))
                try checkDeliveries()
                waiting()
            }
        }
        producer.poll()
        try checkDeliveries()
    }

    private func checkDeliveries() throws {
        if let error = producer.deliveries(ofBatch: 0).firstError ?? producer.fatalError {
            throw error
        }
    }

    private func topic(_ name: String) throws -> ProducerTopic {
        if let known = topics[name] { return known }
        guard allowed.contains(name) else {
            throw ProxyError(
                .refused, "the recording holds records of \(name), which no --in names")
        }
        let topic = try producer.topic(name)
        topics[name] = topic
        return topic
    }

    public func finish(waiting: () -> Void) throws {
        while !producer.flush(timeout: .milliseconds(200)) {
            try checkDeliveries()
            waiting()
        }
        try checkDeliveries()
    }
}
