import Checking
import Perturbation
import Recording
import Records

extension Feed {
    /// What recordings and their schedules say was delivered.
    ///
    /// - Throws: `RecordingError` where a file cannot be read or what counts of it is in doubt.
    public init(_ journals: [(recording: String, schedule: String)]) throws {
        var reading = ScheduleReading()
        let expected = try ExpectedOutput(journals)
        while let pieces = try expected.next() {
            for piece in pieces { try reading.add(piece) }
        }
        self = reading.feed
    }
}

/// Gathers the pieces of an expected output.
private struct ScheduleReading {
    private struct Name: Hashable {
        let source: TopicPartition
        let offset: Offset
    }

    private var records = ObservedRecords()
    private var numbers: [Name: Int] = [:]
    private var deliveries: [Feed.Delivery] = []
    private var injections: [Injection] = []
    /// Values that the schedule made, by the delivery that has them.
    private var changed: [(delivery: Int, value: [UInt8]?)] = []

    mutating func add(_ piece: ExpectedOutput.Piece) throws {
        var copies: Set<Int> = []
        for slot in piece.slots { _ = number(of: slot, in: piece) }
        for delivery in piece.outcome.deliveries {
            let record = number(of: Int(delivery.slot), in: piece)
            let entry = piece.records.entries[Int(delivery.slot)]
            copies.insert(Int(delivery.slot))
            if delivery.isCorrupted {
                changed.append((deliveries.count, try piece.value(of: delivery)))
                injections.append(Injection(.corrupt, record: record, copy: delivery.copy))
            }
            if delivery.copy > 0 {
                injections.append(Injection(.duplicate, record: record, copy: delivery.copy))
            } else if delivery.placedBy >= 0 {
                injections.append(Injection(.move, record: record))
            }
            if delivery.delayMicroseconds > 0 {
                injections.append(Injection(.delay, record: record, copy: delivery.copy))
            }
            let delayNs = UInt64(max(0, delivery.delayMicroseconds)) * 1000
            deliveries.append(
                Feed.Delivery(
                    record: record, copy: delivery.copy,
                    timeNs: entry.arrivalNs == 0 ? 0 : entry.arrivalNs + delayNs))
        }
        for slot in piece.slots where !copies.contains(slot) {
            injections.append(Injection(.drop, record: number(of: slot, in: piece)))
        }
    }

    private mutating func number(of slot: Int, in piece: ExpectedOutput.Piece) -> Int {
        let name = Name(source: piece.source, offset: piece.records.entries[slot].offset)
        if let number = numbers[name] { return number }
        numbers[name] = records.count
        records.append(
            piece.records.record(at: slot), arrivalNs: piece.records.entries[slot].arrivalNs)
        return records.count - 1
    }

    /// Corrupted contents stand behind the workload.
    var feed: Feed {
        var (all, deliveries) = (records, deliveries)
        for (delivery, value) in changed {
            let record = deliveries[delivery].record
            deliveries[delivery].content = all.count
            all.append(record, of: records, key: records.key(of: record), value: value)
        }
        return Feed(
            records: all, workloadCount: records.count, deliveries: deliveries,
            injections: injections)
    }
}
