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
            let metadata = try CommitMetadata(position, of: source, group: group)
            positions[source] = Chain.Committed(
                recording: metadata.recording, epoch: metadata.epoch, offset: position.offset,
                emitted: metadata.part?.emitted ?? 0)
        }
        return positions
    }
}
