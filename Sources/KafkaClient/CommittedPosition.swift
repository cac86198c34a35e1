import Records

/// A group's position in a partition: the offset of the next record to process, and a text of the
/// caller's that is stored with it.
public struct CommittedPosition: Hashable, Sendable {
    public var source: TopicPartition
    public var offset: Offset
    /// Kafka stores up to 4096 bytes (`offset.metadata.max.bytes`).
    public var metadata: String

    public init(_ source: TopicPartition, offset: Offset, metadata: String = "") {
        self.source = source
        self.offset = offset
        self.metadata = metadata
    }
}
