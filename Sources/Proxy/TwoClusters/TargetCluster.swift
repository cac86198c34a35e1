import KafkaClient

/// A cluster of its own for the output topics.
///
/// A transaction cannot span clusters, so under exactly-once the positions are kept where the output is:
/// in a compacted topic, written in the same transaction as what they speak of.
public struct TargetCluster: Sendable {
    public var client: ClientConfiguration
    /// Where positions are kept.
    public var positionsTopic: String
    /// The topic was named by the user: whatever its name is, it may be written.
    public var isTopicNamed: Bool

    /// - Parameter positionsTopic: nil for the one that goes with the group.
    public init(client: ClientConfiguration, group: String, positionsTopic: String? = nil) {
        self.client = client
        self.positionsTopic = positionsTopic ?? PositionsTopic.name(ofGroup: group)
        isTopicNamed = positionsTopic != nil
    }
}
