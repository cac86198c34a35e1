internal import CRdkafka

/// Transactions. Each call repeats itself while the error is retriable and there is time; what is
/// thrown then is one of three: fatal (make a new producer; after a fence another instance owns the
/// `transactional.id`), `requiresAbort` (call ``abortTransaction(timeout:)``, then begin anew), or
/// retriable (the time was up: the outcome is open, the same call may be made again).
extension Producer {
    /// Fences older instances with this `transactional.id` and ends what they left undecided. Once,
    /// before all else.
    public func initTransactions(timeout: Duration) throws(KafkaError) {
        let client = handle.client
        try repeating("init transactions", timeout) { rd_kafka_init_transactions(client, $0) }
    }

    public func beginTransaction() throws(KafkaError) {
        let error = KafkaError(
            owning: rd_kafka_begin_transaction(handle.client), during: "begin transaction")
        if let error { throw handle.explained(error) }
    }

    /// Makes positions a part of the transaction: they are committed with it or not at all.
    ///
    /// - Parameter group: the membership under which what was produced was read. A member that lost
    ///   its partitions since is refused, and the transaction must be aborted.
    public func sendOffsets(
        _ positions: [CommittedPosition], group: ConsumerGroupMetadata, timeout: Duration
    ) throws(KafkaError) {
        let list = PartitionList(capacity: positions.count)
        for position in positions {
            list.add(
                position.source, offset: position.offset, metadata: Array(position.metadata.utf8))
        }
        let client = handle.client
        try repeating("send offsets to transaction", timeout) {
            rd_kafka_send_offsets_to_transaction(client, list.pointer, group.pointer, $0)
        }
    }

    /// Waits for all deliveries, then commits. Delivery reports are served meanwhile.
    public func commitTransaction(timeout: Duration) throws(KafkaError) {
        let client = handle.client
        try repeating("commit transaction", timeout) { rd_kafka_commit_transaction(client, $0) }
    }

    /// Throws away what was not delivered (reported as purged) and aborts.
    public func abortTransaction(timeout: Duration) throws(KafkaError) {
        let client = handle.client
        try repeating("abort transaction", timeout) { rd_kafka_abort_transaction(client, $0) }
    }

    private func repeating(
        _ operation: String, _ timeout: Duration, _ call: (Int32) -> OpaquePointer?
    ) throws(KafkaError) {
        let deadline = Deadline(in: timeout)
        while let error = KafkaError(
            owning: call(deadline.remaining.milliseconds), during: operation)
        {
            if !error.isRetriable || deadline.hasPassed { throw handle.explained(error) }
            // Serves what came meanwhile; waits a little where nothing did.
            rd_kafka_poll(handle.client, 20)
        }
    }
}
