import KafkaClient
import Perturbation
import Records

/// A window of one partition, from its first record to its last delivery: records, their headers as
/// the client library has them, and what becomes of them. Used again for later windows.
final class WindowBuffer {
    /// Where the window starts: behind the one before, whatever the gap.
    private(set) var start: Offset = 0
    private(set) var block: RecordBlock
    let headers = HeaderStore()
    /// What it takes in memory, about.
    private(set) var heldBytes = 0
    /// When the first record came, in nanoseconds of the monotonic clock.
    private(set) var openedNs: UInt64 = 0
    /// From when `maxWait` counts: later than `openedNs` where the partition was paused meanwhile.
    var waitsFromNs: UInt64 = 0

    // What follows is known once the window is closed.
    private(set) var closing: Closing?
    var outcome = Outcome()
    /// By slot: whether the record is delivered more than once, and its headers are copied rather than
    /// handed over. Empty where none is.
    private(set) var isCopied: [Bool] = []
    /// Whether any delivery waits for a time of its own.
    private(set) var isDelayed = false
    /// Deliveries that are on their way.
    var emitted = 0
    /// Whether records and decisions are in the journal.
    var isWritten = false

    /// Beside its bytes a record takes an index entry, and headers in the library's own form.
    private static let overheadBytes = 192

    init(source: TopicPartition) {
        block = RecordBlock(source: source)
    }

    /// The start of the window behind this one.
    var next: Offset { (block.entries.last?.offset ?? start - 1) + 1 }

    // MARK: Open

    /// Copies the record; its headers stay with the message until ``keep(_:nowNs:)``.
    ///
    /// - Returns: the payload that `window.bytes` counts.
    @inline(__always)
    func append(_ message: borrowing ConsumedMessage, arrivalNs: UInt64) throws(RecordError) -> Int
    {
        try message.append(to: &block, arrivalNs: arrivalNs)
        return Int(block.entries[block.entries.count - 1].payloadBytes)
    }

    /// The record belongs to this window: takes its headers over.
    ///
    /// - Returns: bytes by which the memory in use grew.
    @inline(__always)
    func keep(_ message: borrowing ConsumedMessage, nowNs: UInt64) -> Int {
        headers.append(detaching: message)
        if headers.count == 1 {
            openedNs = nowNs
            waitsFromNs = nowNs
        }
        let held = block.byteCount + block.count * Self.overheadBytes
        defer { heldBytes = held }
        return held - heldBytes
    }

    /// The record does not belong here after all.
    func dropLast() { block.removeLast() }

    // MARK: Closed

    /// Decides what becomes of the records.
    func close(_ reason: Closing.Reason?, by perturber: inout Perturber) {
        perturber.perturb(block, start: start, into: &outcome)
        closing = reason.map {
            Closing(source: block.source, start: start, through: next - 1, reason: $0)
        }
        for delivery in outcome.deliveries {
            if delivery.delayMicroseconds != 0 { isDelayed = true }
            guard delivery.copy == 1 else { continue }
            if isCopied.isEmpty {
                isCopied.append(contentsOf: repeatElement(false, count: block.count))
            }
            isCopied[Int(delivery.slot)] = true
        }
    }

    func reset(start: Offset) {
        self.start = start
        block.removeAll()
        headers.removeAll()
        heldBytes = 0
        closing = nil
        isCopied.removeAll(keepingCapacity: true)
        isDelayed = false
        emitted = 0
        isWritten = false
    }
}
