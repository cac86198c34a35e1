/// How the nodes of a handler share out partitions among themselves while they come, go and die.
public struct ConsumerGroup: Hashable, Sendable {
    /// How long a member may be silent before it is taken for dead.
    ///
    /// `session.timeout.ms` of Kafka's consumer (4.0) where nothing is said.
    public var session: Duration = .seconds(45)
    /// How long members take to agree on an assignment: at least the interval at which they hear of it,
    /// `heartbeat.interval.ms`.
    public var rebalance: Duration = .seconds(3)
    public var revoked = Revoked.finished

    public init() {}

    /// What becomes of messages in hand whose partition is taken away from a living member.
    public enum Revoked: String, Hashable, Sendable, CaseIterable {
        /// The rebalance waits until they are done, as Kafka's consumer does, which hears of it in `poll`.
        case finished
        /// Work on them ends at once; what was not stored is not.
        case dropped
        /// Work goes on while the next owner begins: both may store.
        case continued
    }
}
