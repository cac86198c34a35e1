import KafkaClient
import Recording
import Records

/// What a group has committed, as far as this program committed it.
public enum GroupPositions {
    /// - Parameter sources: the partitions asked for.
    /// - Throws: `KafkaError`; `ProxyError` for a position that is not of this program.
    public static func read(
        _ client: ClientConfiguration, group: String, of sources: [TopicPartition]
    ) throws -> [TopicPartition: Chain.Committed] {
        let consumer = try Consumer(client, group: group)
        let found = try consumer.committed(sources, timeout: .seconds(30))
        var positions: [TopicPartition: Chain.Committed] = [:]
        for (source, position) in found {
            positions[source] = try Chain.Committed(position, group: group)
        }
        return positions
    }

    /// Every position of the group in these topics, as it was committed, in the order of partitions.
    ///
    /// - Throws: `KafkaError`; `ProxyError` for a topic that is not there.
    public static func all(
        _ client: ClientConfiguration, group: String, topics: [String]
    ) throws -> [CommittedPosition] {
        let consumer = try Consumer(client, group: group)
        var sources: [TopicPartition] = []
        for topic in topics {
            let found = try consumer.metadata(topic: topic, timeout: .seconds(10)).topics
                .first { $0.name == topic }
            guard let found, found.error == nil, !found.partitions.isEmpty else {
                throw ProxyError(.refused, "the topic \(topic) is not there")
            }
            sources += found.partitions.map { TopicPartition(topic, $0.id) }
        }
        return try consumer.committed(sources, timeout: .seconds(30)).values
            .sorted { $0.source < $1.source }
    }
}
