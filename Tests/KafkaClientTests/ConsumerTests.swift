import KafkaClient
import Records
import Testing

@Suite struct ConsumerTests {
    /// `count` records in each partition, the value saying which.
    static func numbered(_ count: Int, partitions: Int32 = 1) -> [Record] {
        (0..<partitions).flatMap { partition in
            (0..<count).map { index in
                Record(
                    source: TopicPartition("any", partition), offset: 0,
                    timestamp: .create(Int64(1_000 + 10 * index)), key: [UInt8(partition)],
                    value: Array("\(partition)-\(index)".utf8))
            }
        }
    }

    @Test(arguments: ClusterKind.available)
    func `partitions start where they are told, and each end is told`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 4)
        try cluster.produce(Self.numbered(10, partitions: 3), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let parts = (0..<4).map { TopicPartition(topic, $0) }
        try consumer.assign([
            parts[0]: .earliest, parts[1]: .offset(7), parts[2]: .tail(2), parts[3]: .latest,
        ])
        #expect(Set(consumer.assignment) == Set(parts))
        var ends: [Int32: Offset] = [:]
        var offsets: [Int32: [Offset]] = [:]
        try wait(for: "four ends") {
            try consumer.poll(timeout: .milliseconds(100), max: 100) { event in
                guard case .endOfPartition(let slot, let offset) = event else { return }
                ends[consumer.partition(ofSlot: slot).partition] = offset
            } records: { message in
                #expect(message.partition == consumer.partition(ofSlot: message.slot).partition)
                offsets[message.partition, default: []].append(message.offset)
            }
            return ends.count == 4
        }
        #expect(ends == [0: 10, 1: 10, 2: 10, 3: 0])
        #expect(offsets == [0: Array(0..<10), 1: [7, 8, 9], 2: [8, 9]])
        #expect(consumer.staleRecords == 0)
    }

    @Test(arguments: ClusterKind.available)
    func `an end is told again after more records`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        let consumer = try Consumer(cluster.configuration)
        let part = TopicPartition(topic, 0)
        try consumer.assign([part: .earliest])
        #expect(try consumer.readToEnd(of: [part]).isEmpty)
        try cluster.produce(Self.numbered(3), to: topic)
        #expect(try consumer.readToEnd(of: [part]).count == 3)
    }

    @Test(arguments: ClusterKind.available)
    func `a position outside of the log is a state of its own, and a seek ends it`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        try cluster.produce(Self.numbered(3), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let part = TopicPartition(topic, 0)
        try consumer.assign([part: .offset(500)])
        var found: KafkaError?
        try wait(for: "out of range") {
            try consumer.poll(timeout: .milliseconds(100), max: 10) { event in
                if case .offsetOutOfRange(let slot, let error) = event {
                    #expect(consumer.partition(ofSlot: slot) == part)
                    found = error
                }
            } records: { _ in
                throw TestFailure("a record from nowhere")
            }
            return found != nil
        }
        #expect(found?.source == part)
        try consumer.seek([part: .offset(1)], timeout: .seconds(20))
        #expect(try consumer.collect(2).map(\.offset) == [1, 2])
    }

    @Test(arguments: ClusterKind.available)
    func `after a seek no record comes that was fetched before it`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        try cluster.produce(Self.numbered(1_000), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let part = TopicPartition(topic, 0)
        try consumer.assign([part: .earliest])
        _ = try consumer.collect(10)
        for target in [500, 3, 990, 0] as [Offset] {
            try consumer.seek([part: .offset(target)], timeout: .seconds(20))
            var first: Offset?
            try wait(for: "the record at \(target)") {
                try consumer.poll(timeout: .milliseconds(100), max: 5, events: { _ in }) {
                    message in
                    first = first ?? message.offset
                }
                return first != nil
            }
            #expect(first == target)
        }
    }

    @Test(arguments: ClusterKind.available)
    func `a seek in the middle of a poll counts from the next record on`(_ kind: ClusterKind) throws
    {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        try cluster.produce(Self.numbered(100), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let part = TopicPartition(topic, 0)
        try consumer.assign([part: .earliest])
        var offsets: [Offset] = []
        try wait(for: "records on both sides of the seek") {
            try consumer.each(100) { message in
                offsets.append(message.offset)
                if offsets.count == 5 {
                    try consumer.seek([part: .offset(90)], timeout: .seconds(20))
                }
            }
            return offsets.count >= 15
        }
        #expect(offsets == Array(0..<5) + Array(90..<100))
    }

    @Test(arguments: ClusterKind.available)
    func `a paused partition is silent while polled, and goes on without loss or repeat`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 2)
        try cluster.produce(Self.numbered(300, partitions: 2), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let parts = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        try consumer.assign([parts[0]: .earliest, parts[1]: .earliest])
        var offsets: [Int32: [Offset]] = [0: [], 1: []]
        func poll(_ count: Int) throws {
            try consumer.each(count) { message in
                offsets[message.partition]?.append(message.offset)
            }
        }
        try wait(for: "a first record of partition 0") {
            try poll(7)
            return offsets[0]?.isEmpty == false
        }
        try consumer.pause([parts[0]])
        let before = offsets[0]
        try wait(for: "all of partition 1") {
            try poll(50)
            return offsets[1]?.count == 300
        }
        #expect(offsets[0] == before)
        try consumer.pause([parts[1]])
        for _ in 0..<5 { try poll(10) }
        try consumer.resume(parts)
        // Often, to hit the moment at which the library notes where it was.
        for _ in 0..<30 {
            try poll(3)
            try consumer.pause([parts[0]])
            try poll(3)
            try consumer.resume([parts[0]])
        }
        try wait(for: "all of partition 0") {
            try poll(50)
            return offsets[0]?.count ?? 0 >= 300
        }
        #expect(offsets[0] == Array(0..<300))
        #expect(offsets[1] == Array(0..<300))
    }

    @Test(arguments: ClusterKind.available)
    func `watermarks and times are answered for many partitions at once`(_ kind: ClusterKind) throws
    {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 3)
        try cluster.produce(Self.numbered(10, partitions: 2), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let parts = (0..<3).map { TopicPartition(topic, $0) }
        let marks = try consumer.watermarks(parts, timeout: .seconds(20))
        #expect(marks == [parts[0]: 0..<10, parts[1]: 0..<10, parts[2]: 0..<0])
        // The embedded broker answers questions by time with the end.
        if kind == .real {
            let found = try consumer.offsets(at: 1_041, of: parts, timeout: .seconds(20))
            #expect(found == [parts[0]: 5, parts[1]: 5])
            let none = try consumer.offsets(at: 9_999, of: parts, timeout: .seconds(20))
            #expect(none.isEmpty)
        }
    }

    @Test(arguments: ClusterKind.available)
    func `metadata names topics, partitions and brokers`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 3)
        let consumer = try Consumer(cluster.configuration)
        let metadata = try consumer.metadata(topic: topic, timeout: .seconds(20))
        #expect(metadata.topics.map(\.name) == [topic])
        #expect(metadata.topics.first?.partitions.map(\.id) == [0, 1, 2])
        #expect(metadata.brokers.count >= 1)
        #expect(
            try consumer.metadata(timeout: .seconds(20)).topics.contains { $0.name == topic })
    }

    @Test(.enabled(if: ClusterKind.hasReal, "needs a real broker"))
    func `a topic that is not there is told with its name`() throws {
        let cluster = try TestCluster(.real)
        var configuration = cluster.configuration
        // For so long a topic that nobody knows may have been made a moment ago; else 30 s.
        configuration.set("topic.metadata.propagation.max.ms", to: "500")
        var found: KafkaError?
        let consumer = try Consumer(configuration) { event in
            if case .error(let error) = event { found = error }
        }
        try consumer.assign([TopicPartition("t-that-is-not-there", 0): .earliest])
        try wait(for: "the error") {
            try consumer.poll(timeout: .milliseconds(100), max: 10, events: { _ in }) { _ in }
            return found != nil
        }
        #expect(found?.code == .unknownTopicOrPartition)
        #expect(found?.message.contains("t-that-is-not-there") == true)
    }

    @Test func `many partitions keep their slots apart`() throws {
        let cluster = try TestCluster(.embedded)
        let topics = try (0..<3).map { _ in try cluster.makeTopic(partitions: 40) }
        for topic in topics { try cluster.produce(Self.numbered(2, partitions: 40), to: topic) }
        let consumer = try Consumer(cluster.configuration)
        var starts: [TopicPartition: StartOffset] = [:]
        for topic in topics {
            for partition in 0..<40 { starts[TopicPartition(topic, Int32(partition))] = .earliest }
        }
        try consumer.assign(starts)
        let read = try consumer.collect(240)
        #expect(consumer.slotCount == 120)
        var counts: [TopicPartition: Int] = [:]
        for record in read {
            counts[record.source, default: 0] += 1
            #expect(record.key == [UInt8(record.source.partition)])
        }
        #expect(counts.count == 120 && counts.values.allSatisfy { $0 == 2 })
        for (index, partition) in starts.keys.enumerated() where index < 10 {
            #expect(consumer.partition(ofSlot: consumer.slot(of: partition)) == partition)
        }
    }

    @Test func `an error thrown for a record ends the poll, and the next goes on behind it`() throws
    {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        try cluster.produce(Self.numbered(5), to: topic)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        try wait(for: "the throw") {
            do {
                try consumer.poll(timeout: .milliseconds(100), max: 10, events: { _ in }) {
                    message in
                    if message.offset == 1 { throw TestFailure("enough") }
                }
                return false
            } catch is TestFailure {
                return true
            }
        }
        #expect(try consumer.collect(3).map(\.offset) == [2, 3, 4])
    }

    @Test func `a subscription without a group is refused`() throws {
        let consumer = try Consumer(ClientConfiguration(bootstrapServers: "127.0.0.1:1"))
        let error = #expect(throws: KafkaError.self) { try consumer.subscribe(to: ["a"]) }
        #expect(error?.message.contains("group.id") == true)
    }

    @Test func `a block of another partition is refused`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        try cluster.produce(Self.numbered(1), to: topic)
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        try wait(for: "a record") {
            try consumer.each(10) { message in
                var other = RecordBlock(source: TopicPartition(topic, 1))
                do throws(RecordError) {
                    try message.append(to: &other, arrivalNs: 0)
                    Issue.record("appended to another partition")
                } catch {
                    #expect(error == .otherPartition(0, block: 1))
                }
            } == 1
        }
    }
}
