import Perturbation
import Records

/// The records of a recording as checkpoints ask for them. A damage is only raised where a checkpoint
/// needs what lies behind it.
final class JournalRecords {
    private let reader: RecordingReader
    private enum State {
        /// Nobody has looked for the next record yet.
        case unread
        case atRecord
        case atEnd
        case failed(RecordingError)
    }
    private var state = State.unread
    /// Runs of records so far, and whose the last one is.
    private var runs = 0
    private var lastSource: TopicPartition?
    /// Records that were read ahead, where checkpoints name no place; and the last offset of each
    /// partition.
    private var ahead: [TopicPartition: RecordBlock] = [:]
    private var last: [TopicPartition: Offset] = [:]

    init(_ reader: RecordingReader) { self.reader = reader }

    /// Everything was read.
    var isAtEnd: Bool { if case .atEnd = state { true } else { false } }

    /// Whether records were not given out although whoever wrote them ended the recording.
    func areLeftInClosedRecording() throws -> Bool {
        guard !ahead.isEmpty || hasRecord() else { return false }
        return try reader.isClosed()
    }

    private func hasRecord() -> Bool {
        if case .unread = state {
            do {
                state = try reader.next() ? .atRecord : .atEnd
            } catch let error as RecordingError {
                state = .failed(error)
            } catch {
                state = .failed(RecordingError(.system, reader.path, "\(error)"))
            }
        }
        if case .atRecord = state { return true }
        return false
    }

    private var failure: RecordingError? {
        if case .failed(let error) = state { error } else { nil }
    }

    /// Gives out runs of records, up to a place in the recording.
    ///
    /// - Parameter body: told the partition, the run's number and how to append the run to a block.
    /// - Returns: what kept it from reading on; whether that matters the digests tell.
    func take(
        before place: Checkpoint.Place,
        _ body: (TopicPartition, Int, (inout RecordBlock) throws -> Void) throws -> Void
    ) throws -> RecordingError? {
        while hasRecord(), Self.isBefore(reader.place, place) {
            let source = reader.source
            if lastSource != source {
                lastSource = source
                runs += 1
            }
            try body(source, runs) { block in
                repeat {
                    try reader.append(to: &block)
                    state = .unread
                } while hasRecord() && reader.source == source
                    && Self.isBefore(reader.place, place)
            }
        }
        return failure
    }

    private static func isBefore(_ left: Checkpoint.Place, _ right: Checkpoint.Place) -> Bool {
        (left.file, left.bytes) < (right.file, right.bytes)
    }

    /// Without a place: gives out every record below the positions. Others that come between are kept.
    /// A record that is there a second time (its window was recorded again) counts once.
    func take(
        _ positions: [TopicPartition: Checkpoint.Position],
        _ body: (TopicPartition, RecordBlock) throws -> Void
    ) throws -> RecordingError? {
        let wanted = positions.mapValues { $0.part?.through ?? max($0.next, .min + 1) - 1 }
        var missing = Set(wanted.filter { (last[$0.key] ?? .min) < $0.value }.keys)
        while !missing.isEmpty, hasRecord() {
            let source = reader.source
            let through = wanted[source]
            var block = ahead.removeValue(forKey: source) ?? RecordBlock(source: source)
            var latest = last[source] ?? .min
            repeat {
                try reader.append(to: &block)
                state = .unread
                let offset = block.entries[block.count - 1].offset
                if offset <= latest { block.removeLast() } else { latest = offset }
                if let through, latest >= through { missing.remove(source) }
            } while !missing.isEmpty && hasRecord() && reader.source == source
            last[source] = latest
            ahead[source] = block
        }
        for source in wanted.keys.sorted() {
            guard let block = ahead[source], let through = wanted[source] else { continue }
            let count = block.entries.prefix { $0.offset <= through }.count
            if count == block.count {
                ahead[source] = nil
                try body(source, block)
                continue
            }
            var (part, rest) = (RecordBlock(source: source), RecordBlock(source: source))
            try part.append(block, 0..<count)
            try rest.append(block, count..<block.count)
            ahead[source] = rest
            try body(source, part)
        }
        return failure
    }
}
