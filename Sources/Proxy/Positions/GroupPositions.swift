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
        var all = Set(sources)
        for topic in Set(sources.map(\.topic)) {
            let found = try consumer.topic(topic, asked: client)
            for partition in found?.partitions ?? [] {
                all.insert(TopicPartition(topic, partition.id))
            }
        }
        return try own(try committed(all.sorted(), consumer), sources, group)
    }

    /// The same from the topic of positions of the output's own cluster.
    public static func read(
        _ target: TargetCluster, group: String, of sources: [TopicPartition]
    ) throws -> [TopicPartition: Chain.Committed] {
        let reader = try PositionsReader(target, group: group)
        let places = try reader.partitions(timeout: .seconds(30))
        let all = Set(sources.map(\.topic)).sorted().flatMap { topic in
            places.sorted().map { TopicPartition(topic, $0) }
        }
        return try own(try reader.read(all, timeout: .seconds(60)), sources, group)
    }

    /// Of partitions that were not asked for: those that this program committed. Files of them are missing,
    /// or nothing of them was recorded.
    private static func own(
        _ found: [TopicPartition: CommittedPosition], _ sources: [TopicPartition], _ group: String
    ) throws -> [TopicPartition: Chain.Committed] {
        let sources = Set(sources)
        var result: [TopicPartition: Chain.Committed] = [:]
        for (source, position) in found {
            if sources.contains(source) {
                result[source] = try Chain.Committed(position, group: group)
            } else if let metadata = CommitMetadata(position.metadata) {
                result[source] = Chain.Committed(metadata, at: position.offset)
            }
        }
        return result
    }

    /// Those that the topic of positions of the output's own cluster has of these topics, whether or not the
    /// input's cluster can be asked.
    ///
    /// - Throws: `KafkaError`; `ProxyError` where the topic of positions is not there.
    public static func all(
        _ target: TargetCluster, group: String, topics: [String]
    ) throws -> [CommittedPosition] {
        let reader = try PositionsReader(target, group: group)
        let places = try reader.partitions(timeout: .seconds(30))
        let sources = topics.flatMap { topic in places.map { TopicPartition(topic, $0) } }
        return try reader.read(sources, timeout: .seconds(60)).values
            .sorted { $0.source < $1.source }
    }

    /// Every position of the group in these topics, as it was committed, in the order of partitions.
    ///
    /// - Throws: `KafkaError`; `ProxyError` for a topic that is not there.
    public static func all(
        _ client: ClientConfiguration, _ target: TargetCluster? = nil, group: String,
        topics: [String]
    ) throws -> [CommittedPosition] {
        let consumer = try Consumer(client, group: group)
        var sources: [TopicPartition] = []
        for topic in topics {
            let found = try consumer.topic(topic, asked: client)
            if found?.error == .topicAuthorization {
                throw ProxyError(.broker, AccessRight(.read, .topic(topic)).refusal)
            }
            guard let found, found.error == nil, !found.partitions.isEmpty else {
                throw ProxyError(.refused, "the topic \(topic) is not there")
            }
            sources += found.partitions.map { TopicPartition(topic, $0.id) }
        }
        let found: [TopicPartition: CommittedPosition]
        if let target {
            found = try PositionsReader(target, group: group).read(sources, timeout: .seconds(60))
        } else {
            found = try committed(sources, consumer)
        }
        return found.values.sorted { $0.source < $1.source }
    }

    private static func committed(
        _ sources: [TopicPartition], _ consumer: Consumer
    ) throws -> [TopicPartition: CommittedPosition] {
        do {
            return try consumer.positionsOrRefusal(of: sources, timeout: .seconds(30))
        } catch let error as KafkaError {
            guard let right = AccessRight(missingFor: error, group: consumer.group) else {
                throw error
            }
            throw ProxyError(.broker, "\(right.refusal) (\(error.message))")
        }
    }
}
