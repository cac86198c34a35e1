import KafkaClient
import Records

/// The producer of one input partition, whose `transactional.id` is the partition's in the group: who
/// takes the partition over fences whoever had it before.
final class PartitionSender {
    let source: TopicPartition
    let producer: Producer
    let output: ProducerTopic
    private let positions: ProducerTopic
    private let group: String
    /// A transaction has begun.
    private(set) var isOpen = false

    init(
        _ source: TopicPartition, output: String, positionsTopic: String, group: String,
        client: ClientConfiguration, onEvent: @escaping (ClientEvent) -> Void
    ) throws {
        self.source = source
        self.group = group
        producer = try Producer(
            client, transactionalID: "\(group).\(source)", onEvent: onEvent)
        self.output = try producer.topic(output)
        positions = try producer.topic(positionsTopic)
    }

    /// Before the first delivery of a batch.
    func begin() throws(KafkaError) {
        if isOpen { return }
        try producer.beginTransaction()
        isOpen = true
    }

    /// Makes the position a part of the transaction.
    func add(_ position: CommittedPosition, batch: Int, timeout: Duration) throws {
        try begin()
        let key = PositionsTopic.key(source, group: group)
        let value = PositionsTopic.value(position)
        let deadline = ContinuousClock.now + timeout
        while try key.withUnsafeBytes({ key in
            try value.withUnsafeBytes { value in
                try producer.produce(
                    to: positions, partition: source.partition, key: key, value: value,
                    timestampMs: nil, batch: batch)
            }
        }) == .queueFull {
            producer.poll(timeout: .milliseconds(10))
            if ContinuousClock.now > deadline {
                throw KafkaError(.timedOut, during: "send the position", at: source)
            }
        }
    }

    func commit(timeout: Duration) throws(KafkaError) {
        try producer.commitTransaction(timeout: timeout)
        isOpen = false
    }

    func abort(timeout: Duration) throws(KafkaError) {
        try producer.abortTransaction(timeout: timeout)
        isOpen = false
    }
}
