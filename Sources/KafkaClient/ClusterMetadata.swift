internal import CRdkafka
import Records

/// What a cluster says of its brokers and topics.
public struct ClusterMetadata: Hashable, Sendable {
    public struct Broker: Hashable, Sendable {
        public var id: Int32
        public var host: String
        public var port: Int
    }

    public struct Partition: Hashable, Sendable {
        public var id: Int32
        /// -1 where it has none.
        public var leader: Int32
        public var replicas: [Int32]
        public var inSync: [Int32]
    }

    public struct Topic: Hashable, Sendable {
        public var name: String
        public var partitions: [Partition]
        /// nil where all is well; ``KafkaErrorCode/unknownTopicOrPartition`` where there is none.
        public var error: KafkaErrorCode?
    }

    public var brokers: [Broker]
    public var topics: [Topic]
}

extension Consumer {
    /// Brokers and topics; of one topic where it is named. Consumers never make a topic by asking.
    public func metadata(
        topic: String? = nil, timeout: Duration
    ) throws(KafkaError) -> ClusterMetadata {
        try ClusterMetadata(handle, topic: topic, timeout: timeout)
    }
}

extension Producer {
    /// Brokers and topics; of one topic where it is named, which a broker that makes topics by itself
    /// then makes.
    public func metadata(
        topic: String? = nil, timeout: Duration
    ) throws(KafkaError) -> ClusterMetadata {
        try ClusterMetadata(handle, topic: topic, timeout: timeout)
    }
}

extension ClusterMetadata {
    init(_ handle: ClientHandle, topic name: String?, timeout: Duration) throws(KafkaError) {
        var topic: OpaquePointer?
        if let name {
            topic = rd_kafka_topic_new(handle.client, name, nil)
            if topic == nil {
                throw KafkaError(
                    KafkaErrorCode(rd_kafka_last_error()), during: "ask for metadata",
                    at: TopicPartition(name, -1))
            }
        }
        defer { if let topic { rd_kafka_topic_destroy(topic) } }
        var result: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(
            handle.client, topic == nil ? 1 : 0, topic, &result, timeout.milliseconds)
        try KafkaError.check(
            code, during: "ask for metadata", at: name.map { TopicPartition($0, -1) })
        defer { rd_kafka_metadata_destroy(result) }
        guard let metadata = result?.pointee else {
            self.init(brokers: [], topics: [])
            return
        }
        self.init(
            brokers: (0..<Int(metadata.broker_cnt)).map { Broker(metadata.brokers[$0]) },
            topics: (0..<Int(metadata.topic_cnt)).map { Topic(metadata.topics[$0]) })
    }
}

extension ClusterMetadata.Broker {
    fileprivate init(_ broker: rd_kafka_metadata_broker) {
        self.init(
            id: broker.id, host: broker.host.map { String(cString: $0) } ?? "",
            port: Int(broker.port))
    }
}

extension ClusterMetadata.Topic {
    fileprivate init(_ topic: rd_kafka_metadata_topic) {
        let partitions = (0..<Int(topic.partition_cnt)).map { index in
            let partition = topic.partitions[index]
            return ClusterMetadata.Partition(
                id: partition.id, leader: partition.leader,
                replicas: (0..<Int(partition.replica_cnt)).map { partition.replicas[$0] },
                inSync: (0..<Int(partition.isr_cnt)).map { partition.isrs[$0] })
        }
        self.init(
            name: String(cString: topic.topic), partitions: partitions.sorted { $0.id < $1.id },
            error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaErrorCode(topic.err))
    }
}
