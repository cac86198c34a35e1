/// A chunk's records, decompressed and checked as a whole.
struct ChunkContents: ~Copyable {
    /// The records one behind the other; what was loaded last.
    private(set) var records = ByteBuffer()
    /// The messages of each channel in them.
    private(set) var counts = ChannelCounts()
    private(set) var messages = 0
    private var decompressor = Decompressor()

    /// Decompresses and checks a chunk and adds what it defines to `definitions`.
    ///
    /// - Throws: a fault where anything does not fit; the contents are then not to be used.
    mutating func load(
        _ chunk: ChunkHeader, _ compressed: UnsafeRawBufferPointer,
        _ definitions: inout Definitions, limits: ReadLimits
    ) throws(Fault) {
        guard chunk.uncompressedBytes <= limits.recordBytes else {
            throw Fault(
                .changed,
                "a chunk of \(chunk.uncompressedBytes) bytes uncompressed; "
                    + "the limit is \(limits.recordBytes)")
        }
        try decompressor.decompress(compressed, chunk, into: &records)
        if chunk.uncompressedCRC != 0 {
            let crc = CRC32.of(records.bytes)
            guard crc == chunk.uncompressedCRC else {
                throw Fault(
                    .changed, "the chunk's checksum is \(crc), not \(chunk.uncompressedCRC)")
            }
        }
        try examine(chunk, &definitions)
    }

    /// Reads, decompresses and checks the chunk that an index entry tells of.
    mutating func load(
        _ entry: ChunkIndex, from stream: inout RecordStream, _ definitions: inout Definitions,
        limits: ReadLimits
    ) throws(Fault) {
        guard let place = try stream.place(), place.opcode == Opcode.chunk.rawValue,
            place.start == entry.chunkStart, place.length == entry.chunkLength
        else {
            throw Fault(
                .changed, "no chunk of \(entry.chunkLength) bytes where the index says one is")
        }
        var fields = FieldReader(try stream.content(of: place, limits: limits))
        let header = try ChunkHeader(from: &fields)
        guard header.messageStartTimeNs == entry.messageStartTimeNs,
            header.messageEndTimeNs == entry.messageEndTimeNs
        else {
            throw Fault(.changed, "the chunk states other log times than the index")
        }
        try load(header, try fields.take(header.compressedBytes), &definitions, limits: limits)
    }

    private mutating func examine(
        _ chunk: ChunkHeader, _ definitions: inout Definitions
    ) throws(Fault) {
        counts.removeAll()
        messages = 0
        var start = UInt64.max
        var end: UInt64 = 0
        let bytes = records.bytes
        var walk = RecordWalk(bytes)
        while let record = walk.next() {
            switch record.opcode {
            case Opcode.message.rawValue:
                guard record.end - record.content >= Layout.messageHead else {
                    throw Fault(
                        .changed, "a message of \(record.end - record.content) bytes in the chunk")
                }
                let header = MessageHeader(content: bytes.baseAddress! + record.content)
                guard definitions.isKnown(header.channelID) else {
                    throw Fault(
                        .changed,
                        "a message of channel \(header.channelID), which nothing "
                            + "before it defines")
                }
                counts.add(to: header.channelID)
                messages += 1
                if header.logTimeNs < start { start = header.logTimeNs }
                if header.logTimeNs > end { end = header.logTimeNs }
            case Opcode.schema.rawValue:
                try definitions.read(schema: content(record))
            case Opcode.channel.rawValue:
                try definitions.add(Channel(content: content(record)))
            case let opcode where opcode == 0 || Opcode(rawValue: opcode) != nil:
                throw Fault(.changed, "a record with opcode \(opcode) in the chunk")
            default:
                break
            }
        }
        guard walk.atEnd else {
            throw Fault(.changed, "the chunk's records do not fill its \(bytes.count) bytes")
        }
        guard messages == 0 || (start, end) == (chunk.messageStartTimeNs, chunk.messageEndTimeNs)
        else {
            throw Fault(
                .changed,
                "the chunk states log times \(chunk.messageStartTimeNs) to "
                    + "\(chunk.messageEndTimeNs), its messages have \(start) to \(end)")
        }
    }

    private func content(_ record: RecordWalk.Place) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: records.bytes[record.content..<record.end])
    }

    /// Gives the records away for another buffer to load into.
    mutating func exchangeRecords(with other: inout ByteBuffer) {
        swap(&records, &other)
    }

    /// Checks that an index names just the messages that its channel has here, and counts them as
    /// indexed.
    mutating func check(_ index: MessageIndex.View) throws(Fault) {
        let expected = counts[index.channelID]
        guard index.count == expected else {
            throw Fault(
                .changed,
                "an index of \(index.count) messages of channel \(index.channelID) "
                    + "where the chunk has \(expected)")
        }
        let bytes = records.bytes
        let last = bytes.count - Layout.recordHead - Layout.messageHead
        var rising = true
        var before = -1
        for position in 0..<index.count {
            let entry = index[position]
            guard let offset = Int(exactly: entry.offset), offset <= last,
                bytes[offset] == Opcode.message.rawValue,
                case let header = MessageHeader(
                    content: bytes.baseAddress! + offset + Layout.recordHead),
                header.channelID == index.channelID, header.logTimeNs == entry.logTimeNs
            else {
                throw Fault(
                    .changed,
                    "an index entry of channel \(index.channelID) for log time "
                        + "\(entry.logTimeNs) at \(entry.offset), where no such message is")
            }
            rising = rising && offset > before
            before = offset
        }
        if !rising {
            let offsets = Set((0..<index.count).map { index[$0].offset })
            guard offsets.count == index.count else {
                throw Fault(
                    .changed, "an index of channel \(index.channelID) that names a message twice")
            }
        }
        if expected > 0 { counts.set(0, for: index.channelID) }
    }

    /// Channels with messages that no index that was checked names.
    var unindexedChannels: Int { counts.channels.count { counts[$0] > 0 } }
}

extension Definitions {
    /// Reads and adds a schema. One with number 0 means nothing and is passed over.
    @discardableResult
    mutating func read(schema content: UnsafeRawBufferPointer) throws(Fault) -> Schema {
        let schema = try Schema(content: content)
        if schema.id != 0 { try add(schema) }
        return schema
    }
}
