import KafkaClient
import Perturbation
import Recording
import Records

/// Deliveries are awaited, then the positions committed; several batches may be on their way, and one
/// commit may cover several.
final class AtLeastOnce: Committing {
    var group: ConsumerGroupMetadata?
    let isSeenAtOnce = true
    private let producer: Producer
    private let consumer: Consumer
    private let journal: Journal
    private let synchronizes: Bool
    private let timeout: Duration
    private var waiting: [CompleteBatch] = []
    /// Acknowledged and not committed yet: the latest word on each partition.
    private var acknowledged: [TopicPartition: (CompleteBatch.Position, Checkpoint.Position)] = [:]
    private var notBeforeNs: UInt64 = 0
    private static let mostWaiting = 8
    private static let pauseNs: UInt64 = 200_000_000

    init(
        _ producer: Producer, _ consumer: Consumer, _ journal: Journal, synchronizes: Bool,
        timeout: Duration
    ) {
        self.producer = producer
        self.consumer = consumer
        self.journal = journal
        self.synchronizes = synchronizes
        self.timeout = timeout
    }

    func begin(batch: Int) throws {}

    func commit(_ batch: CompleteBatch) throws {
        waiting.append(batch)
        try settle()
    }

    var isBusy: Bool { waiting.count >= Self.mostWaiting }

    func serve() throws {
        producer.poll()
        if !waiting.isEmpty || !acknowledged.isEmpty { try settle() }
    }

    func isSettled() throws -> Bool {
        while !waiting.isEmpty {
            producer.poll(timeout: .milliseconds(10))
            try settle()
        }
        return acknowledged.isEmpty
    }

    func drain() throws {
        _ = try isSettled()
        // What the group did not take will be sent again by whoever is next.
        acknowledged.removeAll()
    }

    /// What was sent may have been seen: nothing is taken back.
    func abandon(batch: Int, hasFailed: Bool) throws -> Bool { false }

    func discard(_ partitions: Set<TopicPartition>) {
        for partition in partitions { acknowledged[partition] = nil }
        waiting = waiting.map { $0.without(partitions) }
    }

    private func settle() throws {
        while let first = waiting.first {
            let deliveries = producer.deliveries(ofBatch: first.number)
            if let error = deliveries.firstError { throw DeliveryFailure(error: error) }
            guard deliveries.outstanding == 0 else { break }
            for (source, position) in first.positions {
                guard let word = first.words[source] else { continue }
                acknowledged[source] = (position, word)
            }
            producer.forget(batch: first.number)
            waiting.removeFirst()
        }
        if !acknowledged.isEmpty && ArrivalClock.monotonic() >= notBeforeNs {
            try commitAcknowledged()
        }
    }

    private func commitAcknowledged() throws {
        try journal.checkpoint(acknowledged.mapValues { $0.1 })
        if synchronizes { try journal.synchronize() }
        Failpoint.writtenAhead.pass()
        do throws(KafkaError) {
            try consumer.commit(
                acknowledged.values.map { $0.0.committed(journal) }
                    .sorted { $0.source < $1.source },
                timeout: timeout)
        } catch {
            guard error.code.isOfGroup || error.isRetriable else { throw error }
            // The group is on the move: revocation or loss follows, or the next attempt succeeds.
            notBeforeNs = ArrivalClock.monotonic() + Self.pauseNs
            return try journal.markInDoubt()
        }
        Failpoint.committed.pass()
        journal.committed()
        acknowledged.removeAll(keepingCapacity: true)
    }
}
