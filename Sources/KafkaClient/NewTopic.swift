/// A topic to make.
public struct NewTopic: Hashable, Sendable {
    public var name: String
    /// -1 leaves it to the broker.
    public var partitions: Int
    /// -1 leaves it to the broker.
    public var replication: Int
    /// As in `cleanup.policy`: `compact`.
    public var settings: [String: String]

    public init(
        _ name: String, partitions: Int = -1, replication: Int = -1,
        settings: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.settings = settings
    }
}
