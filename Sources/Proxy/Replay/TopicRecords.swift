import KafkaClient
import Recording
import Records

extension DeliveredRecords {
    /// The records of topics as a read-committed reader sees them, from their start to the end noted now.
    ///
    /// - Parameter partitions: read; the topic's own list where it is nil.
    /// - Throws: `ProxyError` for a topic that is not there, `KafkaError` for the broker.
    public convenience init(
        topics: [String], client: ClientConfiguration, onEvent: @escaping (ClientEvent) -> Void
    ) throws {
        let consumer = try Consumer(client, onEvent: onEvent)
        let ends = try Self.ends(of: topics, consumer)
        var left = Set(ends.filter { !$0.value.isEmpty }.keys)
        try consumer.assign(ends.mapValues { .offset($0.lowerBound) })
        self.init { queues in
            if left.isEmpty { return false }
            try consumer.poll(
                timeout: .milliseconds(500), max: 1024,
                events: { event in
                    switch event {
                    case .endOfPartition(let slot, let offset):
                        let source = consumer.partition(ofSlot: slot)
                        if offset >= ends[source]?.upperBound ?? 0 { left.remove(source) }
                    case .error(let error), .offsetOutOfRange(_, let error):
                        if error.isFatal || error.code.isPermanentForReader { throw error }
                    default: break
                    }
                },
                records: { message in
                    let source = consumer.partition(ofSlot: message.slot)
                    let end = ends[source]?.upperBound ?? 0
                    if message.offset < end {
                        try message.append(to: source, of: queues)
                    }
                    if message.offset + 1 >= end { left.remove(source) }
                })
            return true
        }
    }

    private static func ends(
        of topics: [String], _ consumer: Consumer
    ) throws -> [TopicPartition: Range<Offset>] {
        var partitions: [TopicPartition] = []
        for topic in topics {
            let metadata = try consumer.metadata(topic: topic, timeout: .seconds(10))
            let found = metadata.topics.first { $0.name == topic }
            if found?.error == .topicAuthorization {
                throw ProxyError(.broker, AccessRight(.read, .topic(topic)).refusal)
            }
            guard let found, found.error == nil, !found.partitions.isEmpty else {
                throw ProxyError(.refused, "the topic \(topic) is not there")
            }
            partitions += found.partitions.map { TopicPartition(topic, $0.id) }
        }
        return try consumer.watermarks(partitions, timeout: .seconds(30))
    }
}

extension ConsumedMessage {
    fileprivate borrowing func append(
        to source: TopicPartition, of queues: DeliveredRecords
    ) throws {
        var block = RecordBlock(source: source)
        try append(to: &block, arrivalNs: 0)
        try queues.add(source) { try $0.append(block, 0..<1) }
    }
}
