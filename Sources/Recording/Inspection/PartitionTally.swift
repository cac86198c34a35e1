import MCAP
import Records

/// Counts the records of one partition over the files of a recording.
struct PartitionTally {
    private let source: TopicPartition
    private var records: UInt64 = 0
    private var lowest = Offset.max
    private var highest = Offset.min
    /// The last offset as the records stand.
    private var last: Offset?
    private var returns: UInt64 = 0

    private init(_ source: TopicPartition) { self.source = source }

    /// nil where it has no record.
    var partition: RecordingSummary.Partition? {
        guard records > 0 else { return nil }
        let (span, isWide) = UInt64(bitPattern: highest &- lowest).addingReportingOverflow(1)
        return RecordingSummary.Partition(
            source: source, records: records, offsets: lowest...highest,
            missing: returns == 0 && !isWide && span >= records ? span - records : nil,
            returns: returns)
    }

    /// Adds what a file holds.
    ///
    /// - Parameter checking: reads every record, where the ends of a channel would tell.
    /// - Returns: channels that say they are in order and are not, rising.
    static func count(
        _ reader: MCAPReader, _ index: FileIndex, path: String, checking: Bool,
        into tallies: inout [TopicPartition: PartitionTally]
    ) throws -> [TopicPartition] {
        let seek = try OffsetSeek(reader, path: path)
        let counts = index.statistics.byChannel
        var ordered: [UInt16: TopicPartition] = [:]
        var unordered: Set<UInt16> = []
        for channel in index.channels {
            guard let source = RecordingChannel.source(of: channel) else { continue }
            if seek.isOrdered(channel.id) && !checking {
                ordered[channel.id] = source
            } else {
                unordered.insert(channel.id)
            }
        }
        let (firsts, lasts) = (
            try seek.places(.first, of: ordered), try seek.places(.last, of: ordered)
        )
        for (channel, source) in ordered {
            guard let count = counts[channel], let first = firsts[channel],
                let last = lasts[channel], first.offset <= last.offset
            else {
                if counts[channel] ?? 0 > 0 { unordered.insert(channel) }
                continue
            }
            tallies[source, default: PartitionTally(source)].add(first.offset...last.offset, count)
        }
        if unordered.isEmpty { return [] }
        return try scan(reader, unordered, seek, path: path, into: &tallies)
    }

    /// Reads the channels whose ends tell nothing of what is between.
    private static func scan(
        _ reader: MCAPReader, _ channels: Set<UInt16>, _ seek: OffsetSeek, path: String,
        into tallies: inout [TopicPartition: PartitionTally]
    ) throws -> [TopicPartition] {
        let cursor = try reader.messages(MessageQuery(channelIDs: channels))
        var sources: [UInt16: TopicPartition] = [:]
        var last: [UInt16: RecordPlace] = [:]
        var broken: Set<TopicPartition> = []
        do {
            while try cursor.next() {
                let id = cursor.message.channelID
                guard
                    let source = sources[id]
                        ?? cursor.channel(id).flatMap(RecordingChannel.source(of:))
                else { continue }
                sources[id] = source
                let offset = try cursor.withData { data throws(RecordError) in
                    var block = RecordBlock(source: source)
                    try block.append(encoded: data, arrivalNs: 0)
                    return block.entries[0].offset
                }
                tallies[source, default: PartitionTally(source)].add(offset...offset, 1)
                let place = RecordPlace(offset: offset, arrivalNs: cursor.message.logTimeNs)
                if let before = last.updateValue(place, forKey: id), seek.isOrdered(id),
                    !place.follows(before)
                {
                    broken.insert(source)
                }
            }
        } catch let error as RecordError {
            throw RecordingError(
                .damaged, path, "in the chunk at byte \(cursor.recordStart): \(error)")
        } catch let error as MCAPError where error.damage != nil {
            // Where reading ends is part of the summary.
        }
        return broken.sorted()
    }

    private mutating func add(_ offsets: ClosedRange<Offset>, _ count: UInt64) {
        if let last, offsets.lowerBound <= last { returns += 1 }
        records += count
        lowest = min(lowest, offsets.lowerBound)
        highest = max(highest, offsets.upperBound)
        last = offsets.upperBound
    }
}
