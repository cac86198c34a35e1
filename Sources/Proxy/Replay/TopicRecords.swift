import KafkaClient
import Recording
import Records

extension DeliveredRecords {
    /// The records of topics as a read-committed reader sees them, from their start to the end noted now.
    ///
    /// Transactions that are open at that end are waited for: a broker answers a commit before the last of its
    /// markers is written, and what stands behind an open one is not shown until that is decided.
    ///
    /// - Parameters:
    ///   - onWait: told once that a transaction is waited for.
    ///   - patience: an open transaction in which nothing happens is waited for as long; longer than
    ///     `transaction.timeout.ms` of producers (60 s) and the broker's look for those (10 s).
    /// - Throws: `ProxyError` for a topic that is not there and a transaction that stays open, `KafkaError` for
    ///   the broker.
    public convenience init(
        topics: [String], client: ClientConfiguration, onEvent: @escaping (ClientEvent) -> Void,
        onWait: @escaping (String) -> Void = { _ in }, patience: Duration = .seconds(90)
    ) throws {
        let consumer = try Consumer(client, onEvent: onEvent)
        let ends = try Self.ends(of: topics, client)
        var left = Set(ends.filter { !$0.value.isEmpty }.keys)
        var wait = TransactionWait(patience, onWait)
        try consumer.assign(ends.mapValues { .offset($0.lowerBound) })
        self.init { queues in
            if left.isEmpty { return false }
            try consumer.poll(
                timeout: .milliseconds(500), max: 1024,
                events: { event in
                    switch event {
                    case .endOfPartition(let slot, let offset):
                        let source = consumer.partition(ofSlot: slot)
                        if offset >= ends[source]?.upperBound ?? 0 { left.remove(source) }
                        wait.stands(source, at: offset)
                    case .error(let error), .offsetOutOfRange(_, let error):
                        if error.isFatal || error.code.isPermanentForReader { throw error }
                    default: break
                    }
                },
                records: { message in
                    let source = consumer.partition(ofSlot: message.slot)
                    let end = ends[source]?.upperBound ?? 0
                    if message.offset < end {
                        try message.append(to: source, of: queues)
                    }
                    if message.offset + 1 >= end { left.remove(source) }
                    wait.moves(source)
                })
            try wait.look(at: left)
            return true
        }
    }

    /// The ends of all that was written, open transactions included.
    private static func ends(
        of topics: [String], _ client: ClientConfiguration
    ) throws -> [TopicPartition: Range<Offset>] {
        var client = client
        client.set("isolation.level", to: "read_uncommitted")
        let watcher = try Consumer(client)
        var partitions: [TopicPartition] = []
        for topic in topics {
            let found = try watcher.topic(topic, asked: client)
            if found?.error == .topicAuthorization {
                throw ProxyError(.broker, AccessRight(.read, .topic(topic)).refusal)
            }
            guard let found, found.error == nil, !found.partitions.isEmpty else {
                throw ProxyError(.refused, "the topic \(topic) is not there")
            }
            partitions += found.partitions.map { TopicPartition(topic, $0.id) }
        }
        return try watcher.watermarks(partitions, timeout: .seconds(30))
    }
}

/// Partitions that show no more although more was written: transactions are open there.
private struct TransactionWait {
    private let patience: Duration
    private let onWait: (String) -> Void
    /// Where a partition stands.
    private var places: [TopicPartition: Offset] = [:]
    private var since: ContinuousClock.Instant?
    private var isTold = false

    init(_ patience: Duration, _ onWait: @escaping (String) -> Void) {
        self.patience = patience
        self.onWait = onWait
    }

    mutating func stands(_ source: TopicPartition, at offset: Offset) {
        places[source] = offset
        since = nil
    }

    mutating func moves(_ source: TopicPartition) {
        places[source] = nil
        since = nil
    }

    /// - Parameter left: the partitions whose ends are not reached.
    mutating func look(at left: Set<TopicPartition>) throws {
        guard let first = left.min(), left.allSatisfy({ places[$0] != nil }) else { return }
        let begin = since ?? .now
        since = begin
        let passed = begin.duration(to: .now)
        let place = "a transaction is open in \(first) from offset \(places[first] ?? 0) on"
        if passed > patience {
            throw ProxyError(
                .broker,
                "\(place), and was not decided within \(patience): what stands behind it is not shown; try "
                    + "again once whoever writes there has ended it", mayPass: true)
        }
        if passed > .seconds(2) && !isTold {
            isTold = true
            onWait("\(place); waiting for its end")
        }
    }
}

extension ConsumedMessage {
    fileprivate borrowing func append(
        to source: TopicPartition, of queues: DeliveredRecords
    ) throws {
        var block = RecordBlock(source: source)
        try append(to: &block, arrivalNs: 0)
        try queues.add(source) { try $0.append(block, 0..<1) }
    }
}
