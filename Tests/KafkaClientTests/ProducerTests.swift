import Foundation
import KafkaClient
import Records
import Testing

@Suite struct ProducerTests {
    private func produce(
        _ producer: Producer, _ topic: ProducerTopic, _ partition: Int32 = 0, batch: Int = 0,
        bytes: Int = 10
    ) throws -> ProduceOutcome {
        try [UInt8](repeating: 1, count: bytes).withUnsafeBytes {
            try producer.produce(
                to: topic, partition: partition, key: nil, value: $0, timestampMs: nil, batch: batch
            )
        }
    }

    @Test(arguments: ClusterKind.available)
    func `deliveries are counted by the caller's batch numbers`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 4)
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(topic)
        let numbers = [0, 1, -5, Int.max, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53]
        for round in 0..<30 {
            for (index, number) in numbers.enumerated() where round <= index {
                #expect(try produce(producer, target, Int32(index % 4), batch: number) == .queued)
            }
        }
        #expect(producer.flush(timeout: .seconds(30)))
        for (index, number) in numbers.enumerated() {
            let expected = DeliveryCount(queued: index + 1, delivered: index + 1)
            #expect(producer.deliveries(ofBatch: number) == expected)
            producer.forget(batch: number)
            #expect(producer.deliveries(ofBatch: number) == DeliveryCount())
        }
        #expect(producer.outstanding == 0)
    }

    @Test func `a full queue is an answer, not an error`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        var configuration = cluster.configuration
        configuration.set("queue.buffering.max.messages", to: "5")
        configuration.set("linger.ms", to: "100")
        let producer = try Producer(configuration)
        let target = try producer.topic(topic)
        let headers = [Header("name", "value")]
        var queued = 0
        func once() throws -> ProduceOutcome {
            try producer.produce(
                to: target, partition: 0, key: nil, value: nil, headers: HeaderList(headers),
                timestampMs: nil, batch: 3)
        }
        while try once() == .queued { queued += 1 }
        #expect(queued == 5)
        let full = try producer.produce(
            to: target, partition: 0, key: nil, value: nil, headers: HeaderList(headers),
            timestampMs: nil,
            batch: 3)
        #expect(full == .queueFull)
        #expect(producer.deliveries(ofBatch: 3).queued == 5)
        try wait(for: "room in the queue") {
            producer.poll(timeout: .milliseconds(20))
            return try producer.produce(
                to: target, partition: 0, key: nil, value: nil, headers: HeaderList(headers),
                timestampMs: nil, batch: 3) == .queued
        }
        #expect(producer.flush(timeout: .seconds(30)))
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        let read = try consumer.collect(6)
        #expect(read.allSatisfy { $0.headers == [Header("name", "value")] })
    }

    @Test(arguments: ClusterKind.available)
    func `a record that is too large is refused at once, by name`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic()
        var configuration = cluster.configuration
        configuration.set("message.max.bytes", to: "2000")
        let producer = try Producer(configuration)
        let target = try producer.topic(topic)
        let headers = [Header("name", "value")]
        let error = #expect(throws: KafkaError.self) {
            try [UInt8](repeating: 1, count: 5_000).withUnsafeBytes {
                try producer.produce(
                    to: target, partition: 0, key: nil, value: $0, headers: HeaderList(headers),
                    timestampMs: nil, batch: 0)
            }
        }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.source == TopicPartition(topic, 0))
        #expect(error?.isRetriable == false && error?.isFatal == false)
        #expect(
            try producer.produce(
                to: target, partition: 0, key: nil, value: nil, headers: HeaderList(headers),
                timestampMs: nil, batch: 0) == .queued)
        #expect(producer.flush(timeout: .seconds(30)))
    }

    @Test(.enabled(if: ClusterKind.hasReal, "needs a real broker"))
    func `what the broker refuses fails its batch, with code and partition`() throws {
        let cluster = try TestCluster(.real)
        let topic = try cluster.makeTopic(partitions: 2, settings: ["max.message.bytes": "1000"])
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(topic)
        _ = try produce(producer, target, 0, batch: 1)
        #expect(producer.flush(timeout: .seconds(30)))
        _ = try produce(producer, target, 1, batch: 2, bytes: 5_000)
        #expect(producer.flush(timeout: .seconds(30)))
        #expect(producer.deliveries(ofBatch: 1) == DeliveryCount(queued: 1, delivered: 1))
        let failed = producer.deliveries(ofBatch: 2)
        #expect(failed.failed == 1 && failed.outstanding == 0)
        #expect(failed.firstError?.code == .messageTooLarge)
        #expect(failed.firstError?.source == TopicPartition(topic, 1))
    }

    @Test(.enabled(if: ClusterKind.hasReal, "needs a real broker"))
    func `what is left of a transaction that failed is not waited for`() throws {
        let cluster = try TestCluster(.real)
        let topic = try cluster.makeTopic(partitions: 2, settings: ["max.message.bytes": "1000"])
        var configuration = cluster.configuration
        configuration.set("batch.num.messages", to: "1")
        configuration.set("max.in.flight.requests.per.connection", to: "1")
        let producer = try Producer(configuration, transactionalID: "left-\(UUID().uuidString)")
        try producer.initTransactions(timeout: .seconds(60))
        try producer.beginTransaction()
        let target = try producer.topic(topic)
        _ = try produce(producer, target, 0, batch: 1, bytes: 5_000)
        for _ in 0..<500 { _ = try produce(producer, target, 1, batch: 1) }
        // An hour, which the test does not have.
        #expect(!producer.flush(batch: 1, timeout: .seconds(3600)))
        #expect(producer.deliveries(ofBatch: 1).firstError?.code == .messageTooLarge)
        let error = #expect(throws: KafkaError.self) {
            try producer.commitTransaction(timeout: .seconds(3600))
        }
        #expect(error?.requiresAbort == true)
        try producer.abortTransaction(timeout: .seconds(60))
        #expect(producer.outstanding == 0)
    }

    @Test(arguments: ClusterKind.available)
    func `a partition that is not there fails the delivery, with its name`(_ kind: ClusterKind)
        throws
    {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 2)
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(topic)
        var thrown: KafkaError?
        do {
            _ = try produce(producer, target, 77, batch: 9)
        } catch let error as KafkaError {
            // Where the topic's partitions are known already it is refused at once.
            thrown = error
        }
        #expect(producer.flush(timeout: .seconds(60)))
        let error = thrown ?? producer.deliveries(ofBatch: 9).firstError
        #expect(error?.code == .unknownPartition)
        #expect(error?.source == TopicPartition(topic, 77))
    }

    @Test func `a purge fails what was not delivered`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        let producer = try Producer(cluster.configuration)
        let target = try producer.topic(topic)
        _ = try produce(producer, target, batch: 1)
        #expect(producer.flush(timeout: .seconds(30)))
        try cluster.broker?.down()
        _ = try produce(producer, target, batch: 2)
        #expect(!producer.flush(timeout: .milliseconds(50)))
        #expect(producer.outstanding == 1)
        producer.purge(inFlight: true)
        try wait(for: "the report") {
            producer.poll(timeout: .milliseconds(20))
            return producer.outstanding == 0
        }
        let error = try #require(producer.deliveries(ofBatch: 2).firstError)
        #expect([.purgedInQueue, .purgedInFlight].contains(error.code))
        // Never a part of the record itself.
        #expect(error.message == error.code.text)
    }

    @Test func `a broker that comes back gets what waited for it, in order`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        try cluster.broker?.down()
        var errors: [KafkaError] = []
        let producer = try Producer(cluster.configuration) { event in
            if case .error(let error) = event { errors.append(error) }
        }
        let target = try producer.topic(topic)
        for index in 0..<50 {
            let record = Record(
                source: TopicPartition(topic, 0), offset: 0, value: Array("\(index)".utf8))
            #expect(try producer.produce(record, to: target, partition: 0) == .queued)
        }
        try wait(for: "an error that tells of it") {
            producer.poll(timeout: .milliseconds(50))
            return errors.contains { $0.code == .allBrokersDown || $0.code == .transport }
        }
        #expect(errors.allSatisfy { !$0.isFatal })
        try cluster.broker?.up()
        #expect(producer.flush(timeout: .seconds(60)))
        let consumer = try Consumer(cluster.configuration)
        try consumer.assign([TopicPartition(topic, 0): .earliest])
        let read = try consumer.collect(50)
        #expect(read.map(\.value) == (0..<50).map { Array("\($0)".utf8) })
    }

    @Test func `injected errors that pass are repeated without a second copy`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        cluster.broker?.failNext(
            .produce, with: [KafkaErrorCode(rawValue: 19), KafkaErrorCode(rawValue: 7), .transport])
        try cluster.produce(ConsumerTests.numbered(20), to: topic)
        let consumer = try Consumer(cluster.configuration)
        let part = TopicPartition(topic, 0)
        try consumer.assign([part: .earliest])
        #expect(try consumer.readToEnd(of: [part]).count == 20)
    }
}
