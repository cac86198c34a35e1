import KafkaClient
import Records
import Testing

@Suite struct FaithfulnessTests {
    static let shapes: [(name: String, record: Record)] = {
        let source = TopicPartition("any", 0)
        func record(
            _ key: [UInt8]?, _ value: [UInt8]?, _ headers: [Header] = [], _ milliseconds: Int64 = 1
        ) -> Record {
            Record(
                source: source, offset: 0, timestamp: .create(milliseconds), key: key, value: value,
                headers: headers)
        }
        let binary: [UInt8] = (0...255).map { UInt8($0) }
        return [
            ("null key and value", record(nil, nil)),
            ("empty key and value", record([], [])),
            ("null key, empty value", record(nil, [])),
            ("empty key, null value", record([], nil)),
            ("bytes that are no text", record(binary, binary.reversed())),
            ("null header value", record([1], [2], [Header("a", nil)])),
            ("empty header value", record([1], [2], [Header("a", "")])),
            ("empty header name", record([1], [2], [Header("", "x"), Header("", nil)])),
            (
                "repeated headers in order",
                record([1], [2], [Header("b", "1"), Header("a", "2"), Header("b", nil)])
            ),
            (
                "header bytes that are no text",
                record([1], [2], [Header(name: [0xff, 0xfe, 1], value: binary)])
            ),
            ("a time of long ago", record([1], [2], [], 1_234_567_890_123)),
            ("a time of the far future", record([1], [2], [], 32_503_680_000_000)),
            ("a large value", record([1], [UInt8](repeating: 7, count: 900_000))),
        ]
    }()

    /// A real broker refuses times more than an hour ahead unless told otherwise.
    static let anyTime = ["message.timestamp.after.max.ms": "9223372036854775807"]

    @Test(arguments: ClusterKind.available)
    func `every shape of record comes back as it was sent`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(settings: Self.anyTime)
        try cluster.produce(Self.shapes.map(\.record), to: topic)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        let read = try consumer.collect(Self.shapes.count)
        for (index, shape) in Self.shapes.enumerated() {
            var expected = shape.record
            expected.source = TopicPartition(topic, 0)
            expected.offset = Offset(index)
            #expect(read[index] == expected, "\(shape.name)")
        }
    }

    @Test(arguments: ClusterKind.available)
    func `headers go out from a block as they came, with every copy of their record`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let input = try cluster.makeTopic(settings: Self.anyTime)
        let output = try cluster.makeTopic(settings: Self.anyTime)
        let shapes = Self.shapes.map(\.record)
        try cluster.produce(shapes, to: input)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(input, 0): .earliest])
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(output)
        var block = RecordBlock(source: TopicPartition(input, 0))
        try wait(for: "all records") {
            try consumer.each(1000) { message in
                try message.append(to: &block, arrivalNs: 5)
            }
            return block.count >= shapes.count
        }
        // Each record twice.
        try block.withUnsafeBytes { bytes in
            for entry in block.entries {
                for _ in 0...1 {
                    let outcome = try producer.produce(
                        to: target, partition: 0, key: entry.key(in: bytes),
                        value: entry.value(in: bytes),
                        headers: HeaderList(of: entry, in: bytes), timestampMs: entry.timestampMs,
                        batch: 7)
                    #expect(outcome == .queued)
                }
            }
        }
        #expect(producer.flush(timeout: .seconds(30)))
        #expect(producer.deliveries(ofBatch: 7).delivered == 2 * shapes.count)
        let reader = try Consumer(cluster.configuration)
        try reader.assign([TopicPartition(output, 0): .earliest])
        let read = try reader.collect(2 * shapes.count)
        for (index, shape) in shapes.enumerated() {
            for copy in 0...1 {
                let record = read[2 * index + copy]
                #expect(record.headers == shape.headers)
                #expect(record.key == shape.key)
                #expect(record.value == shape.value)
                #expect(record.timestamp == shape.timestamp)
            }
        }
    }
}

extension FaithfulnessTests {
    @Test(arguments: ClusterKind.available)
    func `a timestamp of 0 is refused, and -1 comes back as none`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(topic)
        #expect(!Producer.canSend(timestampMs: 0))
        let error = #expect(throws: KafkaError.self) {
            try producer.produce(
                to: target, partition: 0, key: nil, value: nil, timestampMs: 0, batch: 0)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("timestamp of 0") == true)
        #expect(error?.source == TopicPartition(topic, 0))
        #expect(
            try producer.produce(
                to: target, partition: 0, key: nil, value: nil, timestampMs: -1, batch: 0)
                == .queued)
        #expect(producer.flush(timeout: .seconds(30)))
        #expect(producer.deliveries(ofBatch: 0) == DeliveryCount(queued: 1, delivered: 1))
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        #expect(try consumer.collect(1)[0].timestamp == .none)
    }

    @Test(.enabled(if: ClusterKind.hasReal, "needs a real broker"))
    func `the broker's own timestamps are told apart`() throws {
        let cluster = try TestCluster(.real)
        let topic = try cluster.makeTopic(settings: ["message.timestamp.type": "LogAppendTime"])
        let sent = Record(
            source: TopicPartition(topic, 0), offset: 0, timestamp: .create(1_000), value: [1])
        try cluster.produce([sent], to: topic)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        let read = try consumer.collect(1)[0].timestamp
        #expect(read.kind == .logAppend)
        #expect(read.milliseconds > 1_700_000_000_000)
    }
}

extension RecordBlock.Entry {
    func key(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    func value(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }
}
