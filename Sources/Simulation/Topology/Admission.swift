/// Where a message waits whose turn in its order has not come.
public enum Admission: String, Hashable, Sendable, CaseIterable {
    /// Nowhere in particular: turns are kept over all nodes, and who waits holds nothing. What the other ways
    /// are measured against.
    case shared
    /// In the memory of its node, in the queue of its slot, as with Wolverine's partitioned processing (4.0).
    /// Other nodes have slots of their own.
    case queuePerSlot
    /// In the hands of a worker, which is held until the slot is free, as with MassTransit's `UsePartitioner`
    /// (8.x). Other nodes have slots of their own.
    case waitInSlot
    /// In the broker, which gives out nothing of a key while one of its messages is out: message groups
    /// of SQS FIFO queues, sessions of Service Bus. A failed message blocks its key until it is delivered again.
    case brokerBlocksKey

    /// Whether every node keeps turns for itself.
    var isOfNode: Bool { self == .queuePerSlot || self == .waitInSlot }
}

/// How many messages a consumer holds, or has in work, that nobody else may take; their lock runs
/// meanwhile. Dealt out in turn to those that hold fewer, as RabbitMQ (`basic.qos`, 3.13) does.
public struct Prefetch: Hashable, Sendable {
    /// Those in work included; nil: no limit.
    public var count: Int?
    public var by = Holder.node

    public enum Holder: String, Hashable, Sendable, CaseIterable {
        case node, worker
    }
}
