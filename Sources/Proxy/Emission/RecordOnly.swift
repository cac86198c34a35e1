import KafkaClient
import Recording
import Records

/// Nothing is sent: what is in the files is committed. No broker's transactions are needed, for the
/// group itself refuses the positions of a member that it has left behind.
final class RecordOnly: Committing {
    var group: ConsumerGroupMetadata?
    let isSeenAtOnce = false
    private let consumer: Consumer
    private let journal: Journal
    private let synchronizes: Bool
    private let timeout: Duration

    init(_ consumer: Consumer, _ journal: Journal, synchronizes: Bool, timeout: Duration) {
        self.consumer = consumer
        self.journal = journal
        self.synchronizes = synchronizes
        self.timeout = timeout
    }

    func begin(batch: Int) throws {}

    func commit(_ batch: CompleteBatch) throws {
        try journal.checkpoint(batch.words)
        if synchronizes { try journal.synchronize() }
        try send(batch.committed(journal))
        journal.committed()
    }

    /// An answer that did not come leaves open whether the positions were stored: storing them again
    /// changes nothing, and a refusal after that says nothing of the first time.
    private func send(_ positions: [CommittedPosition]) throws {
        let end = ArrivalClock.monotonic() + timeout.wholeNanoseconds
        var isOpen = false
        while true {
            do throws(KafkaError) {
                return try consumer.commit(positions, timeout: timeout)
            } catch {
                if error.code.isOfGroup && !isOpen {
                    var refused = error
                    refused.requiresAbort = true
                    refused.isRetriable = false
                    throw refused
                }
                guard error.isRetriable, ArrivalClock.monotonic() < end else { throw error }
                isOpen = true
            }
        }
    }

    func serve() throws {}
    func drain() throws {}

    func abandon(batch: Int, hasFailed: Bool) throws -> Bool {
        try journal.rollBack()
        return true
    }

    func discard(_ partitions: Set<TopicPartition>) {}
}
