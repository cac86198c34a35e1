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

    @Test(arguments: ClusterKind.available)
    func `every shape of record comes back as it was sent`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        // A real broker refuses times more than an hour ahead unless told otherwise.
        let settings = ["message.timestamp.after.max.ms": "9223372036854775807"]
        let topic = try cluster.makeTopic(settings: settings)
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
    func `headers that are handed over arrive and are gone from the store`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let (input, output) = (try cluster.makeTopic(), try cluster.makeTopic())
        let shapes = Self.shapes.map(\.record)
        try cluster.produce(shapes, to: input)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(input, 0): .earliest])
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(output)
        var block = RecordBlock(source: TopicPartition(input, 0))
        let store = HeaderStore()
        try wait(for: "all records") {
            try consumer.poll(timeout: .milliseconds(100), max: 1000, events: { _ in }) { message in
                try message.append(to: &block, arrivalNs: 5)
                store.append(detaching: message)
            }
            return block.count >= shapes.count
        }
        // Each record twice: a copy of its headers first, then the headers themselves.
        try block.withUnsafeBytes { bytes in
            for (index, entry) in block.entries.enumerated() {
                for isLast in [false, true] {
                    let outcome = try producer.produce(
                        to: target, partition: 0, key: entry.key(in: bytes),
                        value: entry.value(in: bytes), headers: store, at: index,
                        copyingHeaders: !isLast, timestampMs: entry.timestampMs, batch: 7)
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

extension RecordBlock.Entry {
    func key(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    func value(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }
}
