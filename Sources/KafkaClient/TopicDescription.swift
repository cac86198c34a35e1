internal import CRdkafka
import Records

/// A topic's partitions and settings.
public struct TopicDescription: Hashable, Sendable {
    public var name: String
    public var partitions: [ClusterMetadata.Partition]
    /// All settings in force, defaults among them; sensitive ones have no value.
    public var settings: [String: String]

    /// `LogAppendTime` or `CreateTime`: who sets the timestamps.
    public var timestampType: String? { settings["message.timestamp.type"] }
    /// `delete`, `compact`, or both with a comma.
    public var cleanupPolicy: String? { settings["cleanup.policy"] }
    /// The largest batch that the brokers take, in bytes.
    public var maxMessageBytes: Int? { settings["max.message.bytes"].flatMap { Int($0) } }

    /// The smallest number of replicas among the partitions.
    public var replication: Int { partitions.map(\.replicas.count).min() ?? 0 }
}

extension Admin {
    /// - Throws: `KafkaError` with the topic in its place: unknown, or not for this user to see.
    public func describe(topic name: String, timeout: Duration) throws(KafkaError)
        -> TopicDescription
    {
        let place = TopicPartition(name, -1)
        let metadata = try metadata(topic: name, timeout: timeout)
        guard let topic = metadata.topics.first(where: { $0.name == name }) else {
            throw KafkaError(.unknownTopicOrPartition, during: "describe", at: place)
        }
        if let error = topic.error { throw KafkaError(error, during: "describe", at: place) }
        let settings = try settings(ofTopic: name, timeout: timeout)
        return TopicDescription(name: name, partitions: topic.partitions, settings: settings)
    }

    /// The settings of a topic alone.
    public func settings(
        ofTopic name: String, timeout: Duration
    ) throws(KafkaError) -> [String: String] {
        var resources = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)]
        defer { for resource in resources { rd_kafka_ConfigResource_destroy(resource) } }
        let operation = "read the settings"
        return try ask(operation, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout) { options, queue in
            rd_kafka_DescribeConfigs(handle.client, &resources, 1, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let results = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count == 1, let result = results?[0] else { return [:] }
            try KafkaError.check(
                rd_kafka_ConfigResource_error(result),
                rd_kafka_ConfigResource_error_string(result).map { String(cString: $0) },
                during: operation, at: TopicPartition(name, -1))
            return Self.entries(of: result)
        }
    }

    private static func entries(of resource: OpaquePointer) -> [String: String] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var settings: [String: String] = [:]
        for index in 0..<count {
            guard let entry = entries?[index], let name = rd_kafka_ConfigEntry_name(entry),
                let value = rd_kafka_ConfigEntry_value(entry)
            else { continue }
            settings[String(cString: name)] = String(cString: value)
        }
        return settings
    }
}
