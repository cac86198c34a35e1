import KafkaClient
import Masking
import Perturbation
import Records

/// A window of one partition, from its first record to its last delivery: records and what becomes of
/// them. Used again for later windows.
final class WindowBuffer {
    /// Where the window starts: behind the one before, whatever the gap.
    @exclusivity(unchecked) private(set) var start: Offset = 0
    @exclusivity(unchecked) private(set) var block: RecordBlock
    /// What it takes in memory, about.
    @exclusivity(unchecked) private(set) var heldBytes = 0
    /// When the first record came, in nanoseconds of the monotonic clock.
    @exclusivity(unchecked) private(set) var openedNs: UInt64 = 0
    /// From when `maxWait` counts: later than `openedNs` where the partition was paused meanwhile.
    @exclusivity(unchecked) var waitsFromNs: UInt64 = 0
    /// Offsets in front of its records, or between them, that were gone before they were read.
    @exclusivity(unchecked) var losses: [Loss] = []

    // What follows is known once the window is closed.
    @exclusivity(unchecked) private(set) var closing: Closing?
    @exclusivity(unchecked) var outcome = Outcome()
    /// Whether any delivery waits for a time of its own.
    @exclusivity(unchecked) private(set) var isDelayed = false
    /// Deliveries that are on their way.
    @exclusivity(unchecked) var emitted = 0
    /// Whether records and decisions are in the journal.
    @exclusivity(unchecked) var isWritten = false
    /// The records as they are sent, where the plan adds to them.
    @exclusivity(unchecked) private var stamped: RecordBlock?

    /// Beside its bytes a record takes an index entry and its places in the outcome.
    private static let overheadBytes = 128

    init(source: TopicPartition, start: Offset) {
        block = RecordBlock(source: source)
        self.start = start
    }

    /// The start of the window behind this one.
    var next: Offset { (block.entries.last?.offset ?? start - 1) + 1 }

    // MARK: Open

    /// Copies the record; it can be taken out again (``dropLast()``).
    ///
    /// - Returns: the payload that `window.bytes` counts, and by how many bytes the memory in use grew.
    @inline(__always)
    func append(
        _ message: borrowing ConsumedMessage, arrivalNs: UInt64, nowNs: UInt64
    ) throws(RecordError) -> (payload: Int, grown: Int) {
        let payload = try message.append(to: &block, arrivalNs: arrivalNs)
        return (payload, keep(nowNs: nowNs))
    }

    /// Takes a record as the plan takes it; ``keepLast(nowNs:)`` follows where it was taken.
    func append(
        _ raw: RecordBlock, by intake: inout Intake?
    ) throws(RecordError) -> Intake.Verdict? {
        try intake?.take(raw, at: 0, into: &block)
    }

    /// The last record's payload, and by how many bytes the memory in use grew with it.
    func keepLast(nowNs: UInt64) -> (payload: Int, grown: Int) {
        (Int(block.entries[block.entries.count - 1].payloadBytes), keep(nowNs: nowNs))
    }

    @inline(__always)
    private func keep(nowNs: UInt64) -> Int {
        if block.count == 1 {
            openedNs = nowNs
            waitsFromNs = nowNs
        }
        let held = block.byteCount + block.count * Self.overheadBytes
        defer { heldBytes = held }
        return held - heldBytes
    }

    /// The window starts there, at its first record.
    func begin(at start: Offset) { self.start = start }

    /// The last record does not belong here after all.
    ///
    /// - Returns: by how many bytes the memory in use grew; that is, less than nothing.
    func dropLast() -> Int {
        block.removeLast()
        let held = block.byteCount + block.count * Self.overheadBytes
        defer { heldBytes = held }
        return held - heldBytes
    }

    // MARK: Closed

    /// Decides what becomes of the records.
    func close(_ reason: Closing.Reason?, by perturber: inout Perturber) {
        perturber.perturb(block, start: start, into: &outcome)
        closing = reason.map {
            Closing(source: block.source, start: start, through: next - 1, reason: $0)
        }
        isDelayed = outcome.deliveries.contains { $0.delayMicroseconds != 0 }
    }

    /// Empties it for a window of a partition.
    func reset(for source: TopicPartition, start: Offset) {
        block.removeAll(for: source)
        reset(start: start)
    }

    func reset(start: Offset) {
        self.start = start
        block.removeAll()
        heldBytes = 0
        closing = nil
        losses.removeAll()
        isDelayed = false
        emitted = 0
        isWritten = false
        stamped = nil
    }

    /// The records with what the plan adds to their headers; what is recorded stays.
    func stamped(by stamper: Stamper) throws(RecordError) -> RecordBlock {
        if let stamped { return stamped }
        let new = try stamper.stamped(block)
        stamped = new
        return new
    }
}
