import KafkaClient
import Perturbation
import Recording
import Records

/// Sends the deliveries of closed windows, each not before it is due, and writes windows into the
/// journal as their first delivery goes out.
final class Emitter {
    enum Result {
        /// All of the window is on its way.
        case done
        /// The next delivery is due then, in nanoseconds of the monotonic clock.
        case waits(untilNs: UInt64)
        /// The client's queue is full.
        case blocked
    }

    private let producer: Producer
    private let journal: Journal

    init(_ producer: Producer, _ journal: Journal) {
        self.producer = producer
        self.journal = journal
    }

    /// When the next delivery of the lane's first window is due; 0 where there is none to wait for.
    func firstDue(of lane: Lane) -> UInt64 {
        let window = lane.ready[0]
        guard window.emitted < window.outcome.deliveries.count else { return 0 }
        return due(window.outcome.deliveries[window.emitted], window, lane)
    }

    /// Sends what is due of the lane's first window and notes in `batch` how far it came.
    ///
    /// - Throws: `RecordingError` where the journal cannot be written, `KafkaError` where a record
    ///   cannot be sent at all.
    func emitFirst(of lane: Lane, into batch: inout Batch, nowNs: UInt64) throws -> Result {
        let window = lane.ready[0]
        if !window.isWritten {
            try journal.append(
                window.block, closing: window.closing, decisions: window.outcome.decisions,
                encoder: lane.encoder)
            noteUntimed(window, lane)
            window.isWritten = true
        }
        let result = try send(window, lane, &batch, nowNs)
        if case .done = result {
            journal.count(window.block)
            batch.next[lane.source] = .init(next: window.next)
        } else if window.emitted > 0 {
            batch.next[lane.source] = .init(
                next: window.start,
                part: .init(through: window.next - 1, emitted: Int64(window.emitted)))
        }
        return result
    }

    private func send(
        _ window: WindowBuffer, _ lane: Lane, _ batch: inout Batch, _ nowNs: UInt64
    ) throws -> Result {
        let deliveries = window.outcome.deliveries
        return try window.block.withUnsafeBytes { bytes -> Result in
            while window.emitted < deliveries.count {
                let delivery = deliveries[window.emitted]
                let entry = window.block.entries[Int(delivery.slot)]
                let due = self.due(delivery, window, lane)
                if due > nowNs { return .waits(untilNs: due) }
                let value = entry.valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
                let outcome =
                    delivery.isCorrupted
                    ? try sendChanged(delivery, entry, window, lane, bytes, batch.number)
                    : try produce(delivery, entry, value, window, lane, bytes, batch.number)
                if outcome == .queueFull { return .blocked }
                lane.lastDueNs = max(lane.lastDueNs, due)
                window.emitted += 1
                batch.bytes += Int(entry.end - entry.start)
            }
            return .done
        }
    }

    /// max(due of the delivery before, arrival + delay); 0 where nothing waits.
    private func due(_ delivery: Delivery, _ window: WindowBuffer, _ lane: Lane) -> UInt64 {
        if delivery.delayMicroseconds == 0 { return lane.lastDueNs }
        let entries = window.block.entries
        let arrived =
            window.openedNs + entries[Int(delivery.slot)].arrivalNs - entries[0].arrivalNs
        return max(lane.lastDueNs, arrived + UInt64(delivery.delayMicroseconds) * 1000)
    }

    private func sendChanged(
        _ delivery: Delivery, _ entry: RecordBlock.Entry, _ window: WindowBuffer, _ lane: Lane,
        _ bytes: UnsafeRawBufferPointer, _ batch: Int
    ) throws -> ProduceOutcome {
        let original = entry.valueRange.map { Array(bytes[$0]) }
        let changed = try window.outcome.changedValue(of: delivery, original: original)
        guard let changed else {
            return try produce(delivery, entry, nil, window, lane, bytes, batch)
        }
        return try changed.withUnsafeBytes {
            try produce(delivery, entry, $0, window, lane, bytes, batch)
        }
    }

    @inline(__always)
    private func produce(
        _ delivery: Delivery, _ entry: RecordBlock.Entry, _ value: UnsafeRawBufferPointer?,
        _ window: WindowBuffer, _ lane: Lane, _ bytes: UnsafeRawBufferPointer, _ batch: Int
    ) throws -> ProduceOutcome {
        try producer.produce(
            to: lane.output, partition: lane.source.partition,
            key: entry.keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
            value: value, headers: window.headers, at: Int(delivery.slot),
            copyingHeaders: window.copiedSlots.contains(delivery.slot),
            timestampMs: Producer.canSend(timestampMs: entry.timestampMs) ? entry.timestampMs : nil,
            batch: batch)
    }

    /// A timestamp of 0 or none cannot be sent: each such record that is delivered gets a line.
    private func noteUntimed(_ window: WindowBuffer, _ lane: Lane) {
        let entries = window.block.entries
        guard entries.contains(where: { !Producer.canSend(timestampMs: $0.timestampMs) }) else {
            return
        }
        let delivered = Set(window.outcome.deliveries.map(\.slot))
        for (slot, entry) in entries.enumerated()
        where !Producer.canSend(timestampMs: entry.timestampMs) && delivered.contains(Int32(slot)) {
            journal.append(
                LineDecision(slot: entry.offset, .untimed), encoder: lane.encoder)
        }
    }
}
