import KafkaClient
import Perturbation
import Recording
import Records

/// Where a replay's deliveries go.
public protocol ReplaySink: AnyObject {
    /// - Parameters:
    ///   - record: as it is delivered: changed value, the output's topic; `offset` is the input's.
    ///   - arrivalNs: when the record arrived at the recorder.
    func emit(_ record: Record, copy: Int32, arrivalNs: UInt64) throws

    /// Everything was emitted; on return it is safe.
    func finish() throws
}

/// To a topic of a broker.
public final class TopicSink: ReplaySink {
    private let producer: Producer
    private var topics: [String: ProducerTopic] = [:]

    public init(_ producer: Producer) { self.producer = producer }

    public func emit(_ record: Record, copy: Int32, arrivalNs: UInt64) throws {
        let topic = try self.topic(record.source.topic)
        while try producer.produce(record, to: topic, partition: record.source.partition)
            == .queueFull
        {
            producer.poll(timeout: .milliseconds(10))
        }
        producer.poll()
        if let error = producer.deliveries(ofBatch: 0).firstError { throw error }
    }

    private func topic(_ name: String) throws -> ProducerTopic {
        if let known = topics[name] { return known }
        let topic = try producer.topic(name)
        topics[name] = topic
        return topic
    }

    public func finish() throws {
        while !producer.flush(timeout: .seconds(1)) {
            if let error = producer.deliveries(ofBatch: 0).firstError ?? producer.fatalError {
                throw error
            }
        }
        if let error = producer.deliveries(ofBatch: 0).firstError { throw error }
    }
}

/// To a recording: offsets count from 0 in each partition, as a topic that was empty would have them.
public final class RecordingSink: ReplaySink {
    private let writer: RecordingWriter
    private var next: [TopicPartition: Offset] = [:]
    private var lastArrivalNs: UInt64 = 0

    public init(_ writer: RecordingWriter) { self.writer = writer }

    public func emit(_ record: Record, copy: Int32, arrivalNs: UInt64) throws {
        var record = record
        record.offset = next[record.source, default: 0]
        next[record.source] = record.offset + 1
        lastArrivalNs = max(arrivalNs, lastArrivalNs + 1)
        var block = RecordBlock(source: record.source)
        try block.append(record, arrivalNs: lastArrivalNs)
        try writer.append(block)
    }

    public func finish() throws { try writer.close() }
}
