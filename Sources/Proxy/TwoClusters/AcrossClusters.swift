import KafkaClient
import Perturbation
import Recording
import Records

/// Exactly-once where the output is on another cluster than the input: one transaction for each partition
/// of a batch, with the partition's position as one more record in it.
///
/// The partitions of a batch are committed one after the other and not together: one may be aborted where
/// another is committed. Then the batch's checkpoint is marked in doubt and every partition begins anew
/// from its position; the chain of segments tells what counts.
final class AcrossClusters: Committing {
    var group: ConsumerGroupMetadata?
    let isSeenAtOnce = false
    private let senders: PartitionSenders
    private let journal: Journal
    private let synchronizes: Bool
    private let timeout: Duration
    /// Some partitions of the last batch were committed, or may have been.
    private var isPartlyCommitted = false

    init(
        _ senders: PartitionSenders, _ journal: Journal, synchronizes: Bool, timeout: Duration
    ) {
        self.senders = senders
        self.journal = journal
        self.synchronizes = synchronizes
        self.timeout = timeout
    }

    func begin(batch: Int) throws { isPartlyCommitted = false }

    func enter(_ source: TopicPartition) throws { try senders[source]?.begin() }

    func commit(_ batch: CompleteBatch) throws {
        defer { forget(batch.number) }
        try journal.checkpoint(batch.words)
        if synchronizes { try journal.synchronize() }
        for position in batch.committed(journal) {
            try senders[position.source]?.add(position, batch: batch.number, timeout: timeout)
        }
        let open = senders.all.filter(\.isOpen)
        let failures = commitAll(open, ofBatch: batch.number)
        if failures.isEmpty { return journal.committed() }
        // What failed without a word of abort may have been committed all the same.
        isPartlyCommitted =
            failures.count < open.count || failures.contains { !$0.error.requiresAbort }
        throw cause(of: failures, inBatch: batch.number)
    }

    private typealias Failure = (sender: PartitionSender, error: KafkaError)

    /// One after the other, once all that was sent has arrived: to ask again for a commit that is under
    /// way, as doing them at the same time from one thread would, aborts the process in 2.0.2.
    private func commitAll(_ open: [PartitionSender], ofBatch number: Int) -> [Failure] {
        for sender in open { _ = sender.producer.flush(batch: number, timeout: timeout) }
        var failures: [Failure] = []
        for sender in open {
            do throws(KafkaError) { try sender.commit(timeout: timeout) } catch {
                failures.append((sender, error))
            }
        }
        return failures
    }

    /// The worst of them; a delivery that can never succeed says more than the abort that follows from it.
    private func cause(of failures: [Failure], inBatch number: Int) -> any Error {
        if let fatal = failures.first(where: { $0.error.isFatal }) { return fatal.error }
        if let open = failures.first(where: { !$0.error.requiresAbort }) { return open.error }
        let (sender, error) = failures[0]
        guard let first = sender.producer.deliveries(ofBatch: number).firstError,
            first.code != .purgedInQueue, first.code != .purgedInFlight
        else { return error }
        return DeliveryFailure(error: first, transaction: error)
    }

    private func forget(_ batch: Int) {
        for sender in senders.all { sender.producer.forget(batch: batch) }
    }

    func serve() throws { senders.poll() }

    func drain() throws {}

    func abandon(batch: Int, hasFailed: Bool) throws -> Bool {
        defer { forget(batch) }
        for sender in senders.all where sender.isOpen {
            // As for one cluster: an abort must not overtake the first registration.
            if !hasFailed { _ = sender.producer.flush(timeout: .seconds(5)) }
            do throws(KafkaError) {
                try sender.abort(timeout: timeout)
            } catch {
                // Fenced: the new owner has aborted it. It is not used again without being made anew.
                if !error.isFatal { throw error }
                senders.release([sender.source])
            }
        }
        if isPartlyCommitted { try journal.markInDoubt() } else { try journal.rollBack() }
        isPartlyCommitted = false
        return true
    }

    func discard(_ partitions: Set<TopicPartition>) {}
}
