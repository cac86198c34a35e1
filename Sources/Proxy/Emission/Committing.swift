import KafkaClient
import Recording
import Records

/// How batches become visible and positions are committed.
protocol Committing: AnyObject {
    /// The membership under which windows are formed from now on.
    var group: ConsumerGroupMetadata? { get set }

    /// Whether windows must be in the files before their first delivery is sent: what is sent can be
    /// seen at once.
    var isSeenAtOnce: Bool { get }

    /// Whether so much is on its way that no batch should begin.
    var isBusy: Bool { get }

    /// Before the first delivery of a batch.
    func begin(batch: Int) throws

    /// Before a delivery of the partition goes into the batch at hand.
    func enter(_ source: TopicPartition) throws

    /// All of the batch was sent: writes it ahead and sees to it that it is committed.
    func commit(_ batch: CompleteBatch) throws

    /// Serves what is on its way; called often.
    func serve() throws

    /// Waits until everything that was sent is committed.
    func drain() throws

    /// Waits until everything that was sent has arrived.
    ///
    /// - Returns: whether all of it is committed too.
    func isSettled() throws -> Bool

    /// Throws away the batch at hand, if the guarantee knows how, and what was written for it.
    ///
    /// - Parameter hasFailed: the client itself has found that the transaction must be aborted.
    /// - Returns: false where what was sent cannot be taken back.
    func abandon(batch: Int, hasFailed: Bool) throws -> Bool

    /// The first delivery of the batch that was abandoned last that had failed by itself.
    var failedDelivery: KafkaError? { get }

    /// These partitions are another member's: nothing is committed for them any more.
    func discard(_ partitions: Set<TopicPartition>)
}

extension Committing {
    var isBusy: Bool { false }
    var failedDelivery: KafkaError? { nil }

    func enter(_ source: TopicPartition) throws {}
    func isSettled() throws -> Bool { true }

    /// The membership's generation; nil where it has none that could be read.
    var generation: Int32? { group?.generation }
}

/// A delivery failed for good, and with it its batch.
struct DeliveryFailure: Error {
    var error: KafkaError
    /// What became of the transaction.
    var transaction: KafkaError?
}
