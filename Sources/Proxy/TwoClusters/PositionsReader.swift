import KafkaClient
import Records

/// Reads positions from their topic as a read-committed reader sees them, up to an end that is noted
/// when it is asked: what was open then is decided before it answers.
final class PositionsReader {
    private let topic: String
    private let group: String
    private let client: ClientConfiguration
    private let reader: Consumer
    /// Is told the end as it is, open transactions included.
    private let watcher: Consumer

    init(
        _ target: TargetCluster, group: String, onEvent: @escaping (ClientEvent) -> Void = { _ in }
    ) throws {
        topic = target.positionsTopic
        self.group = group
        self.client = target.client
        var client = target.client
        client.set("isolation.level", to: "read_committed")
        reader = try Consumer(client, onEvent: onEvent)
        client.set("isolation.level", to: "read_uncommitted")
        watcher = try Consumer(client, onEvent: onEvent)
    }

    /// The input partitions that the topic has room for.
    func partitions(timeout: Duration) throws -> Set<Int32> {
        let found = try watcher.topic(topic, asked: client, timeout: timeout)
        guard let found, found.error == nil else {
            throw ProxyError(
                .broker, "the topic of positions \(topic) is not there or not for this user to read"
            )
        }
        return Set(found.partitions.map(\.id))
    }

    func partitionCount(of topic: String, timeout: Duration) throws -> Int {
        let found = try watcher.topic(topic, asked: client, timeout: timeout)
        return found?.partitions.count ?? 0
    }

    /// The positions of these partitions; one without a position is not in the result.
    ///
    /// - Throws: `ProxyError.refused` where the topic holds anything else; a `KafkaError` that is retriable
    ///   where the time is up: a transaction is still open.
    func read(
        _ sources: [TopicPartition], timeout: Duration
    ) throws -> [TopicPartition: CommittedPosition] {
        let places = Set(sources.map { TopicPartition(topic, $0.partition) }).sorted()
        if places.isEmpty { return [:] }
        let deadline = ContinuousClock.now + timeout
        let ends = try watcher.watermarks(places, timeout: timeout)
        var left = Set(ends.filter { !$0.value.isEmpty }.keys)
        try reader.assign(ends.mapValues { .offset($0.lowerBound) })
        defer { try? reader.assign([:]) }
        let wanted = Set(sources)
        var positions: [TopicPartition: CommittedPosition] = [:]
        var block = RecordBlock(source: TopicPartition(topic, 0))
        var other: (TopicPartition, Offset)?
        while !left.isEmpty {
            try reader.poll(timeout: .milliseconds(100), max: 10_000) { event in
                switch event {
                case .endOfPartition(let slot, let offset):
                    let place = reader.partition(ofSlot: slot)
                    if offset >= ends[place]?.upperBound ?? 0 { left.remove(place) }
                case .error(let error), .offsetOutOfRange(_, let error):
                    if error.isFatal || error.code.isPermanentForReader { throw error }
                default: break
                }
            } records: { message in
                block.removeAll(for: reader.partition(ofSlot: message.slot))
                try message.append(to: &block, arrivalNs: 0)
                let record = block.record(at: 0)
                if let found = PositionsTopic.position(record, group: group) {
                    if wanted.contains(found.source) { positions[found.source] = found }
                } else if other == nil, !PositionsTopic.isPosition(record) {
                    other = (block.source, record.offset)
                }
            }
            if let (place, offset) = other {
                throw ProxyError(
                    .refused,
                    "\(topic) cannot be the topic of positions: \(place)@\(offset) is none; name a topic "
                        + "that holds nothing else with --positions-topic")
            }
            if ContinuousClock.now > deadline {
                throw KafkaError(
                    .timedOut, "a transaction in \(topic) is still open",
                    during: "read positions", isRetriable: true)
            }
        }
        return positions
    }
}
