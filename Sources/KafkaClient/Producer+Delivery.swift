internal import CRdkafka
import Records

extension Producer {
    /// Serves delivery reports, log and errors; waits up to `timeout` for the first.
    @discardableResult
    public func poll(timeout: Duration = .zero) -> Int {
        Int(rd_kafka_poll(handle.client, timeout.milliseconds))
    }

    /// What became of a batch, as of the last call that served reports.
    public func deliveries(ofBatch batch: Int) -> DeliveryCount {
        handle.context.deliveries.count(of: batch)
    }

    /// Forgets a batch's counts; reports that come later count anew.
    public func forget(batch: Int) { handle.context.deliveries.forget(batch) }

    /// Messages that are queued or on their way.
    public var outstanding: Int { Int(rd_kafka_outq_len(handle.client)) }

    /// Waits until everything was delivered or failed.
    /// - Returns: false where the time was up first.
    public func flush(timeout: Duration) -> Bool {
        rd_kafka_flush(handle.client, timeout.milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// Waits until everything was delivered, or until something of the batch has failed: what is left of a
    /// transaction is not sent any more then, and would be waited for in vain.
    /// - Returns: false where something failed, or the time was up first.
    public func flush(batch: Int, timeout: Duration) -> Bool {
        let deadline = Deadline(in: timeout)
        while !flush(timeout: min(deadline.remaining, .milliseconds(100))) {
            if deliveries(ofBatch: batch).failed > 0 || deadline.hasPassed { return false }
        }
        return deliveries(ofBatch: batch).failed == 0
    }

    /// Throws away what is queued and, if wanted, what is on its way (a broker may have stored it
    /// all the same); each is reported as failed.
    public func purge(inFlight: Bool) {
        let flags = RD_KAFKA_PURGE_F_QUEUE | (inFlight ? RD_KAFKA_PURGE_F_INFLIGHT : 0)
        rd_kafka_purge(handle.client, flags)
        rd_kafka_poll(handle.client, 0)
    }

    /// Why this client can do nothing any more; nil while it can.
    public var fatalError: KafkaError? { handle.fatalError }

    /// Produces a record by value, for where speed does not count. A timestamp that cannot be sent
    /// becomes the time of the call.
    public func produce(
        _ record: Record, to topic: ProducerTopic, partition: Int32, batch: Int = 0
    ) throws(KafkaError) -> ProduceOutcome {
        let milliseconds = record.timestamp.milliseconds
        return try Self.lend(record.key) { key throws(KafkaError) in
            try Self.lend(record.value) { value throws(KafkaError) in
                try produce(
                    to: topic, partition: partition, key: key, value: value,
                    headers: HeaderList(record.headers),
                    timestampMs: Self.canSend(timestampMs: milliseconds) ? milliseconds : nil,
                    batch: batch)
            }
        }
    }

    private static func lend<Outcome>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Outcome
    ) throws(KafkaError) -> Outcome {
        guard let bytes else { return try body(nil) }
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(KafkaError) in try body(buffer) }
        }
        return try outcome.get()
    }
}
