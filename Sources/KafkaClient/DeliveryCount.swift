/// What became of the messages of a batch so far.
public struct DeliveryCount: Hashable, Sendable {
    /// Messages that the library took.
    public var queued: Int
    /// Messages that the brokers acknowledged.
    public var delivered: Int
    /// Messages that failed for good.
    public var failed: Int
    /// The first failure, with its partition.
    public var firstError: KafkaError?

    public init(
        queued: Int = 0, delivered: Int = 0, failed: Int = 0, firstError: KafkaError? = nil
    ) {
        self.queued = queued
        self.delivered = delivered
        self.failed = failed
        self.firstError = firstError
    }

    public var outstanding: Int { queued - delivered - failed }
}
