import KafkaClient
import Perturbation
import Records

/// A window of one partition, from its first record to its last delivery: records, their headers as
/// the client library has them, and what becomes of them. Used again for later windows.
final class WindowBuffer {
    /// Where the window starts: behind the one before, whatever the gap.
    var start: Offset = 0
    var block: RecordBlock
    let headers = HeaderStore()
    /// Payload so far, which `window.bytes` bounds.
    var payloadBytes = 0
    /// When the first record came, in nanoseconds of the monotonic clock.
    var openedNs: UInt64 = 0

    // What follows is known once the window is closed.
    var closing: Closing?
    var outcome = Outcome()
    /// Slots with several deliveries, few: their headers are copied, not handed over.
    var copiedSlots: [Int32] = []
    /// Deliveries that are on their way.
    var emitted = 0
    /// Whether records and decisions are in the journal.
    var isWritten = false

    init(source: TopicPartition) {
        block = RecordBlock(source: source)
    }

    /// The start of the window behind this one.
    var next: Offset { (block.entries.last?.offset ?? start - 1) + 1 }
    var isEmitted: Bool { emitted == outcome.deliveries.count }

    /// Takes note of what became of the window.
    func noteCopies() {
        for delivery in outcome.deliveries where delivery.copy == 1 {
            copiedSlots.append(delivery.slot)
        }
    }

    func reset(start: Offset) {
        self.start = start
        block.removeAll()
        headers.removeAll()
        payloadBytes = 0
        closing = nil
        copiedSlots.removeAll(keepingCapacity: true)
        emitted = 0
        isWritten = false
    }
}
