/// Who is in a consumer group at a moment, as its coordinator says.
public struct GroupMembership: Hashable, Sendable {
    /// Ids that the coordinator gave, sorted.
    public var members: [String]
    /// No rebalance goes on: all have their partitions.
    public var isStable: Bool

    public init(members: [String] = [], isStable: Bool = false) {
        self.members = members
        self.isStable = isStable
    }
}
