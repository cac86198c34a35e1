import Digests
import Perturbation
import Records

/// Deliveries that may stand in an output once more than the files say. At-least-once sends a window again where
/// nobody knows what became of it, whole or in part, and what was sent first may have been cut into other
/// windows. The files of its instances have what was sent first beside the chain (``Chain``); merged files name the
/// windows (`"op":"again"`).
///
/// So what stands there more is looked at as a bag: each record for each of its deliveries, as often as it stands
/// beside the chain or lines name it. The output without them is in order.
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

    /// Whether nothing may stand there more.
    public var isEmpty: Bool { allowances.isEmpty }

    /// Reads the schedules; where they are of at-least-once, the records too.
    ///
    /// - Parameters: as those of ``ExpectedOutput``.
    /// - Throws: `RecordingError`, as ``ExpectedOutput`` does.
    public init(
        _ journals: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil,
        asSent: ((RecordBlock, Plan) throws -> RecordBlock)? = nil
    ) throws {
        var isOfAtLeastOnce: [Bool] = []
        for pair in journals {
            let reader = try ScheduleReader(path: pair.schedule, decisions: false)
            isOfAtLeastOnce.append(reader.header.mayRepeat)
            guard reader.header.mayRepeat else { continue }
            while let line = try reader.next() {
                if case .again(let window) = line {
                    windows[window.source, default: []].append(window)
                }
            }
        }
        if !windows.isEmpty {
            let expected = try ExpectedOutput(journals, committed: committed, asSent: asSent)
            while let pieces = try expected.next() {
                for piece in pieces { try allow(piece) }
            }
        }
        if isOfAtLeastOnce.contains(true) {
            let live = try LiveJournals(journals, committed: committed, tails: true)
            while let batch = try live.next() {
                if isOfAtLeastOnce[batch.file] { try allowBesideChain(batch, asSent) }
            }
        }
    }

    /// What was written for deliveries that do not count: each of them may have been sent.
    private mutating func allowBesideChain(
        _ batch: LiveJournals.Batch, _ asSent: ((RecordBlock, Plan) throws -> RecordBlock)?
    ) throws {
        let counting = Dictionary(
            uniqueKeysWithValues: batch.parts.map { ($0.part.records.source, $0) })
        for (source, part) in batch.all {
            let counts = counting[source]
            let first = counts?.wholeCount ?? 0
            if first == part.records.count { continue }
            let block = try part.records.part(first..<part.records.count)
            let emitted = Int(clamping: counts?.extent.emitted ?? 0)
            // Of what was never committed lines may be whole and records cut off, or the other way round.
            let found = try? PieceBuilder(part, batch.paths).piece(
                block, from: block.entries[0].offset, skip: emitted)
            var piece =
                try found
                ?? ExpectedOutput.Piece(
                    source: source, records: block,
                    outcome: Outcome(applying: [], to: block.count), untimed: [],
                    slots: 0..<block.count)
            if let asSent { piece.records = try asSent(piece.records, batch.plan) }
            for delivery in piece.outcome.deliveries {
                allow(try piece.record(of: delivery), 1, piece)
            }
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
            if !delivery.isCorrupted { unchanged.insert(delivery.slot) }
            allow(try piece.record(of: delivery), count, piece)
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
