internal import CRdkafka
import Records

/// Writes records, idempotently unless configured otherwise, and in transactions where it has a
/// `transactional.id`. For one thread; deliveries, log and errors are told inside its calls.
public final class Producer {
    let handle: ClientHandle
    /// The handle's, at hand without going through it.
    private let client: OpaquePointer
    private let ledger: DeliveryLedger
    private var topics: [String: ProducerTopic] = [:]
    /// nil where the producer has no transactions.
    public let transactionalID: String?

    /// - Parameters:
    ///   - transactionalID: wins over `transactional.id` of the configuration.
    ///   - onEvent: log lines and errors of the client as a whole, told inside calls of this object.
    /// - Throws: `ConfigurationError` for properties that the library refuses, `KafkaError` where it
    ///   cannot make a client of them.
    public init(
        _ configuration: ClientConfiguration, transactionalID: String? = nil,
        onEvent: @escaping (ClientEvent) -> Void = { _ in }
    ) throws {
        var configuration = configuration
        self.transactionalID = transactionalID ?? configuration["transactional.id"]
        if let transactionalID {
            configuration.set("transactional.id", to: transactionalID)
        }
        handle = try ClientHandle(.producer, configuration, onEvent: onEvent)
        client = handle.client
        ledger = handle.context.deliveries
    }

    deinit {
        // What is still queued goes with its reports; close() is the way to wait for it.
        rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        for topic in topics.values { rd_kafka_topic_destroy(topic.pointer) }
    }

    /// The handle of a topic for ``produce(to:partition:key:value:headers:timestampMs:batch:)``,
    /// good for as long as the producer lives. It asks no broker: a topic that is not there shows as
    /// failed deliveries.
    public func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        if let known = topics[name] { return known }
        guard let pointer = rd_kafka_topic_new(handle.client, name, nil) else {
            let code = rd_kafka_last_error()
            throw KafkaError(
                KafkaErrorCode(code), during: "open the topic", at: TopicPartition(name, -1))
        }
        let topic = ProducerTopic(pointer: pointer)
        topics[name] = topic
        return topic
    }

    /// Whether a record's timestamp can be kept: to the library 0 means now, and so does none.
    public static func canSend(timestampMs: Int64) -> Bool { timestampMs != 0 }

    /// Queues one record; key and value are copied.
    ///
    /// The copy goes into the allocation that the library makes for its message anyway; to hand a
    /// buffer over would need one of its own.
    ///
    /// - Parameters:
    ///   - key: nil is null; an empty buffer is an empty key. So for `value`.
    ///   - headers: used up, also where the record is not queued.
    ///   - timestampMs: nil lets the client set the time of the call. 0 is refused
    ///     (``canSend(timestampMs:)``).
    ///   - batch: a number of the caller's under which the delivery is counted.
    /// - Returns: ``ProduceOutcome/queueFull`` where the library's queue is full: poll, then try again.
    /// - Throws: `KafkaError` where the record cannot be queued at all (too large, no such partition).
    public func produce(
        to topic: ProducerTopic, partition: Int32, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: consuming HeaderList = HeaderList(),
        timestampMs: Int64?, batch: Int
    ) throws(KafkaError) -> ProduceOutcome {
        if timestampMs == 0 { throw refusal(of: topic, partition) }
        let code = kerfuffle_produce(
            client, topic.pointer, partition, key?.present, key?.count ?? 0,
            value?.present, value?.count ?? 0, headers.pointer, timestampMs ?? 0,
            DeliveryLedger.opaque(batch))
        if code == RD_KAFKA_RESP_ERR_NO_ERROR {
            headers.handOver()
            ledger.queued(batch)
            return .queued
        }
        if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return .queueFull }
        let error = KafkaError(
            KafkaErrorCode(code), during: "produce", at: source(topic, partition))
        throw handle.explained(error)
    }

    private func source(_ topic: ProducerTopic, _ partition: Int32) -> TopicPartition {
        let name = rd_kafka_topic_name(topic.pointer).map { String(cString: $0) } ?? ""
        return TopicPartition(name, partition)
    }

    private func refusal(of topic: ProducerTopic, _ partition: Int32) -> KafkaError {
        KafkaError(
            .invalidArgument, "a timestamp of 0 cannot be sent: to the client library it means now",
            during: "produce", at: source(topic, partition), isRetriable: false)
    }
}
