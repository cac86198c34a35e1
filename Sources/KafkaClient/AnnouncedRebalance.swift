import Records

/// A rebalance that the library announced and that the consumer has yet to carry out.
struct AnnouncedRebalance {
    var isAssignment: Bool
    /// The partitions are another member's already.
    var isLost: Bool
    var partitions: [TopicPartition]
}
