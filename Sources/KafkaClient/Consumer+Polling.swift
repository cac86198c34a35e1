internal import CRdkafka
import Records

extension Consumer {
    /// Waits until there is something, gives out up to `max` records and what happened between them,
    /// and returns as soon as nothing more is at hand.
    ///
    /// Call it often, also when every partition is paused: within `max.poll.interval.ms` or the group
    /// gives the partitions away.
    ///
    /// Messages are taken one by one with `rd_kafka_consumer_poll`. `rd_kafka_consume_batch_queue` is
    /// a few per cent of the library's own work cheaper, but 2.0.2's loses records: when the group
    /// rebalances cooperatively, the library's own thread pauses the fetchers, and the barrier that it
    /// puts into the queue throws away messages that a batch under way has taken already, while the
    /// position from which fetching resumes has moved past them. Rebalances too would be served in
    /// the middle of a batch of which nobody has seen a record yet.
    ///
    /// - Parameters:
    ///   - timeout: for the first record or event; what follows is not waited for.
    ///   - events: may call this consumer, except for `poll` and `close`.
    ///   - records: the message is lent for the call.
    /// - Returns: the number of records given out.
    /// - Throws: what the closures throw (the message at hand counts as given out), and `KafkaError`
    ///   where a rebalance cannot be carried out.
    @discardableResult
    public func poll(
        timeout: Duration, max: Int, events: (ConsumerEvent) throws -> Void,
        records: (borrowing ConsumedMessage) throws -> Void
    ) throws -> Int {
        precondition(!isClosed, "poll of a closed consumer")
        var wait = timeout.milliseconds
        var given = 0
        while given < max {
            guard let message = rd_kafka_consumer_poll(handle.client, wait) else {
                if try !carryOutRebalances(telling: events) { break }
                wait = 0
                continue
            }
            wait = 0
            defer { rd_kafka_message_destroy(message) }
            if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                if let event = event(of: message) { try events(event) }
                continue
            }
            let slot = slots.slot(of: message)
            guard slot >= 0, takes(message.pointee.offset, slot) else {
                staleRecords += 1
                continue
            }
            given += 1
            try records(ConsumedMessage(message, slot: slot))
        }
        return given
    }

    /// Whether a record is the next of its partition or a later one. The library filters what was
    /// fetched before a seek or an assignment, but a pause by its own thread that falls between its
    /// filter and its note of the position makes it fetch the last record again.
    @inline(__always)
    private func takes(_ offset: Offset, _ slot: Int) -> Bool {
        let entry = slots.slots + slot
        guard entry.pointee.isAssigned, offset >= entry.pointee.next else { return false }
        entry.pointee.next = offset + 1
        return true
    }

    private func carryOutRebalances(
        telling events: (ConsumerEvent) throws -> Void
    ) throws -> Bool {
        if handle.context.rebalances.isEmpty { return false }
        let waiting = handle.context.rebalances
        handle.context.rebalances = []
        for rebalance in waiting { try carryOut(rebalance, telling: events) }
        return true
    }

    /// nil where it is no news: the group of a consumer that has none cannot be asked about.
    private func event(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> ConsumerEvent? {
        let code = message.pointee.err
        let slot = message.pointee.rkt == nil ? -1 : slots.slot(of: message)
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard slot >= 0, slots.slots[slot].isAssigned else { return nil }
            return .endOfPartition(slot: slot, offset: message.pointee.offset)
        }
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
        let error = handle.explained(
            KafkaError(
                KafkaErrorCode(code), text.map { Secrets.hide(handle.context.secrets, in: $0) },
                during: "consume", at: slot >= 0 ? slots.partitions[slot] : nil))
        switch code {
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
            RD_KAFKA_RESP_ERR__NO_OFFSET:
            return .offsetOutOfRange(slot: slot, error)
        case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED: return .maxPollExceeded(error)
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED where group == nil: return nil
        default: return .error(error)
        }
    }
}
