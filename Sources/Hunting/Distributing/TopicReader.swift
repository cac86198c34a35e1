import KafkaClient
import Records

/// Reads one of a hunt's topics from a place on. For one thread.
final class TopicReader {
    private let consumer: Consumer
    private let partitions: [TopicPartition]
    /// Behind what was given out.
    private var read: [TopicPartition: Offset]

    /// - Parameter from: where a partition is read from; where it is not in there, from its beginning.
    init(
        _ client: ClientConfiguration, _ partitions: [TopicPartition],
        from: [TopicPartition: Offset] = [:]
    ) throws {
        var client = client
        client.set("auto.offset.reset", to: "earliest")
        client.set("fetch.wait.max.ms", to: "100")
        consumer = try Consumer(client)
        self.partitions = partitions
        read = from
        var starts: [TopicPartition: StartOffset] = [:]
        for partition in partitions {
            starts[partition] = from[partition].map { .offset($0) } ?? .earliest
        }
        try consumer.assign(starts)
    }

    deinit { try? consumer.close() }

    /// What has come; waits up to `timeout` for the first.
    func next(within timeout: Duration) throws -> [Record] {
        var records: [Record] = []
        try consumer.poll(timeout: timeout, max: 1000) { event in
            switch event {
            case .error(let error), .offsetOutOfRange(_, let error):
                if !error.isRetriable { throw error }
            case .assigned, .revoked, .lost, .endOfPartition, .maxPollExceeded: break
            }
        } records: { message in
            let record = try message.record(of: consumer)
            read[record.source] = record.offset + 1
            records.append(record)
        }
        return records
    }

    /// All that is there now, up to the ends that the brokers tell at the call.
    ///
    /// - Throws: `HuntError` of kind `broker` where the end is not reached in time.
    func readToEnd(shouldStop: () -> Bool, _ body: (Record) throws -> Void) throws {
        var ends: [TopicPartition: Offset] = [:]
        for (partition, range) in try consumer.watermarks(partitions, timeout: HuntTopics.patience)
        {
            let start = max(range.lowerBound, read[partition] ?? 0)
            if start < range.upperBound { ends[partition] = range.upperBound }
        }
        let limit = ContinuousClock.now + HuntTopics.patience
        while ends.contains(where: { read[$0.key] ?? 0 < $0.value }) {
            if shouldStop() { throw HuntError(.stopped, "stopped") }
            if ContinuousClock.now > limit {
                let names = ends.keys.sorted().map(\.description).joined(separator: ", ")
                throw HuntError(.broker, "\(names): not read to the end within 30s")
            }
            for record in try next(within: .milliseconds(100)) { try body(record) }
        }
    }
}

extension ConsumedMessage {
    /// The message as a value of its own.
    func record(of consumer: Consumer) throws -> Record {
        var block = RecordBlock(source: consumer.partition(ofSlot: slot))
        try append(to: &block, arrivalNs: 0)
        return block.record(at: 0)
    }
}
