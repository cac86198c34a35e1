import MCAP
import Records

extension Statistics {
    /// The number of messages of each channel that has any.
    var byChannel: [UInt16: UInt64] {
        Dictionary(channelMessages.map { ($0.channelID, $0.messages) }) { $0 &+ $1 }
    }
}

/// Finds records of a file by their offset, by way of the container's index: each step decompresses
/// one chunk, whatever the size of the file.
struct OffsetSeek {
    private let reader: MCAPReader
    /// How errors name the file.
    private let path: String
    private let index: FileIndex
    private let unordered: Set<UInt16>
    /// Whether the file promises an order at all, and has the indexes to make use of it.
    private let isIndexed: Bool
    /// Positions in the index of the chunks that hold records of a channel.
    private let chunksByChannel: [UInt16: [Int]]

    init(_ reader: MCAPReader, path: String) throws {
        self.reader = reader
        self.path = path
        index = try reader.index()
        unordered = try ChannelOrder.unordered(in: reader)
        let isOurs = index.metadata.contains { $0.name == RecordingIdentity.metadataName }
        isIndexed =
            isOurs && (!index.chunks.isEmpty || index.statistics.messages == 0)
            && index.chunks.allSatisfy {
                !$0.messageIndexOffsets.isEmpty || $0.uncompressedBytes == 0
            }
        var chunks: [UInt16: [Int]] = [:]
        for (position, chunk) in index.chunks.enumerated() {
            for entry in chunk.messageIndexOffsets {
                chunks[entry.channelID, default: []].append(position)
            }
        }
        chunksByChannel = chunks
    }

    /// Whether the channel's first and last record, and any between, can be found.
    func isOrdered(_ channel: UInt16) -> Bool { isIndexed && !unordered.contains(channel) }

    private func chunks(of channel: UInt16) -> [ChunkIndex] {
        (chunksByChannel[channel] ?? []).map { index.chunks[$0] }
    }

    /// The first or the last record of each of these channels that has any.
    ///
    /// - Precondition: the channels are ordered.
    /// - Complexity: each chunk is decompressed once at most.
    func places(
        _ end: End, of channels: [UInt16: TopicPartition]
    ) throws -> [UInt16: RecordPlace] {
        let inOrderOfChunks = channels.compactMap { channel, source in
            let chunks = chunksByChannel[channel]
            return (end == .first ? chunks?.first : chunks?.last).map { ($0, channel, source) }
        }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var places: [UInt16: RecordPlace] = [:]
        for (position, channel, source) in inOrderOfChunks {
            places[channel] = try place(of: end, channel, in: index.chunks[position], source)
        }
        return places
    }

    /// Whether finding offsets in so many channels takes less than reading all chunks.
    func isWorthwhile(forChannels count: Int) -> Bool {
        let steps = 2 * (Int.bitWidth - index.chunks.count.leadingZeroBitCount + 1)
        return count * steps < index.chunks.count
    }

    /// The times of arrival of a channel's records with these offsets; all times where it keeps no
    /// order, nil where it has no such record.
    ///
    /// - Complexity: O(log chunks) chunks are decompressed.
    func arrivals(
        of offsets: ClosedRange<Offset>, in channel: UInt16, _ source: TopicPartition
    ) throws -> ClosedRange<UInt64>? {
        guard isOrdered(channel) else { return 0...UInt64.max }
        let chunks = chunks(of: channel)
        // The first chunk whose last record reaches the lower bound, and the last whose first record
        // is not beyond the upper one.
        let front = try firstIndex(in: 0..<chunks.count) { position in
            try self.place(of: .last, channel, in: chunks[position], source).offset
                >= offsets.lowerBound
        }
        let behind = try firstIndex(in: front..<chunks.count) { position in
            try self.place(of: .first, channel, in: chunks[position], source).offset
                > offsets.upperBound
        }
        guard front < behind else { return nil }
        let first = chunks[front]
        let heads = try entries(of: channel, in: first)
        let head = try firstIndex(in: 0..<heads.count) { position in
            try self.place(of: heads[position], in: first, source).offset >= offsets.lowerBound
        }
        let last = chunks[behind - 1]
        let tails = try entries(of: channel, in: last)
        let tail = try firstIndex(in: 0..<tails.count) { position in
            try self.place(of: tails[position], in: last, source).offset > offsets.upperBound
        }
        guard head < heads.count, tail > 0 else { return nil }
        let (from, to) = (heads[head].logTimeNs, tails[tail - 1].logTimeNs)
        return from <= to ? from...to : nil
    }

    // MARK: One chunk

    enum End { case first, last }

    private func place(
        of end: End, _ channel: UInt16, in chunk: ChunkIndex, _ source: TopicPartition
    ) throws -> RecordPlace {
        let entries = try entries(of: channel, in: chunk)
        guard let entry = end == .first ? entries.first : entries.last else {
            return RecordPlace(offset: .min, arrivalNs: 0)
        }
        return try place(of: entry, in: chunk, source)
    }

    /// By where they stand in the chunk.
    private func entries(
        of channel: UInt16, in chunk: ChunkIndex
    ) throws -> [MessageIndex.Entry] {
        let found = try reader.messageIndex(of: chunk, channelID: channel)
        return (found?.entries ?? []).sorted { $0.offset < $1.offset }
    }

    private func place(
        of entry: MessageIndex.Entry, in chunk: ChunkIndex, _ source: TopicPartition
    ) throws -> RecordPlace {
        do {
            return try reader.withMessage(in: chunk, at: entry.offset) { header, data in
                var block = RecordBlock(source: source)
                try block.append(encoded: data, arrivalNs: header.logTimeNs)
                return RecordPlace(offset: block.entries[0].offset, arrivalNs: header.logTimeNs)
            }
        } catch let error as RecordError {
            throw RecordingError(
                .damaged, path,
                "the message of \(source) in the chunk at byte \(chunk.chunkStart): \(error)")
        }
    }

    /// The first position at which `holds` is true, as it then is for all behind; the end where none.
    private func firstIndex(
        in range: Range<Int>, where holds: (Int) throws -> Bool
    ) rethrows -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if try holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
