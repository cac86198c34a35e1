import KafkaClient
import Masking
import Perturbation
import Recording
import Records

/// Sends the deliveries of closed windows, each not before it is due, and writes windows into the
/// journal.
final class Emitter {
    enum Result {
        /// All of the window is on its way.
        case done
        /// The next delivery is due then, in nanoseconds of the monotonic clock.
        case waits(untilNs: UInt64)
        /// The client's queue is full.
        case blocked
    }

    private let journal: Journal
    /// nil where nothing is added to what is sent.
    private let stamper: Stamper?

    /// nil where nothing holds deliveries back.
    private var limit: RateLimit?
    /// How many times a lane was served under the limit.
    private var turns = 0

    init(_ journal: Journal, _ stamper: Stamper?, _ limit: RateLimit? = nil) {
        self.limit = limit
        self.journal = journal
        self.stamper = stamper
    }

    /// When the next delivery of the lane's first window is due; 0 where there is none to wait for.
    func firstDue(of lane: Lane) -> UInt64 {
        let window = lane.ready[0]
        guard window.emitted < window.outcome.deliveries.count else { return 0 }
        let due = due(window.outcome.deliveries[window.emitted], window, lane)
        guard lane.producer != nil, let limit else { return due }
        return max(due, limit.dueNs)
    }

    /// Deliveries wait for their turn: lanes take turns.
    var isLimited: Bool { limit != nil }

    /// Writes the lane's closed windows into the journal ahead of their deliveries, as far as they
    /// wait for nothing; the first in any case.
    ///
    /// - Returns: whether anything was written.
    func writeAhead(of lane: Lane) throws -> Bool {
        var wrote = false
        for (index, window) in lane.ready.enumerated() {
            if index > 0 && window.isDelayed { break }
            if window.isWritten { continue }
            try write(window, lane)
            wrote = true
        }
        return wrote
    }

    private func write(_ window: WindowBuffer, _ lane: Lane) throws {
        try journal.append(
            window.block, of: lane.journal, losses: window.losses, closing: window.closing,
            decisions: window.outcome.decisions, encoder: lane.encoder)
        if lane.producer != nil { noteUntimed(window, lane) }
        window.isWritten = true
    }

    /// The lane stands there without any window: what lies in front was left out.
    func passOver(to next: Offset, of lane: Lane, into batch: Batch) throws {
        try journal.prepare(lane.journal)
        batch.note(.init(next: next, last: lane.lastPassed), of: lane)
    }

    /// Sends what is due of the lane's first window and notes in `batch` how far it came.
    ///
    /// - Throws: `RecordingError` where the journal cannot be written, `KafkaError` where a record
    ///   cannot be sent at all.
    func emitFirst(of lane: Lane, into batch: Batch, nowNs: UInt64) throws -> Result {
        let window = lane.ready[0]
        let before = window.emitted
        let result = try send(window, lane, batch, nowNs)
        if case .done = result {
            if !window.isWritten { try write(window, lane) }
            lane.journal.count(window.block)
            lane.passedWhole(window)
            batch.note(.init(next: window.next, last: lane.lastPassed), of: lane)
            batch.tally.records += window.block.count
            batch.tally.windows += 1
            for loss in window.losses { batch.tally.lostOffsets += loss.count }
            batch.tally.counts += window.outcome.counts
            batch.arrivals?.note(window)
            lane.count(window)
        } else if window.emitted > before {
            if !window.isWritten { try write(window, lane) }
            let part = CommitMetadata.Part(
                through: window.next - 1, emitted: Int64(window.emitted),
                closed: window.closing?.reason)
            batch.note(.init(next: window.start, part: part, last: lane.lastPassed), of: lane)
        }
        return result
    }

    private func send(
        _ window: WindowBuffer, _ lane: Lane, _ batch: Batch, _ nowNs: UInt64
    ) throws -> Result {
        guard let producer = lane.producer, let output = lane.output else {
            window.emitted = window.outcome.deliveries.count
            batch.bytes += window.block.byteCount
            return .done
        }
        let block = try stamper.map { try window.stamped(by: $0) } ?? window.block
        let mayWait = window.isDelayed || lane.lastDueNs > nowNs
        let number = batch.number
        var bytesSent = 0
        var result = Result.done
        try block.withUnsafeBytes { bytes in
            try window.outcome.deliveries.withUnsafeBufferPointer { deliveries in
                try block.entries.withUnsafeBufferPointer { entries in
                    while window.emitted < deliveries.count {
                        let delivery = deliveries[window.emitted]
                        if mayWait {
                            let due = self.due(delivery, window, lane)
                            if due > nowNs {
                                result = .waits(untilNs: due)
                                return
                            }
                            lane.lastDueNs = due
                        }
                        if let limited = limit?.dueNs, limited > nowNs {
                            result = .waits(untilNs: limited)
                            return
                        }
                        let slot = Int(delivery.slot)
                        let message = Message(entry: entries[slot], bytes: bytes)
                        let outcome =
                            delivery.isCorrupted
                            ? try sendChanged(
                                message, delivery, window, by: producer, to: output, lane, number)
                            : try message.produce(
                                by: producer, to: output, lane.source.partition, batch: number)
                        if outcome == .queueFull {
                            result = .blocked
                            return
                        }
                        window.emitted += 1
                        if limit != nil {
                            limit?.take(bytes: Int(entries[slot].payloadBytes), at: nowNs)
                            turns += 1
                            lane.turn = turns
                        }
                        bytesSent += Int(entries[slot].end - entries[slot].start)
                    }
                }
            }
        }
        batch.bytes += bytesSent
        return result
    }

    /// max(due of the delivery before, arrival + delay).
    private func due(_ delivery: Delivery, _ window: WindowBuffer, _ lane: Lane) -> UInt64 {
        if delivery.delayMicroseconds == 0 { return lane.lastDueNs }
        let entries = window.block.entries
        let arrived =
            window.openedNs + (entries[Int(delivery.slot)].arrivalNs - entries[0].arrivalNs)
        return max(lane.lastDueNs, arrived + UInt64(delivery.delayMicroseconds) * 1000)
    }

    private func sendChanged(
        _ message: Message, _ delivery: Delivery, _ window: WindowBuffer, by producer: Producer,
        to output: ProducerTopic, _ lane: Lane, _ batch: Int
    ) throws -> ProduceOutcome {
        let original = message.entry.valueRange.map { Array(message.bytes[$0]) }
        var changed = message
        let value = try window.outcome.changedValue(of: delivery, original: original)
        changed.isValueNull = value == nil
        return try (value ?? []).withUnsafeBytes {
            changed.replacement = $0
            return try changed.produce(
                by: producer, to: output, lane.source.partition, batch: batch)
        }
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

/// A record on its way out, as pointers into its window.
private struct Message {
    var entry: RecordBlock.Entry
    var bytes: UnsafeRawBufferPointer
    /// Sent in place of the record's value.
    var replacement: UnsafeRawBufferPointer?
    var isValueNull = false

    @inline(__always)
    func produce(
        by producer: Producer, to output: ProducerTopic, _ partition: Int32, batch: Int
    ) throws(KafkaError) -> ProduceOutcome {
        let original = entry.valueRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        return try producer.produce(
            to: output, partition: partition,
            key: entry.keyRange.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
            value: isValueNull ? nil : replacement ?? original,
            headers: HeaderList(of: entry, in: bytes),
            timestampMs: Producer.canSend(timestampMs: entry.timestampMs) ? entry.timestampMs : nil,
            batch: batch)
    }
}
