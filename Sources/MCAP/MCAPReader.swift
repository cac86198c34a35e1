/// Reads an MCAP file of any writer: in the order of the file, in the order of log times, or at a place.
///
/// It works on files that are cut, damaged or still being written: whatever is whole before the first
/// place that is not can be read, and that place is told with ``MCAPError/Code/damaged``. Nothing is
/// passed over in silence. Memory stays within the largest chunk and the index.
///
/// Not thread-safe: one reader belongs to one thread at a time. Cursors keep reading on their own.
public final class MCAPReader {
    public let source: any ByteSource
    public let limits: ReadLimits
    public let header: Header
    var knownIndex: FileIndex?
    private var chunk = ChunkContents()
    private var loadedChunk: UInt64?

    /// - Throws: ``MCAPError/Code/notMCAP`` for another kind of file, ``MCAPError/Code/damaged`` where not
    ///   even the header is whole.
    public init(
        _ source: any ByteSource, limits: ReadLimits = ReadLimits()
    ) throws(MCAPError) {
        self.source = source
        self.limits = limits
        let scanner = try DataScanner(source, .headers, limits: limits, computesCRC: false)
        guard case .header(let header) = try scanner.next() else {
            throw MCAPError(.notMCAP, "the file has no header")
        }
        self.header = header
    }

    /// Opens a file on disk to read.
    public convenience init(path: String, limits: ReadLimits = ReadLimits()) throws(MCAPError) {
        try self.init(DiskFile(path, .read), limits: limits)
    }

    /// The messages that a query asks for, one after the other.
    public func messages(
        _ query: MessageQuery = MessageQuery()
    ) throws(MCAPError) -> MessageCursor {
        if query.isEverythingInFileOrder {
            return MessageCursor(
                .file(try FileOrderMessages(source, limits: limits)))
        }
        return MessageCursor(.indexed(IndexedMessages(self, try index(), query)))
    }

    // MARK: At a place

    /// The message index of a channel in a chunk; nil where the chunk has none for it.
    public func messageIndex(
        of chunk: ChunkIndex, channelID: UInt16
    ) throws(MCAPError) -> MessageIndex? {
        guard let entry = chunk.messageIndexOffsets.first(where: { $0.channelID == channelID })
        else { return nil }
        let index = try record(.messageIndex, at: entry.byte, MessageIndex.init(content:))
        guard index.channelID == channelID else {
            throw try damage(
                Fault(.changed, "an index of channel \(index.channelID), not \(channelID)"),
                at: entry.byte)
        }
        return index
    }

    /// Lends a message of a chunk by the offset that its message index names.
    ///
    /// The chunk stays decompressed for the next call.
    public func withMessage<Result>(
        in entry: ChunkIndex, at offset: UInt64,
        _ body: (MessageHeader, UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try load(entry)
        let records = chunk.records.bytes
        let headBytes = UInt64(Layout.recordHead + Layout.messageHead)
        guard UInt64(records.count) >= headBytes, offset <= UInt64(records.count) - headBytes,
            records[Int(offset)] == Opcode.message.rawValue
        else {
            throw try damage(
                Fault(.changed, "no message at \(offset) of the chunk"), at: entry.chunkStart)
        }
        var walk = RecordWalk(UnsafeRawBufferPointer(rebasing: records[Int(offset)...]))
        guard let place = walk.next(), place.end - place.content >= Layout.messageHead else {
            throw try damage(
                Fault(.changed, "no whole message at \(offset) of the chunk"),
                at: entry.chunkStart)
        }
        let content = walk.bytes[place.content..<place.end]
        return try body(
            MessageHeader(content: records.baseAddress! + Int(offset) + place.content),
            UnsafeRawBufferPointer(rebasing: content.dropFirst(Layout.messageHead)))
    }

    private func load(_ entry: ChunkIndex) throws(MCAPError) {
        if loadedChunk == entry.chunkStart { return }
        loadedChunk = nil
        var definitions = try index().definitions
        do throws(Fault) {
            var stream = try stream(from: entry.chunkStart, length: entry.chunkLength)
            try chunk.load(entry, from: &stream, &definitions, limits: limits)
        } catch {
            throw try damage(error, at: entry.chunkStart)
        }
        loadedChunk = entry.chunkStart
    }

    // MARK: Attachments and metadata

    /// Reads a metadata record that the index names.
    public func metadata(_ entry: MetadataIndex) throws(MCAPError) -> Metadata {
        try record(.metadata, at: entry.start, Metadata.init(content:))
    }

    /// All metadata records in the order of the file.
    public func metadata() throws(MCAPError) -> [Metadata] {
        var all: [Metadata] = []
        for entry in try index().metadata { all.append(try metadata(entry)) }
        return all
    }

    /// Reads an attachment that the index names, whole, and checks it.
    public func attachment(_ entry: AttachmentIndex) throws(MCAPError) -> Attachment {
        do throws(Fault) {
            var stream = try stream(from: entry.start, length: entry.length)
            guard let place = try stream.place(), place.opcode == Opcode.attachment.rawValue else {
                throw Fault(.changed, "no attachment where the index says one is")
            }
            var unbounded = ReadLimits()
            unbounded.recordBytes = .max
            let content = try stream.content(of: place, limits: unbounded)
            var fields = FieldReader(content)
            let header = try AttachmentHeader(from: &fields)
            let data = try fields.take(header.dataBytes)
            let covered = UnsafeRawBufferPointer(rebasing: content[..<fields.position])
            let crc: UInt32 = try fields.number()
            guard crc == 0 || crc == CRC32.of(covered) else {
                throw Fault(.changed, "the attachment's checksum is not \(crc)")
            }
            return Attachment(
                logTimeNs: header.logTimeNs, createTimeNs: header.createTimeNs,
                name: header.name, mediaType: header.mediaType, data: Array(data))
        } catch {
            throw try damage(error, at: entry.start)
        }
    }

    private func record<Record>(
        _ opcode: Opcode, at start: UInt64,
        _ read: (UnsafeRawBufferPointer) throws(Fault) -> Record
    ) throws(MCAPError) -> Record {
        do throws(Fault) {
            var stream = try stream(from: start, length: nil)
            guard let place = try stream.place(), place.opcode == opcode.rawValue else {
                throw Fault(.changed, "no such record where the index says one is")
            }
            return try read(try stream.content(of: place, limits: limits))
        } catch {
            throw try damage(error, at: start)
        }
    }

    /// A stream over one record that an index names; what an index says is not to be trusted.
    func stream(from start: UInt64, length: UInt64?) throws(Fault) -> RecordStream {
        let size: UInt64
        do throws(MCAPError) { size = try source.byteCount } catch { throw Fault(error) }
        let (end, tooFar) = start.addingReportingOverflow(length ?? 0)
        guard start <= size, !tooFar, end <= size else {
            throw Fault(.cut, "the index names byte \(start), the file has \(size)")
        }
        return RecordStream(
            source, from: start, to: length == nil ? size : end, computesCRC: false,
            step: 1 << 12)
    }

    /// The error for a fault that was found by way of the index: the first damage from the front of the
    /// file, or where that is whole, this one.
    func damage(_ fault: Fault, at byte: UInt64) throws(MCAPError) -> MCAPError {
        guard case .damage(let kind) = fault.cause else {
            if case .failed(let error) = fault.cause { return error }
            return MCAPError(.damaged, fault.reason)
        }
        let report = try check()
        return .damaged(
            report.ending.damage
                ?? Damage(
                    kind: kind, byte: fault.byte ?? byte, chunks: UInt64(report.statistics.chunks),
                    messages: report.statistics.messages, reason: fault.reason))
    }
}
