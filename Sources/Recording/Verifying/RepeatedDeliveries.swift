import Digests
import Perturbation
import Records

/// Deliveries that may stand in an output once more than the files say: those of records in windows of
/// which a schedule says `"op":"again"`. At-least-once sends a window again where nobody knows what became
/// of it, whole or in part, and what was sent first may have been cut into other windows.
///
/// So what stands there more is looked at as a bag: each record as often as lines name it, for each of its
/// deliveries. The output without them is in order.
///
/// - Complexity: memory for a digest of each delivery of those windows.
public struct RepeatedDeliveries {
    private struct Allowance {
        var count = 0
        /// What the deliveries' timestamps are; any, where one could not be sent.
        var timestamps: [Int64] = []
        var takesAnyTime = false
    }

    private struct Fingerprint: Hashable {
        var source: TopicPartition
        var digest: Digest
    }

    private var windows: [TopicPartition: [SentAgain]] = [:]
    private var allowances: [Fingerprint: Allowance] = [:]

    /// Whether no schedule names a window.
    public var isEmpty: Bool { windows.isEmpty }

    /// Reads the lines; where there are some, the records too.
    ///
    /// - Parameters: as those of ``ExpectedOutput``.
    /// - Throws: `RecordingError`, as ``ExpectedOutput`` does.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil,
        asSent: ((RecordBlock, Plan) throws -> RecordBlock)? = nil
    ) throws {
        for pair in journals {
            let reader = try ScheduleReader(path: pair.schedule, decisions: false)
            guard reader.header.mayRepeat else { continue }
            while let line = try reader.next() {
                if case .again(let window) = line {
                    windows[window.source, default: []].append(window)
                }
            }
        }
        if windows.isEmpty { return }
        let expected = try ExpectedOutput(journals, committed: committed, asSent: asSent)
        while let pieces = try expected.next() {
            for piece in pieces { try allow(piece) }
        }
    }

    private mutating func allow(_ piece: ExpectedOutput.Piece) throws {
        guard let windows = windows[piece.source] else { return }
        let entries = piece.records.entries
        let times = piece.slots.map { slot in
            let offset = entries[slot].offset
            return windows.count { ($0.start...$0.through).contains(offset) }
        }
        var unchanged: Set<Int32> = []
        for delivery in piece.outcome.deliveries {
            let count = times[Int(delivery.slot) - piece.slots.lowerBound]
            if count == 0 { continue }
            var record = piece.records.record(at: Int(delivery.slot))
            if delivery.isCorrupted {
                record.value = try piece.value(of: delivery)
            } else {
                unchanged.insert(delivery.slot)
            }
            allow(record, count, piece)
        }
        // Cut into other windows, a record may have had another fate.
        for slot in piece.slots where !unchanged.contains(Int32(slot)) {
            let count = times[slot - piece.slots.lowerBound]
            if count > 0 { allow(piece.records.record(at: slot), count, piece) }
        }
    }

    private mutating func allow(_ record: Record, _ count: Int, _ piece: ExpectedOutput.Piece) {
        let index = piece.records.index(of: record.offset).map { Int32($0) }
        let name = Fingerprint(source: piece.source, digest: Self.digest(of: record))
        allowances[name, default: Allowance()].count += count
        allowances[name]?.timestamps.append(record.timestamp.milliseconds)
        if let index, piece.untimed.contains(index) { allowances[name]?.takesAnyTime = true }
    }

    /// Whether a record of the output is one of them that was not met yet.
    mutating func take(_ record: Record, of source: TopicPartition) -> Bool {
        guard !allowances.isEmpty else { return false }
        let name = Fingerprint(source: source, digest: Self.digest(of: record))
        guard let found = allowances[name], found.count > 0 else { return false }
        let isTimeMet =
            found.takesAnyTime || record.timestamp.kind == .logAppend
            || found.timestamps.contains(record.timestamp.milliseconds)
        if isTimeMet { allowances[name]?.count -= 1 }
        return isTimeMet
    }

    /// Over key, value and headers, each with its length in front.
    private static func digest(of record: Record) -> Digest {
        let digest = XXH128()
        func put(_ field: [UInt8]?) {
            withUnsafeBytes(of: Int64(field?.count ?? -1).littleEndian) { digest.update($0) }
            field?.withUnsafeBytes { digest.update($0) }
        }
        put(record.key)
        put(record.value)
        for header in record.headers {
            put(header.name)
            put(header.value)
        }
        return digest.digest()
    }
}
