import KafkaClient
import Records
import Testing

/// The loop that a proxy is built around, in its shortest form: what was read is produced and its
/// positions are committed in one transaction; what is revoked is finished first, what is lost dropped.
final class CarryOver {
    let consumer: Consumer
    let producer: Producer
    private let output: ProducerTopic
    private var blocks: [RecordBlock] = []
    private var membership: ConsumerGroupMetadata?
    private var batch = 0
    private let limit: Duration = .seconds(30)
    private(set) var owned: Set<TopicPartition> = []

    init(
        _ configuration: ClientConfiguration, group: String, id: String, from input: String,
        to output: String
    ) throws {
        consumer = try Consumer(configuration, group: group)
        producer = try Producer(configuration, transactionalID: id)
        try producer.initTransactions(timeout: limit)
        self.output = try producer.topic(output)
        try consumer.subscribe(to: [input])
    }

    func step(records: Int) throws {
        try consumer.poll(timeout: .milliseconds(100), max: records, events: handle) { message in
            makeRoom(for: message.slot)
            try message.append(
                to: &blocks[message.slot], arrivalNs: 0)
        }
        try emit()
    }

    func handle(_ event: ConsumerEvent) throws {
        switch event {
        case .assigned(let partitions):
            let committed = try consumer.committed(partitions, timeout: limit)
            for partition in partitions {
                consumer.start(partition, at: .offset(committed[partition]?.offset ?? 0))
            }
            owned.formUnion(partitions)
            membership = consumer.groupMetadata()
        case .revoked(let partitions):
            try emit()
            owned.subtract(partitions)
        case .lost(let partitions):
            for slot in blocks.indices { forget(slot) }
            owned.subtract(partitions)
        case .endOfPartition: break
        case .offsetOutOfRange(_, let error), .maxPollExceeded(let error), .error(let error):
            throw error
        }
    }

    private func emit() throws {
        guard let membership, blocks.contains(where: { !$0.isEmpty }) else { return }
        batch += 1
        try producer.beginTransaction()
        do {
            for slot in blocks.indices where !blocks[slot].isEmpty { try produce(slot) }
            try producer.sendOffsets(positions(), group: membership, timeout: limit)
            try producer.commitTransaction(timeout: limit)
        } catch let error as KafkaError {
            // Fatal: a new producer is needed. Retriable: the outcome is open.
            guard error.requiresAbort else { throw error }
            try producer.abortTransaction(timeout: limit)
            try consumer.seek(starts(), timeout: limit)
        }
        producer.forget(batch: batch)
        for slot in blocks.indices { forget(slot) }
    }

    private func produce(_ slot: Int) throws {
        let partition = consumer.partition(ofSlot: slot).partition
        try blocks[slot].withUnsafeBytes { bytes in
            for entry in blocks[slot].entries {
                while try producer.produce(
                    to: output, partition: partition, key: entry.key(in: bytes),
                    value: entry.value(in: bytes), headers: HeaderList(of: entry, in: bytes),
                    timestampMs: entry.timestampMs, batch: batch) == .queueFull
                {
                    producer.poll(timeout: .milliseconds(10))
                }
            }
        }
    }

    private func positions() -> [CommittedPosition] {
        blocks.compactMap { block in
            block.entries.last.map {
                CommittedPosition(block.source, offset: $0.offset + 1, metadata: "\(batch)")
            }
        }
    }

    private func starts() -> [TopicPartition: StartOffset] {
        var starts: [TopicPartition: StartOffset] = [:]
        for block in blocks {
            starts[block.source] = block.entries.first.map { .offset($0.offset) }
        }
        return starts
    }

    private func forget(_ slot: Int) {
        blocks[slot].removeAll()
    }

    private func makeRoom(for slot: Int) {
        while blocks.count <= slot {
            blocks.append(RecordBlock(source: consumer.partition(ofSlot: blocks.count)))
        }
    }
}

@Suite(.enabled(if: ClusterKind.hasReal, "exactly-once needs a real broker"))
struct CarryOverTests {
    @Test(arguments: ["range", "cooperative-sticky"])
    func `two instances that come and go carry every record over once, in order`(
        _ strategy: String
    ) throws {
        let cluster = try TestCluster(.real)
        let count = 600
        let input = try cluster.makeTopic(partitions: 4)
        let output = try cluster.makeTopic(partitions: 4)
        try cluster.produce(ConsumerTests.numbered(count, partitions: 4), to: input)
        let group = cluster.makeGroup()
        var configuration = cluster.groupConfiguration
        configuration.set("partition.assignment.strategy", to: strategy)
        func instance(_ name: String) throws -> CarryOver {
            try CarryOver(
                configuration, group: group, id: "\(group)-\(name)", from: input, to: output)
        }
        let first = try instance("a")
        try wait(for: "the first's partitions") {
            try first.step(records: 5)
            return first.owned.count == 4
        }
        let second = try instance("b")
        try wait(for: "the second's share") {
            try first.step(records: 5)
            try second.step(records: 5)
            return second.owned.count == 2 && first.owned.count == 2
        }
        for _ in 0..<5 { try second.step(records: 5) }
        try second.consumer.close(events: second.handle)
        let parts = (0..<4).map { TopicPartition(output, $0) }
        let reader = try Consumer(cluster.configuration)
        try wait(for: "everything to be committed", seconds: 60) {
            try first.step(records: 1000)
            let inputs = (0..<4).map { TopicPartition(input, $0) }
            let committed = try first.consumer.committed(inputs, timeout: .seconds(20))
            return committed.values.filter { $0.offset == Offset(count) }.count == 4
        }
        try reader.assign(Dictionary(uniqueKeysWithValues: parts.map { ($0, .earliest) }))
        let read = try reader.readToEnd(of: parts)
        #expect(read.count == 4 * count)
        for part in parts {
            let values = read.filter { $0.source == part }.map(\.value)
            #expect(values == (0..<count).map { Array("\(part.partition)-\($0)".utf8) })
        }
        try first.consumer.close(events: first.handle)
    }
}
