internal import CRdkafka
import Records

/// Reads topics: as a member of a group (``subscribe(to:)``) or partitions chosen by hand
/// (``assign(_:)``). For one thread; nothing happens outside of its calls.
///
/// Positions are the caller's: nothing is committed unless ``commit(_:timeout:)`` is called or a
/// producer sends positions in a transaction. They are those of records by offset, never
/// `rd_kafka_position`, which counts what was received.
public final class Consumer {
    let handle: ClientHandle
    let slots: SlotTable
    /// The name of the group; nil where none was given, and then only ``assign(_:)`` works.
    public let group: String?
    /// Whether positions are read stable and only committed transactions are seen
    /// (`isolation.level=read_committed`, the default here).
    public let isReadCommitted: Bool
    /// Records that were given out before, or whose partition is not assigned (any more), and that
    /// were therefore passed over. Around a pause 2.0.2 may repeat a record.
    public internal(set) var staleRecords = 0
    public private(set) var isClosed = false
    var starts: [TopicPartition: StartOffset] = [:]

    /// - Parameters:
    ///   - group: wins over `group.id` of the configuration.
    ///   - onEvent: log lines and errors of the client as a whole, told inside calls of this object.
    /// - Throws: `ConfigurationError` for properties that the library refuses, `KafkaError` where it
    ///   cannot make a client of them (a certificate that is not there, limits that contradict).
    public init(
        _ configuration: ClientConfiguration, group: String? = nil,
        onEvent: @escaping (ClientEvent) -> Void = { _ in }
    ) throws {
        var configuration = configuration
        self.group = group ?? configuration["group.id"]
        // The library's queue of a consumer exists only where there is a group's name.
        configuration.set("group.id", to: self.group ?? "kerfuffle.none")
        isReadCommitted = configuration["isolation.level"] ?? "read_committed" == "read_committed"
        handle = try ClientHandle(.consumer, configuration, onEvent: onEvent)
        slots = SlotTable(handle)
        handle.skipsClose = false
        // Log, errors and statistics come through the one queue that is polled.
        rd_kafka_poll_set_consumer(handle.client)
    }

    deinit { leave() }

    /// Joins the group for these topics; a name that begins with `^` is a regular expression. The
    /// assignment arrives in a poll.
    public func subscribe(to topics: [String]) throws(KafkaError) {
        guard group != nil else {
            throw KafkaError(
                .invalidArgument, "a subscription needs a group; set group.id", during: "subscribe")
        }
        let list = PartitionList(topics.map { TopicPartition($0, -1) })
        handle.hasJoined = true
        try KafkaError.check(rd_kafka_subscribe(handle.client, list.pointer), during: "subscribe")
    }

    /// Reads exactly these partitions, each from its start, and none that were read before.
    public func assign(_ partitions: [TopicPartition: StartOffset]) throws(KafkaError) {
        let list = PartitionList(capacity: partitions.count)
        for (partition, start) in partitions.sorted(by: { $0.key < $1.key }) {
            list.add(partition, offset: start.raw)
        }
        try KafkaError.check(rd_kafka_assign(handle.client, list.pointer), during: "assign")
        markAllUnassigned()
        for (partition, start) in partitions { mark(partition, startingAt: start) }
    }

    /// What is assigned now.
    public var assignment: [TopicPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(handle.client, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list
        else { return [] }
        let owned = PartitionList(owning: list)
        return owned.elements.map(\.source)
    }

    /// This consumer's membership as of now; nil where it has none.
    public func groupMetadata() -> ConsumerGroupMetadata? {
        ConsumerGroupMetadata(of: handle.client)
    }

    /// Why this client can do nothing any more; nil while it can.
    public var fatalError: KafkaError? { handle.fatalError }

    // MARK: Slots

    /// The small number that stands for a partition in records and events.
    public func slot(of partition: TopicPartition) -> Int { slots.slot(of: partition) }

    public func partition(ofSlot slot: Int) -> TopicPartition { slots.partitions[slot] }

    /// Slots are numbered from 0 in the order in which partitions were met.
    public var slotCount: Int { slots.count }

    // MARK: The end

    /// Leaves the group. Partitions that are still owned are revoked first, and the handler told;
    /// those that the group is about to give are declined without a word.
    ///
    /// - Throws: what the handler threw, after the group was left.
    public func close(events: (ConsumerEvent) throws -> Void = { _ in }) throws {
        if isClosed { return }
        var failure: (any Error)?
        withoutActuallyEscaping(events) { events in
            handle.context.rebalanceNow = { [unowned self] rebalance in
                let isKnown = rebalance.partitions.contains(where: slots.isAssigned)
                if rebalance.isAssignment || !isKnown {
                    return Self.decline(rebalance, of: handle)
                }
                do {
                    try carryOut(rebalance, telling: events)
                } catch {
                    failure = failure ?? error
                }
            }
            defer { handle.context.rebalanceNow = nil }
            let waiting = handle.context.rebalances
            handle.context.rebalances = []
            for rebalance in waiting { handle.context.rebalanceNow?(rebalance) }
            leave()
        }
        if let failure { throw failure }
    }

    private static func decline(_ rebalance: AnnouncedRebalance, of handle: ClientHandle) {
        Rebalancing.answer(rebalance, of: handle, with: PartitionList(), accepting: false)
    }

    private func leave() {
        if isClosed { return }
        isClosed = true
        let context = handle.context
        if context.rebalanceNow == nil {
            // Not by self, which may be on its way out.
            context.rebalanceNow = { [handle] in Self.decline($0, of: handle) }
            for rebalance in context.rebalances { context.rebalanceNow?(rebalance) }
            context.rebalances = []
        }
        handle.closeConsumer()
        context.rebalanceNow = nil
    }
}
