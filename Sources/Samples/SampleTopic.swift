import Configuration
import KafkaClient
import Records

/// Writes sample records to a topic that may be written to.
///
/// Samples go to an input topic, which has no shadow in its name: so the topic must be there, and it
/// must be empty unless whoever asks says that more may be appended.
public struct SampleTopic {
    public let name: String
    public let partitions: Int32
    /// What a user should know before the records are there, a sentence each.
    public let notices: [String]
    private let producer: Producer
    private static let answerTime = Duration.seconds(5)

    /// - Parameter oldestMs: the time of the first record, to be held against the topic's retention.
    /// - Throws: `SampleError` where the broker is away, the topic is not there or holds records.
    public init(
        _ name: String, client: ClientConfiguration, allowsAppending: Bool, oldestMs: Int64,
        nowMs: Int64
    ) throws {
        self.name = name
        let consumer = try Consumer(client)
        let topic: ClusterMetadata.Topic?
        do throws(KafkaError) {
            topic = try consumer.metadata(topic: name, timeout: Self.answerTime).topics
                .first { $0.name == name }
        } catch {
            throw SampleError(.broker, Unanswered.sentence(client, error))
        }
        if topic?.error == .topicAuthorization {
            throw SampleError(
                .broker, "the topic \(name) cannot be seen: the right to write to it is missing")
        }
        guard let topic, topic.error == nil, !topic.partitions.isEmpty else {
            throw SampleError(.refused, "the topic \(name) is not there; make it first")
        }
        partitions = Int32(topic.partitions.count)
        let sources = topic.partitions.map { TopicPartition(name, $0.id) }
        let held = try consumer.watermarks(sources, timeout: Self.answerTime)
            .filter { !$0.value.isEmpty }
        if !allowsAppending, let first = held.min(by: { $0.key < $1.key }) {
            throw SampleError(
                .refused,
                "the topic \(name) holds records already (\(first.key): offsets "
                    + "\(first.value.lowerBound) to \(first.value.upperBound - 1)); samples go to an "
                    + "empty topic, or behind what is there with --append")
        }
        notices = Self.notices(name, client, oldestMs: oldestMs, nowMs: nowMs)
        producer = try Producer(client)
    }

    private static func notices(
        _ name: String, _ client: ClientConfiguration, oldestMs: Int64, nowMs: Int64
    ) -> [String] {
        // A broker without administration says nothing; it has no retention either.
        guard let settings = try? Admin(client).settings(ofTopic: name, timeout: .seconds(2)),
            settings["cleanup.policy"]?.contains("delete") == true,
            let retention = settings["retention.ms"].flatMap({ Int64($0) }), retention >= 0,
            nowMs - oldestMs > retention
        else { return [] }
        return [
            "the topic \(name) deletes records as old as these (retention.ms is \(retention)); set "
                + "retention.ms=-1, or give --start now"
        ]
    }

    /// Writes records until the stream has made so many, each not before its time.
    ///
    /// - Parameters:
    ///   - rate: nil writes as fast as the broker takes them.
    ///   - shouldStop: asked before each record.
    ///   - onProgress: told the number of records now and then.
    /// - Returns: how many the brokers acknowledged.
    /// - Throws: `SampleError` where some were not.
    public func write(
        _ stream: inout OrderStream, count: UInt64, rate: Rate?, shouldStop: () -> Bool,
        onProgress: (UInt64) -> Void
    ) throws -> UInt64 {
        let handle = try producer.topic(name)
        let clock = ContinuousClock()
        let start = clock.now
        while stream.count < count, !shouldStop() {
            if let rate {
                let due = start + rate.due(stream.count)
                while clock.now < due, !shouldStop() {
                    producer.poll(timeout: min(due - clock.now, .milliseconds(100)))
                }
            }
            let record = stream.next().record
            while try producer.produce(record, to: handle, partition: record.source.partition)
                == .queueFull
            {
                producer.poll(timeout: .milliseconds(10))
            }
            if stream.count % 1000 == 0 || rate != nil {
                producer.poll()
                onProgress(stream.count)
            }
        }
        let isFlushed = producer.flush(timeout: .seconds(30))
        let deliveries = producer.deliveries(ofBatch: 0)
        if let error = deliveries.firstError {
            throw SampleError(
                .broker, "\(deliveries.failed) records were not taken, the first because: \(error)")
        }
        guard isFlushed else {
            throw SampleError(
                .broker, "\(deliveries.outstanding) records were not acknowledged within 30 s")
        }
        return UInt64(deliveries.delivered)
    }
}
