internal import CRdkafka

/// A queue for the answers of one call.
final class ReplyQueue {
    let pointer: OpaquePointer?

    init(_ handle: ClientHandle) { pointer = rd_kafka_queue_new(handle.client) }
    deinit { rd_kafka_queue_destroy(pointer) }

    /// The next answer, which the caller destroys; nil where none came in time.
    func next(within timeout: Duration) -> OpaquePointer? {
        rd_kafka_queue_poll(pointer, timeout.milliseconds)
    }
}
