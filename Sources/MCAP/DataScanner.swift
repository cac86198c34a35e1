/// Goes through a file from its first byte and accepts a record only if all of it holds.
///
/// This is the one place that decides what is readable: iteration in file order, the index of a file
/// without a summary, checking, recovering and resuming all stand on it.
final class DataScanner {
    enum Depth {
        /// Chunks are passed over wherever their message indexes tell enough.
        case headers
        /// Every chunk is decompressed and checked.
        case contents
    }

    private(set) var contents = Contents()
    /// Stretches of messages outside of chunks.
    private(set) var runs: [MessageRun] = []
    /// The record of the last event.
    private(set) var place = RecordPlace(opcode: 0, start: 0, contentLength: 0)
    /// The first byte behind the last whole record of the data; a data end does not count.
    private(set) var wholeBytes: UInt64 = 0
    private(set) var ending: Ending?
    private(set) var unknownRecords = 0
    /// What stands behind the data end, once it was read.
    private(set) var summary: SummarySection?
    /// Whether the last chunk has all its message indexes; false where the file ends before them.
    private(set) var lastChunkIsIndexed = true

    let source: any ByteSource
    let limits: ReadLimits
    private let depth: Depth
    private let computesCRC: Bool
    private var stream: RecordStream
    private var chunk = ChunkContents()
    /// Bytes of the record behind which the stream still has to go.
    private var untaken: UInt64 = 0
    private(set) var sawHeader = false
    private var sawDataEnd = false
    /// A chunk whose message indexes may follow.
    private var openChunk: OpenChunk?
    /// The messages that its message indexes name, for each channel.
    private var indexed = ChannelCounts()

    private struct OpenChunk {
        var entry: ChunkIndex
        var indexes = 0
        /// Whether an index names a channel that only the chunk itself can define.
        var hidesChannels = false
    }

    /// - Throws: ``MCAPError/Code/notMCAP`` where the first bytes are others than MCAP's.
    init(
        _ source: any ByteSource, _ depth: Depth, limits: ReadLimits, to end: UInt64? = nil,
        computesCRC: Bool
    ) throws(MCAPError) {
        self.source = source
        self.depth = depth
        self.limits = limits
        self.computesCRC = computesCRC
        let size = try source.byteCount
        let step = depth == .headers && !computesCRC ? 1 << 12 : 1 << 18
        stream = RecordStream(
            source, to: min(end ?? size, size), computesCRC: computesCRC, step: step)
        do throws(Fault) {
            let magic = try stream.peek(Layout.magic.count)
            guard magic.elementsEqual(Layout.magic) else {
                guard Layout.magic.starts(with: magic) else {
                    throw Fault(MCAPError(.notMCAP, "no MCAP file: its first bytes are others"))
                }
                throw Fault(.cut, "the file ends in its first magic bytes")
            }
            try stream.advance(UInt64(magic.count))
        } catch {
            throw settle(error, at: 0)
        }
        wholeBytes = stream.position
    }

    /// The checksum of everything before the record of the last event.
    var crc: CRC32 { stream.crc }

    /// The next event; nil behind the last one, with ``ending`` told.
    ///
    /// - Throws: ``MCAPError/Code/damaged`` at the first record that does not hold, then always.
    func next() throws(MCAPError) -> ScanEvent? {
        if let ending {
            if let damage = ending.damage { throw .damaged(damage) }
            return nil
        }
        var start = stream.position
        do throws(Fault) {
            try stream.advance(untaken)
            untaken = 0
            start = stream.position
            if sawDataEnd {
                summary = try SummarySection(
                    of: source, from: start, to: stream.end, limits: limits)
                ending = .closed
                return nil
            }
            guard let next = try stream.place() else {
                try finishChunk(atEnd: true)
                guard sawHeader else { throw Fault(.cut, "the file ends before its header") }
                ending = .open
                return nil
            }
            if next.opcode != Opcode.messageIndex.rawValue {
                if openChunk != nil { try refuseDisguisedIndex(next) }
                try finishChunk(atEnd: false)
            }
            let event = try read(next)
            place = next
            untaken = next.length
            if !sawDataEnd { wholeBytes = next.end }
            return event
        } catch {
            throw settle(error, at: start)
        }
    }

    private func settle(_ fault: Fault, at start: UInt64) -> MCAPError {
        switch fault.cause {
        case .failed(let error):
            return error
        case .damage(let kind):
            // The chunk before is whole all the same; its messages count, its indexes may be missing.
            try? finishChunk(atEnd: true)
            let damage = Damage(
                kind: kind, byte: fault.byte ?? start, chunks: UInt64(contents.chunks.count),
                messages: contents.tally.messages, reason: fault.reason)
            ending = .damaged(damage)
            return .damaged(damage)
        }
    }

    // MARK: One record

    private func read(_ place: RecordPlace) throws(Fault) -> ScanEvent {
        let opcode = Opcode(rawValue: place.opcode)
        guard sawHeader || opcode == .header else {
            throw Fault(.changed, "the first record has opcode \(place.opcode), not a header's")
        }
        switch opcode {
        case .header where !sawHeader:
            contents.header = try Header(content: content(place))
            sawHeader = true
            return .header(contents.header)
        case .schema:
            return .schema(try contents.definitions.read(schema: content(place)))
        case .channel:
            let channel = try Channel(content: content(place))
            try contents.definitions.add(channel)
            return .channel(channel)
        case .message: return try readMessage(place)
        case .chunk: return try readChunk(place)
        case .messageIndex: return try readMessageIndex(place)
        case .attachment: return try readAttachment(place)
        case .metadata:
            let metadata = try Metadata(content: content(place))
            contents.metadata.append(
                MetadataIndex(start: place.start, length: place.length, name: metadata.name))
            return .metadata(metadata)
        case .dataEnd:
            let end = try DataEnd(content: content(place))
            if computesCRC && end.dataCRC != 0 && end.dataCRC != stream.crc.value {
                throw Fault(
                    .changed,
                    "the checksum of the \(place.start) bytes before it is \(stream.crc.value), "
                        + "not \(end.dataCRC): a byte outside of the chunks was changed")
            }
            sawDataEnd = true
            return .dataEnd(end)
        case nil where place.opcode != 0:
            unknownRecords += 1
            return .unknown
        default:
            throw Fault(.changed, "a record with opcode \(place.opcode) among the data")
        }
    }

    private func content(_ place: RecordPlace) throws(Fault) -> UnsafeRawBufferPointer {
        try stream.content(of: place, limits: limits)
    }

    private func readMessage(_ place: RecordPlace) throws(Fault) -> ScanEvent {
        let content = try content(place)
        guard content.count >= Layout.messageHead, let base = content.baseAddress else {
            throw Fault(.changed, "a message of \(content.count) bytes; it has 22 at least")
        }
        let header = MessageHeader(content: base)
        guard contents.definitions.isKnown(header.channelID) else {
            throw Fault(
                .changed,
                "a message of channel \(header.channelID), which nothing before it defines")
        }
        contents.tally.widen(header.logTimeNs, header.logTimeNs)
        contents.tally.add(1, to: header.channelID)
        if runs.last?.takes(place) == true {
            runs[runs.count - 1].add(place, header.logTimeNs)
        } else {
            runs.append(MessageRun(place, header.logTimeNs))
        }
        return .message(
            header, UnsafeRawBufferPointer(rebasing: content[Layout.messageHead...]))
    }

    private func readAttachment(_ place: RecordPlace) throws(Fault) -> ScanEvent {
        var fields = FieldReader(try stream.front(1 << 16, of: place))
        let header = try AttachmentHeader(from: &fields)
        let others = UInt64(fields.position) + 4
        guard others <= place.contentLength, header.dataBytes <= place.contentLength - others
        else {
            throw Fault(
                .changed,
                "an attachment of \(header.dataBytes) bytes in a record of "
                    + "\(place.contentLength)")
        }
        if depth == .contents {
            var data = RecordStream(
                source, from: place.start + UInt64(Layout.recordHead), to: place.end,
                computesCRC: true)
            try data.advance(UInt64(fields.position) + header.dataBytes)
            let stated = try FieldReader(data.peek(4)).first(UInt32.self)
            guard stated == 0 || stated == data.crc.value else {
                throw Fault(
                    .changed,
                    "the attachment's checksum is \(data.crc.value), not \(stated)")
            }
        }
        let entry = AttachmentIndex(header, start: place.start, length: place.length)
        contents.attachments.append(entry)
        return .attachment(entry)
    }

    // MARK: Chunks

    private func readChunk(_ place: RecordPlace) throws(Fault) -> ScanEvent {
        let content =
            depth == .contents ? try content(place) : try stream.front(256, of: place)
        var fields = FieldReader(content)
        let header = try ChunkHeader(from: &fields)
        guard header.compressedBytes <= place.contentLength - UInt64(fields.position) else {
            throw Fault(
                .changed,
                "a chunk with \(header.compressedBytes) bytes of records in a record of "
                    + "\(place.contentLength)")
        }
        try refuseZeros(header, in: content, behind: fields.position)
        let entry = ChunkIndex(chunk: header, start: place.start, length: place.length)
        if depth == .contents {
            try chunk.load(
                header, try fields.take(header.compressedBytes), &contents.definitions,
                limits: limits)
            count(chunk.counts, in: entry)
        }
        contents.chunks.append(entry)
        openChunk = OpenChunk(entry: entry)
        indexed.removeAll()
        return .chunk(chunk.records.bytes)
    }

    /// Sees to it that a chunk which was overwritten with zeros, as some file systems leave the end of a
    /// file behind, does not pass for one without records: that ends where its fields do.
    private func refuseZeros(
        _ header: ChunkHeader, in content: UnsafeRawBufferPointer, behind fields: Int
    ) throws(Fault) {
        guard header.uncompressedBytes == 0, header.compressedBytes == 0 else { return }
        let rest = content[fields...].prefix(256)
        guard !rest.isEmpty, rest.allSatisfy({ $0 == 0 }) else { return }
        throw Fault(.changed, "a chunk that was overwritten with zeros")
    }

    private func count(_ counts: borrowing ChannelCounts, in entry: ChunkIndex) {
        // A chunk may hold no message; its times say nothing then.
        if counts.channels.contains(where: { counts[$0] > 0 }) {
            contents.tally.widen(entry.messageStartTimeNs, entry.messageEndTimeNs)
        }
        contents.tally.add(counts)
    }

    private func readMessageIndex(_ place: RecordPlace) throws(Fault) -> ScanEvent {
        guard openChunk != nil else {
            throw Fault(.changed, "a message index that follows no chunk")
        }
        var fields = FieldReader(try content(place))
        let index = try MessageIndex.View(from: &fields)
        if depth == .contents {
            try chunk.check(index)
        } else {
            if index.count > 0 { indexed.add(index.count, to: index.channelID) }
            if !contents.definitions.isKnown(index.channelID) { openChunk?.hidesChannels = true }
        }
        openChunk?.indexes += 1
        openChunk?.entry.messageIndexLength += place.length
        openChunk?.entry.messageIndexOffsets.append(
            ChunkIndex.IndexOffset(channelID: index.channelID, byte: place.start))
        return .messageIndex
    }

    /// Sees to it that what follows a chunk is no message index whose opcode was changed: one bit makes
    /// a message of it, or something to be passed over.
    private func refuseDisguisedIndex(_ place: RecordPlace) throws(Fault) {
        var fields = FieldReader(try stream.front(6, of: place))
        guard fields.left == 6 else { return }
        let channel: UInt16 = try fields.number()
        let length = UInt64(try fields.number(UInt32.self))
        let entries = Int(length) / Layout.indexEntry
        let isExpected =
            depth == .contents
            ? chunk.counts[channel] == entries : contents.definitions.isKnown(channel)
        if length > 0 && length + 6 == place.contentLength && isExpected
            && entries * Layout.indexEntry == length
        {
            throw Fault(
                .changed, "a record with opcode \(place.opcode) where a message index should be")
        }
    }

    /// Settles the chunk before, once something else than its message indexes follows.
    private func finishChunk(atEnd: Bool) throws(Fault) {
        guard let open = openChunk else { return }
        openChunk = nil
        contents.chunks[contents.chunks.count - 1] = open.entry
        var complete = true
        if depth == .contents {
            complete = chunk.unindexedChannels == 0
        } else {
            let mustLook =
                atEnd || open.hidesChannels
                || (open.indexes == 0 && open.entry.uncompressedBytes > 0)
            if mustLook {
                try reload(open.entry)
                complete = chunk.counts.channels.allSatisfy { chunk.counts[$0] == indexed[$0] }
                count(chunk.counts, in: open.entry)
            } else {
                count(indexed, in: open.entry)
            }
        }
        if atEnd { lastChunkIsIndexed = complete }
        if open.indexes > 0 && !complete {
            throw Fault(
                atEnd ? .cut : .changed,
                "the message indexes of the chunk at byte \(open.entry.chunkStart) are not whole")
        }
    }

    /// Reads and checks a chunk that was passed over.
    private func reload(_ entry: ChunkIndex) throws(Fault) {
        do throws(Fault) {
            var back = RecordStream(
                source, from: entry.chunkStart, to: entry.chunkStart + entry.chunkLength,
                computesCRC: false)
            try chunk.load(entry, from: &back, &contents.definitions, limits: limits)
        } catch {
            contents.chunks.removeLast()
            var fault = error
            fault.byte = entry.chunkStart
            throw fault
        }
    }
}
