import KafkaClient
import Recording
import Records

/// How batches become visible and positions are committed.
protocol Committing: AnyObject {
    /// Before the first delivery of a batch.
    func begin(_ batch: Batch) throws

    /// The batch is complete and written ahead.
    func commit(_ batch: Batch, positions: [CommittedPosition]) throws

    /// Serves what is on its way; called often.
    func serve() throws

    /// Waits until everything that was emitted is committed.
    func drain() throws

    /// Throws away the batch at hand, if the guarantee knows how.
    ///
    /// - Returns: false where what was emitted cannot be taken back.
    func abandon(_ batch: Batch) throws -> Bool

    /// The membership under which windows are formed from now on.
    var group: ConsumerGroupMetadata? { get set }
}

/// A transaction a batch: the positions are a part of it.
final class ExactlyOnce: Committing {
    var group: ConsumerGroupMetadata?
    private let producer: Producer
    private let timeout: Duration

    init(_ producer: Producer, timeout: Duration) {
        self.producer = producer
        self.timeout = timeout
    }

    func begin(_ batch: Batch) throws { try producer.beginTransaction() }

    func commit(_ batch: Batch, positions: [CommittedPosition]) throws {
        defer { producer.forget(batch: batch.number) }
        do throws(KafkaError) {
            if let group {
                try producer.sendOffsets(positions, group: group, timeout: timeout)
            }
            try producer.commitTransaction(timeout: timeout)
        } catch {
            throw cause(of: error, in: batch)
        }
    }

    /// A delivery that can never succeed says more than the abort that follows from it.
    private func cause(of error: KafkaError, in batch: Batch) -> any Error {
        guard let first = producer.deliveries(ofBatch: batch.number).firstError,
            first.code != .purgedInQueue, first.code != .purgedInFlight, !error.isFatal
        else { return error }
        return DeliveryFailure(error: first, transaction: error)
    }

    func serve() throws { producer.poll() }
    func drain() throws {}

    func abandon(_ batch: Batch) throws -> Bool {
        producer.forget(batch: batch.number)
        try producer.abortTransaction(timeout: timeout)
        return true
    }
}

/// A delivery failed for good, and with it its transaction.
struct DeliveryFailure: Error, CustomStringConvertible {
    var error: KafkaError
    var transaction: KafkaError?

    var description: String { error.description }
}

/// Deliveries are awaited, then the positions committed; several batches may be on their way.
final class AtLeastOnce: Committing {
    var group: ConsumerGroupMetadata?
    private let producer: Producer
    private let consumer: Consumer
    private let timeout: Duration
    private var waiting: [(batch: Int, positions: [CommittedPosition])] = []
    private static let mostWaiting = 8

    init(_ producer: Producer, _ consumer: Consumer, timeout: Duration) {
        self.producer = producer
        self.consumer = consumer
        self.timeout = timeout
    }

    func begin(_ batch: Batch) throws {}

    func commit(_ batch: Batch, positions: [CommittedPosition]) throws {
        waiting.append((batch.number, positions))
        try settle()
        while waiting.count > Self.mostWaiting {
            producer.poll(timeout: .milliseconds(10))
            try settle()
        }
    }

    func serve() throws {
        producer.poll()
        try settle()
    }

    func drain() throws {
        while !waiting.isEmpty {
            producer.poll(timeout: .milliseconds(10))
            try settle()
        }
    }

    func abandon(_ batch: Batch) throws -> Bool { false }

    /// Commits the latest batch behind which nothing is on its way any more.
    private func settle() throws {
        var done: [TopicPartition: CommittedPosition] = [:]
        while let first = waiting.first {
            let deliveries = producer.deliveries(ofBatch: first.batch)
            if let error = deliveries.firstError { throw DeliveryFailure(error: error) }
            guard deliveries.outstanding == 0 else { break }
            for position in first.positions { done[position.source] = position }
            producer.forget(batch: first.batch)
            waiting.removeFirst()
        }
        if !done.isEmpty {
            try consumer.commit(
                done.values.sorted { $0.source < $1.source }, timeout: timeout)
        }
    }
}
