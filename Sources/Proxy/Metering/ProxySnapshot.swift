import Perturbation
import Records

/// All that the proxy can tell of itself at a moment.
public struct ProxySnapshot: Sendable {
    /// One partition of the input. Counts are those of this process, also of partitions that were
    /// given away.
    public struct Partition: Sendable {
        public var source: TopicPartition
        public var traffic = PartitionTraffic()
        /// nil where the partition is not this instance's now.
        public var owned: Owned?
    }

    /// What only an owner knows.
    public struct Owned: Sendable {
        /// Records that are to be read, open transactions included.
        public var lag: Int
        /// The offset that is read next.
        public var position: Offset
        /// Of open and closed windows.
        public var heldBytes: Int
        public var hasOpenWindow: Bool
        /// Windows that are closed and not on their way yet.
        public var closedWindows: Int
    }

    /// In the order in which partitions were met.
    public var partitions: [Partition] = []
    public var statistics = ProxyStatistics()
    public var rebalances = RebalanceCounts()
    /// From a record's arrival to the commit that made it visible.
    public var latencies = LatencyHistogram()
    /// Of all windows, and the bound that they are held to.
    public var heldBytes = 0
    public var memoryBytes = 0
    /// Deliveries that the client library holds or that are on their way to the broker.
    public var outstanding = 0
    /// The output is on another cluster than the input.
    public var hasOutputCluster = false
    /// Reading stands still because more than enough is on its way.
    public var isHolding = false

    public var ownedCount: Int { partitions.count { $0.owned != nil } }
}

/// What passed of a partition; counted when it was committed, but for `read`.
public struct PartitionTraffic: Hashable, Sendable {
    /// Records that came in, those that were read again included.
    public var read = 0
    /// Of these the ones that were left out: by the plan's sample, and as no JSON by its mask.
    public var sampledOut = 0
    public var unparsable = 0
    /// Of committed windows.
    public var passed = 0
    public var windows = 0
    public var counts = Counts()

    static func += (left: inout PartitionTraffic, right: PartitionTraffic) {
        left.read += right.read
        left.sampledOut += right.sampledOut
        left.unparsable += right.unparsable
        left.passed += right.passed
        left.windows += right.windows
        left.counts += right.counts
    }
}

/// How often the group gave partitions, took them back, and had given them away unasked.
public struct RebalanceCounts: Hashable, Sendable {
    public var assigned = 0
    public var revoked = 0
    public var lost = 0
}
