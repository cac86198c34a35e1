import Foundation
import KafkaClient
import Records
import Testing

@testable import Proxy
@testable import Recording

/// Transactions that are open while somebody reads up to an end.
@Suite(.enabled(if: ClusterKind.hasReal, "the embedded broker has no transactions"))
struct OpenTransactionTests {
    /// A producer with 5 records in an open transaction behind 5 others in partition 0.
    private func open(_ scene: Scene, in topic: String) throws -> Producer {
        try scene.cluster.produce(SampleRecords.numbered(0..<5, partitions: 1), to: topic)
        let producer = try Producer(
            scene.cluster.configuration, transactionalID: "\(scene.group)-open")
        try producer.initTransactions(timeout: .seconds(60))
        try producer.beginTransaction()
        let handle = try producer.topic(topic)
        for record in SampleRecords.numbered(5..<10, partitions: 1) {
            #expect(try producer.produce(record, to: handle, partition: 0) == .queued)
        }
        #expect(producer.flush(timeout: .seconds(30)))
        return producer
    }

    @Test(arguments: [true, false])
    func `what verify compares with is all that was written, once it is decided`(
        commits: Bool
    ) throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        let producer = try open(scene, in: scene.output)
        var told: [String] = []
        let delivered = try DeliveredRecords(
            topics: [scene.output], client: scene.cluster.configuration, onEvent: { _ in },
            onWait: { sentence in
                told.append(sentence)
                do {
                    if commits {
                        try producer.commitTransaction(timeout: .seconds(60))
                    } else {
                        try producer.abortTransaction(timeout: .seconds(60))
                    }
                } catch {
                    Issue.record(error)
                }
            })
        let count = try delivered.drain()[TopicPartition(scene.output, 0)]
        #expect(count == (commits ? 10 : 5))
        #expect(
            told == [
                "a transaction is open in \(scene.output)/0 from offset 5 on; waiting for its end"
            ])
    }

    @Test func `a transaction that stays open is no verdict`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        let producer = try open(scene, in: scene.output)
        let delivered = try DeliveredRecords(
            topics: [scene.output], client: scene.cluster.configuration, onEvent: { _ in },
            patience: .seconds(1))
        let error = #expect(throws: ProxyError.self) { try delivered.drain() }
        #expect(
            error?.message.hasPrefix(
                "a transaction is open in \(scene.output)/0 from offset 5 on, and was not decided")
                == true)
        try producer.abortTransaction(timeout: .seconds(60))
    }

    @Test func `a run until the end says that it ends in front of an open transaction`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        let producer = try open(scene, in: scene.input)
        let statistics = try scene.run(scene.recorded(.windows(3...5)))
        #expect(statistics.passed == 5)
        #expect(
            scene.notices.contains(
                "a transaction is open in \(scene.input)/0 from offset 5 on; this run ends in front of it"
            ))
        try producer.commitTransaction(timeout: .seconds(60))
        #expect(try scene.run(scene.recorded(.windows(3...5))).passed == 5)
        try scene.verify()
    }
}
