import KafkaClient
import Records
import Testing

/// What of transactions the embedded broker can show: the calls, and the three kinds of errors.
@Suite struct TransactionCallTests {
    private func makeProducer(_ cluster: TestCluster) throws -> (Producer, ProducerTopic) {
        let topic = try cluster.makeTopic()
        let producer = try Producer(cluster.configuration, transactionalID: "tx-" + topic)
        try producer.initTransactions(timeout: .seconds(30))
        return (producer, try producer.topic(topic))
    }

    private func produce(_ producer: Producer, _ topic: ProducerTopic, batch: Int = 0) throws {
        let outcome = try producer.produce(
            to: topic, partition: 0, key: nil, value: nil, timestampMs: nil, batch: batch)
        #expect(outcome == .queued)
    }

    @Test(arguments: ClusterKind.available)
    func `one transaction after the other is committed`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let (producer, topic) = try makeProducer(cluster)
        for batch in 0..<3 {
            try producer.beginTransaction()
            try produce(producer, topic, batch: batch)
            try producer.commitTransaction(timeout: .seconds(30))
            // The reports came with the commit.
            #expect(producer.deliveries(ofBatch: batch).delivered == 1)
        }
    }

    @Test func `what passes is repeated within the time`() throws {
        let cluster = try TestCluster(.embedded)
        let (producer, topic) = try makeProducer(cluster)
        try producer.beginTransaction()
        try produce(producer, topic)
        // COORDINATOR_LOAD_IN_PROGRESS and COORDINATOR_NOT_AVAILABLE.
        let passing = [KafkaErrorCode(rawValue: 14), KafkaErrorCode(rawValue: 15)]
        cluster.broker?.failNext(.endTransaction, with: passing)
        try producer.commitTransaction(timeout: .seconds(30))
    }

    @Test func `what spoils the transaction asks for an abort, and then all goes on`() throws {
        let cluster = try TestCluster(.embedded)
        let (producer, topic) = try makeProducer(cluster)
        cluster.broker?.failNext(.addPartitionsToTransaction, with: [.topicAuthorization])
        try producer.beginTransaction()
        try produce(producer, topic, batch: 1)
        let error = #expect(throws: KafkaError.self) {
            try producer.commitTransaction(timeout: .seconds(30))
        }
        #expect(error?.requiresAbort == true)
        #expect(error?.isFatal == false && error?.isRetriable == false)
        try producer.abortTransaction(timeout: .seconds(30))
        #expect(producer.deliveries(ofBatch: 1).failed == 1)
        try producer.beginTransaction()
        try produce(producer, topic, batch: 2)
        try producer.commitTransaction(timeout: .seconds(30))
        #expect(producer.deliveries(ofBatch: 2).delivered == 1)
    }

    @Test func `a fence is fatal, and names itself in all that follows`() throws {
        let cluster = try TestCluster(.embedded)
        let (producer, topic) = try makeProducer(cluster)
        cluster.broker?.failNext(
            .endTransaction, with: [KafkaErrorCode(rawValue: 47), .invalidProducerEpoch])
        try producer.beginTransaction()
        try produce(producer, topic)
        let error = #expect(throws: KafkaError.self) {
            try producer.commitTransaction(timeout: .seconds(30))
        }
        #expect(error?.isFatal == true)
        #expect(error?.requiresAbort == false && error?.isRetriable == false)
        #expect(producer.fatalError?.code == error?.code)
        let next = #expect(throws: KafkaError.self) { try producer.beginTransaction() }
        #expect(next?.isFatal == true)
        #expect(next?.code == error?.code)
    }

    @Test func `a commit whose time is up is retriable and can be asked for again`() throws {
        let cluster = try TestCluster(.embedded)
        let (producer, topic) = try makeProducer(cluster)
        try producer.beginTransaction()
        try produce(producer, topic)
        #expect(producer.flush(timeout: .seconds(30)))
        try cluster.broker?.setRoundTrip(.milliseconds(700))
        let error = #expect(throws: KafkaError.self) {
            try producer.commitTransaction(timeout: .milliseconds(150))
        }
        #expect(error?.isRetriable == true)
        try cluster.broker?.setRoundTrip(.zero)
        try producer.commitTransaction(timeout: .seconds(30))
    }

    @Test func `a producer without a transactional id says so`() throws {
        let producer = try Producer(ClientConfiguration(bootstrapServers: "127.0.0.1:1"))
        let error = #expect(throws: KafkaError.self) {
            try producer.initTransactions(timeout: .seconds(1))
        }
        #expect(error?.message.contains("transactional.id") == true)
    }
}

/// Exactly-once: the embedded broker shows aborted records, never fences and stores no positions sent
/// in a transaction, so all of this is asked of a real broker.
@Suite(.enabled(if: ClusterKind.hasReal, "exactly-once needs a real broker"))
struct TransactionTests {
    struct Setup {
        let cluster: TestCluster
        let topic: String
        let part: TopicPartition

        init() throws {
            cluster = try TestCluster(.real)
            topic = try cluster.makeTopic()
            part = TopicPartition(topic, 0)
        }

        func producer(_ id: String) throws -> Producer {
            let producer = try Producer(cluster.configuration, transactionalID: id)
            try producer.initTransactions(timeout: .seconds(30))
            return producer
        }

        func send(_ value: String, with producer: Producer) throws {
            let record = Record(source: part, offset: 0, value: Array(value.utf8))
            let outcome = try producer.produce(
                record, to: try producer.topic(topic), partition: 0)
            #expect(outcome == .queued)
        }

        func read(isolation: String = "read_committed") throws -> [String] {
            var configuration = cluster.configuration
            configuration.set("isolation.level", to: isolation)
            let consumer = try Consumer(configuration)
            try consumer.assign([part: .earliest])
            return try consumer.readToEnd(of: [part]).map {
                String(decoding: $0.value ?? [], as: UTF8.self)
            }
        }
    }

    @Test func `an aborted record is seen only by those who read uncommitted`() throws {
        let setup = try Setup()
        let producer = try setup.producer("tx-" + setup.topic)
        for (value, commits) in [("a", true), ("b", false), ("c", true)] {
            try producer.beginTransaction()
            try setup.send(value, with: producer)
            #expect(producer.flush(timeout: .seconds(30)))
            if commits {
                try producer.commitTransaction(timeout: .seconds(30))
            } else {
                try producer.abortTransaction(timeout: .seconds(30))
            }
        }
        #expect(try setup.read() == ["a", "c"])
        #expect(try setup.read(isolation: "read_uncommitted") == ["a", "b", "c"])
    }

    @Test func `an open transaction hides its records and moves no watermark`() throws {
        let setup = try Setup()
        let producer = try setup.producer("tx-" + setup.topic)
        try producer.beginTransaction()
        try setup.send("a", with: producer)
        #expect(producer.flush(timeout: .seconds(30)))
        #expect(try setup.read() == [])
        let consumer = try Consumer(setup.cluster.configuration)
        let open = try consumer.watermarks([setup.part], timeout: .seconds(20))
        #expect(open[setup.part] == 0..<0)
        try producer.commitTransaction(timeout: .seconds(30))
        #expect(try setup.read() == ["a"])
        // The record and the marker of the commit.
        let decided = try consumer.watermarks([setup.part], timeout: .seconds(20))
        #expect(decided[setup.part] == 0..<2)
    }

    @Test func `an older producer with the same id is fenced for good`() throws {
        let setup = try Setup()
        let old = try setup.producer("tx-" + setup.topic)
        try old.beginTransaction()
        try setup.send("old", with: old)
        #expect(old.flush(timeout: .seconds(30)))
        let new = try setup.producer("tx-" + setup.topic)
        try new.beginTransaction()
        try setup.send("new", with: new)
        try new.commitTransaction(timeout: .seconds(30))
        let error = #expect(throws: KafkaError.self) {
            try old.commitTransaction(timeout: .seconds(30))
        }
        #expect(error?.isFatal == true, "\(String(describing: error))")
        #expect(error?.code == .fenced || error?.code == .invalidProducerEpoch)
        #expect(try setup.read() == ["new"])
    }

    @Test func `positions are committed with the transaction or not at all, text included`() throws
    {
        let setup = try Setup()
        let group = setup.cluster.makeGroup()
        let consumer = try Consumer(setup.cluster.configuration, group: group)
        try consumer.assign([setup.part: .earliest])
        let membership = try #require(consumer.groupMetadata())
        let producer = try setup.producer("tx-" + setup.topic)
        for (offset, commits) in [(3, true), (7, false)] as [(Offset, Bool)] {
            try producer.beginTransaction()
            try setup.send("x", with: producer)
            let position = CommittedPosition(
                setup.part, offset: offset, metadata: "window \(offset)")
            try producer.sendOffsets([position], group: membership, timeout: .seconds(30))
            if commits {
                try producer.commitTransaction(timeout: .seconds(30))
            } else {
                try producer.abortTransaction(timeout: .seconds(30))
            }
        }
        let expected = CommittedPosition(setup.part, offset: 3, metadata: "window 3")
        let committed = try consumer.committed([setup.part], timeout: .seconds(20))
        #expect(committed == [setup.part: expected])
    }

    @Test func `a position in an undecided transaction is waited for`() throws {
        let setup = try Setup()
        let group = setup.cluster.makeGroup()
        let consumer = try Consumer(setup.cluster.configuration, group: group)
        let membership = try #require(consumer.groupMetadata())
        let producer = try setup.producer("tx-" + setup.topic)
        try producer.beginTransaction()
        try setup.send("x", with: producer)
        let position = CommittedPosition(setup.part, offset: 1, metadata: "w")
        try producer.sendOffsets([position], group: membership, timeout: .seconds(30))
        let error = #expect(throws: KafkaError.self) {
            try consumer.committed([setup.part], timeout: .milliseconds(500))
        }
        #expect(error?.isRetriable == true, "\(String(describing: error))")
        // One who reads uncommitted is not made to wait, and gets what was before.
        var careless = setup.cluster.configuration
        careless.set("isolation.level", to: "read_uncommitted")
        let other = try Consumer(careless, group: group)
        #expect(!other.isReadCommitted)
        #expect(try other.committed([setup.part], timeout: .seconds(20)).isEmpty)
        try producer.commitTransaction(timeout: .seconds(30))
        let read = try consumer.committed([setup.part], timeout: .seconds(20))
        #expect(read == [setup.part: position])
    }

    @Test func `positions under an old generation are refused and spoil the transaction`() throws {
        let setup = try Setup()
        let group = setup.cluster.makeGroup()
        let first = try GroupTests.Member(
            setup.cluster, group: group, strategy: "range", topics: [setup.topic])
        try wait(for: "the assignment") {
            try first.poll()
            return !first.owned.isEmpty
        }
        let stale = try #require(first.consumer.groupMetadata())
        let second = try GroupTests.Member(
            setup.cluster, group: group, strategy: "range", topics: [setup.topic])
        try wait(for: "the next generation") {
            try first.poll()
            try second.poll()
            let generation = first.consumer.groupMetadata()?.generation ?? 0
            return generation > stale.generation ?? 0 && first.owned.count + second.owned.count == 1
                && second.told.contains("assigned")
        }
        let producer = try setup.producer("tx-" + setup.topic)
        try producer.beginTransaction()
        try setup.send("x", with: producer)
        let error = #expect(throws: KafkaError.self) {
            try producer.sendOffsets(
                [CommittedPosition(setup.part, offset: 1)], group: stale, timeout: .seconds(30))
        }
        #expect(error?.requiresAbort == true, "\(String(describing: error))")
        #expect(error?.isFatal == false)
        try producer.abortTransaction(timeout: .seconds(30))
        #expect(try setup.read() == [])
    }
}
