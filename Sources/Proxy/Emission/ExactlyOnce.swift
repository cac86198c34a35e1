import KafkaClient
import Recording
import Records

/// A transaction a batch: the positions are a part of it.
final class ExactlyOnce: Committing {
    var group: ConsumerGroupMetadata?
    let isSeenAtOnce = false
    private let producer: Producer
    private let journal: Journal
    private let synchronizes: Bool
    private(set) var failedDelivery: KafkaError?
    /// For each step; the client repeats what may pass.
    private let timeout: Duration

    init(_ producer: Producer, _ journal: Journal, synchronizes: Bool, timeout: Duration) {
        self.producer = producer
        self.journal = journal
        self.synchronizes = synchronizes
        self.timeout = timeout
    }

    func begin(batch: Int) throws { try producer.beginTransaction() }

    func commit(_ batch: CompleteBatch) throws {
        try journal.checkpoint(batch.words)
        if synchronizes { try journal.synchronize() }
        Failpoint.writtenAhead.pass()
        let group = try membership()
        do throws(KafkaError) {
            try producer.sendOffsets(batch.committed(journal), group: group, timeout: timeout)
            Failpoint.positionsSent.pass()
            // A commit that is under way waits in vain for what is left of a transaction that failed.
            _ = producer.flush(batch: batch.number, timeout: timeout)
            try producer.commitTransaction(timeout: timeout)
        } catch {
            throw cause(of: error, inBatch: batch.number)
        }
        Failpoint.committed.pass()
        producer.forget(batch: batch.number)
        journal.committed()
    }

    /// Positions without a generation would be taken by a broker from anyone: after the membership was
    /// lost they must not be sent.
    private func membership() throws(KafkaError) -> ConsumerGroupMetadata {
        guard let group, (group.generation ?? 0) >= 0 else {
            throw KafkaError(
                .illegalGeneration, "this member has left the group",
                during: "send offsets to transaction", requiresAbort: true)
        }
        return group
    }

    /// A delivery that can never succeed says more than the abort that follows from it.
    private func cause(of error: KafkaError, inBatch number: Int) -> any Error {
        guard let first = failure(inBatch: number), !error.isFatal else { return error }
        return DeliveryFailure(error: first, transaction: error)
    }

    private func failure(inBatch number: Int) -> KafkaError? {
        guard let first = producer.deliveries(ofBatch: number).firstError,
            first.code != .purgedInQueue, first.code != .purgedInFlight
        else { return nil }
        return first
    }

    func serve() throws { producer.poll() }

    func drain() throws {}

    func abandon(batch: Int, hasFailed: Bool) throws -> Bool {
        defer { producer.forget(batch: batch) }
        // An abort that overtakes the first registration of a partition is fatal to 2.0.2 (a broker
        // answers that nothing is open): once anything was delivered, all is registered.
        if !hasFailed { _ = producer.flush(timeout: .seconds(5)) }
        failedDelivery = nil
        try producer.abortTransaction(timeout: timeout)
        // Only now every delivery has been told of: the transaction may fail before its reason is known.
        failedDelivery = failure(inBatch: batch)
        try journal.rollBack()
        return true
    }

    func discard(_ partitions: Set<TopicPartition>) {}
}
