internal import CRdkafka
import Records

/// Counts messages by the batch number that their producer's caller gave them.
///
/// A message carries its number as the library's opaque pointer, so nothing is allocated for one. The
/// batches in flight are few: a scan of an array, and nearly always its last hit.
final class DeliveryLedger {
    private struct Batch {
        var number: Int
        var queued = 0
        var delivered = 0
        var failed = 0
    }

    private var batches: UnsafeMutablePointer<Batch>
    private var capacity = 16
    private var count = 0
    private var last = 0
    private var firstErrors: [Int: KafkaError] = [:]

    init() { batches = .allocate(capacity: capacity) }
    deinit { batches.deallocate() }

    static func opaque(_ number: Int) -> UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(bitPattern: number)
    }

    /// - Complexity: O(1) where the same batch follows itself, else O(batches in flight).
    @inline(__always)
    private func index(of number: Int) -> Int {
        if last < count && batches[last].number == number { return last }
        return search(number)
    }

    private func search(_ number: Int) -> Int {
        for index in 0..<count where batches[index].number == number {
            last = index
            return index
        }
        if count == capacity { grow() }
        (batches + count).initialize(to: Batch(number: number))
        last = count
        count += 1
        return last
    }

    private func grow() {
        let wider = UnsafeMutablePointer<Batch>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: batches, count: count)
        batches.deallocate()
        batches = wider
        capacity *= 2
    }

    @inline(__always)
    func queued(_ number: Int) {
        // First the index, which may move the array, then the array.
        let index = index(of: number)
        batches[index].queued += 1
    }

    func report(_ message: UnsafePointer<rd_kafka_message_t>) {
        let number = Int(bitPattern: message.pointee._private)
        let index = index(of: number)
        if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            batches[index].delivered += 1
        } else {
            batches[index].failed += 1
            if firstErrors[number] == nil { firstErrors[number] = Self.error(of: message) }
        }
    }

    func count(of number: Int) -> DeliveryCount {
        for index in 0..<count where batches[index].number == number {
            let batch = batches[index]
            return DeliveryCount(
                queued: batch.queued, delivered: batch.delivered, failed: batch.failed,
                firstError: firstErrors[number])
        }
        return DeliveryCount()
    }

    func forget(_ number: Int) {
        for index in 0..<count where batches[index].number == number {
            count -= 1
            batches[index] = batches[count]
            firstErrors[number] = nil
            return
        }
    }

    /// The library's text for the code: `rd_kafka_message_errstr` is for consumed messages alone and
    /// takes the payload of a produced one for the text.
    private static func error(of message: UnsafePointer<rd_kafka_message_t>) -> KafkaError {
        let topic = rd_kafka_topic_name(message.pointee.rkt).map { String(cString: $0) } ?? ""
        return KafkaError(
            KafkaErrorCode(message.pointee.err), during: "deliver",
            at: TopicPartition(topic, message.pointee.partition))
    }
}
