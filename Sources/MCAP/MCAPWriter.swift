/// Writes an MCAP file.
///
/// Schemas and channels are added, then messages appended; a chunk is closed when it is full or when
/// ``closeChunk()`` says so, and whatever is complete then goes to the sink in one write. A file whose
/// writer was killed is readable up to its last whole chunk, and ``init(resuming:at:options:verifying:)``
/// goes on with it.
///
/// When a write fails nothing is lost: what was not written stays here, and the next
/// ``flush()`` or ``closeChunk()`` writes it again at the same place.
///
/// Not thread-safe: one writer belongs to one thread at a time.
public final class MCAPWriter {
    public let options: WriterOptions
    /// Bytes handed to the sink: the first byte behind a whole record, which a checkpoint may name.
    public private(set) var position: UInt64 = 0
    public private(set) var isClosed = false

    let sink: any ByteSink
    var contents = Contents()
    var pending = ByteBuffer(capacity: 1 << 16)
    var chunk: ChunkBuilder
    private var compressor: Compressor
    private var crc = CRC32()
    private var nextSchema: UInt32 = 1
    private var nextChannel: UInt32 = 1

    /// Bytes of complete records at which they are written without waiting for a chunk.
    private static let fullPending = 1 << 20

    /// Begins a new file: magic bytes and header are in the sink when this returns.
    public init(
        to sink: any ByteSink, header: Header = Header(), options: WriterOptions = WriterOptions()
    ) throws(MCAPError) {
        self.sink = sink
        self.options = options
        compressor = try Compressor(options.compression)
        chunk = ChunkBuilder(reserving: min(options.chunkBytes ?? 0, 1 << 26))
        contents.header = header
        pending.put(Layout.magic)
        try pending.put(record: header, padding: options.padding)
        try handOver()
    }

    /// Goes on behind what a scan found in the first `position` bytes.
    init(
        continuing contents: Contents, in sink: any ByteSink, at position: UInt64, crc: CRC32,
        options: WriterOptions
    ) throws(MCAPError) {
        self.sink = sink
        self.options = options
        compressor = try Compressor(options.compression)
        chunk = ChunkBuilder(reserving: min(options.chunkBytes ?? 0, 1 << 26))
        self.contents = contents
        self.position = position
        self.crc = crc
        nextSchema = UInt32(contents.definitions.schemas.keys.max() ?? 0) + 1
        nextChannel = UInt32(contents.definitions.channels.keys.max() ?? 0) + 1
    }

    // MARK: What the file holds

    public var header: Header { contents.header }
    /// By rising number.
    public var schemas: [Schema] { contents.definitions.sortedSchemas }
    public var channels: [Channel] { contents.definitions.sortedChannels }
    /// Counts over the file so far, without the messages of the chunk at hand.
    public var statistics: Statistics { contents.statistics }
    /// Uncompressed bytes of the chunk at hand; 0 where there is none.
    public var openChunkBytes: Int { chunk.records.count }

    // MARK: Definitions

    /// Adds a schema under the next free number and returns that.
    ///
    /// - Throws: ``MCAPError/Code/limit`` when all 65,535 numbers are taken.
    @discardableResult
    public func addSchema(
        name: String, encoding: String, data: [UInt8]
    ) throws(MCAPError) -> UInt16 {
        let id = try free(nextSchema, "schemas")
        try add(Schema(id: id, name: name, encoding: encoding, data: data))
        return id
    }

    /// Adds a channel under the next free number and returns that.
    ///
    /// - Throws: ``MCAPError/Code/limit`` when all 65,535 numbers are taken;
    ///   ``MCAPError/Code/definition`` for a schema that was not added.
    @discardableResult
    public func addChannel(
        topic: String, messageEncoding: String, schemaID: UInt16, metadata: StringMap = [:]
    ) throws(MCAPError) -> UInt16 {
        let id = try free(nextChannel, "channels")
        try add(
            Channel(
                id: id, schemaID: schemaID, topic: topic, messageEncoding: messageEncoding,
                metadata: metadata))
        return id
    }

    /// Adds a schema under its own number. The same one again changes nothing.
    public func add(_ schema: Schema) throws(MCAPError) {
        try checkOpen()
        guard schema.id != 0 else {
            throw MCAPError(.definition, "schema “\(schema.name)” has number 0, which means none")
        }
        if try defining({ definitions throws(Fault) in try definitions.add(schema) }) {
            try put(definition: schema)
            nextSchema = max(nextSchema, UInt32(schema.id) + 1)
        }
    }

    /// Adds a channel under its own number. The same one again changes nothing.
    public func add(_ channel: Channel) throws(MCAPError) {
        try checkOpen()
        if try defining({ definitions throws(Fault) in try definitions.add(channel) }) {
            try put(definition: channel)
            nextChannel = max(nextChannel, UInt32(channel.id) + 1)
        }
    }

    private func defining(
        _ add: (inout Definitions) throws(Fault) -> Bool
    ) throws(MCAPError) -> Bool {
        do throws(Fault) {
            return try add(&contents.definitions)
        } catch {
            throw MCAPError(.definition, error.reason)
        }
    }

    private func put(definition: some CodedRecord) throws(MCAPError) {
        if options.definitions == .chunk && options.chunkBytes != nil {
            try chunk.append(definition: definition)
        } else {
            try pending.put(record: definition, padding: options.padding)
        }
    }

    private func free(_ next: UInt32, _ what: String) throws(MCAPError) -> UInt16 {
        guard let id = UInt16(exactly: next) else {
            throw MCAPError(
                .limit, "more than 65535 \(what); MCAP has no number for another one in a file")
        }
        return id
    }

    // MARK: Messages

    /// Appends a message. The bytes are copied once, into the chunk at hand.
    ///
    /// - Throws: ``MCAPError/Code/definition`` for a channel that was not added, or what the sink throws
    ///   when a full chunk is written; the message is not in the file then and may be appended again.
    /// - Complexity: O(bytes), without an allocation once the chunk's room is made.
    public func append(
        _ data: UnsafeRawBufferPointer, _ header: MessageHeader
    ) throws(MCAPError) {
        if let chunkBytes = options.chunkBytes, chunk.appendMore(header, data, room: chunkBytes) {
            return
        }
        guard contents.definitions.isKnown(header.channelID), !isClosed else {
            try checkOpen()
            throw MCAPError(.definition, "channel \(header.channelID) was not added")
        }
        if let chunkBytes = options.chunkBytes {
            let size = Layout.recordHead + Layout.messageHead + data.count
            if chunk.records.count + size > chunkBytes && chunk.messages > 0 {
                try closeChunk()
            }
            chunk.append(header, data)
        } else {
            pending.put(message: header, data: data)
            contents.tally.widen(header.logTimeNs, header.logTimeNs)
            contents.tally.add(1, to: header.channelID)
            try handOverIfFull()
        }
    }

    /// Appends a message from an array; for tests and few messages.
    public func append(_ data: [UInt8], _ header: MessageHeader) throws(MCAPError) {
        try data.withUnsafeBufferPointer { bytes throws(MCAPError) in
            try append(UnsafeRawBufferPointer(bytes), header)
        }
    }

    // MARK: Attachments and metadata

    /// Writes an attachment, in front of the chunk at hand.
    public func add(_ attachment: Attachment) throws(MCAPError) {
        try checkOpen()
        let start = pending.beginRecord(.attachment)
        let content = pending.count
        let header = AttachmentHeader(attachment)
        do throws(MCAPError) {
            try header.put(into: &pending)
        } catch {
            pending.shrink(to: start)
            throw error
        }
        pending.put(attachment.data)
        pending.put(CRC32.of(UnsafeRawBufferPointer(rebasing: pending.bytes[content...])))
        pending.put(options.padding)
        pending.endRecord(at: start)
        contents.attachments.append(
            AttachmentIndex(
                header, start: position + UInt64(start), length: UInt64(pending.count - start)))
        try handOverIfFull()
    }

    /// Writes a metadata record, in front of the chunk at hand.
    public func add(_ metadata: Metadata) throws(MCAPError) {
        try checkOpen()
        let start = pending.count
        try pending.put(record: metadata, padding: options.padding)
        contents.metadata.append(
            MetadataIndex(
                start: position + UInt64(start), length: UInt64(pending.count - start),
                name: metadata.name))
        try handOverIfFull()
    }

    // MARK: Handing over

    /// Closes the chunk at hand, if there is one, and hands everything to the sink.
    ///
    /// - Returns: ``position``, at which the file may be resumed.
    @discardableResult
    public func closeChunk() throws(MCAPError) -> UInt64 {
        try checkOpen()
        if !chunk.isEmpty { try putChunk() }
        try handOver()
        return position
    }

    /// Hands every complete record to the sink and leaves the chunk at hand open.
    public func flush() throws(MCAPError) {
        try handOver()
    }

    /// Asks the sink to make everything handed over survive a loss of power.
    public func synchronize() throws(MCAPError) {
        try sink.synchronize()
    }

    /// Closes the chunk at hand and writes data end, summary and footer. Closing twice changes nothing.
    public func close() throws(MCAPError) {
        if isClosed { return }
        try closeChunk()
        try putSummary(dataCRC: crc.value)
        do throws(MCAPError) {
            try sink.write(pending.bytes, at: position)
        } catch {
            // The summary is made anew when closing is tried again.
            pending.removeAll()
            try? sink.truncate(to: position)
            throw error
        }
        position += UInt64(pending.count)
        pending.removeAll()
        isClosed = true
    }

    private func checkOpen() throws(MCAPError) {
        if isClosed { throw MCAPError(.closed, "the file is closed; nothing can be added to it") }
    }

    private func handOverIfFull() throws(MCAPError) {
        if pending.count >= Self.fullPending { try handOver() }
    }

    private func handOver() throws(MCAPError) {
        guard pending.count > 0 else { return }
        do throws(MCAPError) {
            try sink.write(pending.bytes, at: position)
        } catch {
            // Half a write would only be in a reader's way.
            try? sink.truncate(to: position)
            throw error
        }
        crc.update(pending.bytes)
        position += UInt64(pending.count)
        pending.removeAll()
    }

    /// Moves the chunk at hand, compressed and with its message indexes, to what is complete.
    private func putChunk() throws(MCAPError) {
        if options.messageIndexes { try chunk.checkIndexes() }
        var header = ChunkHeader(
            chunk, crc: options.chunkCRC ? CRC32.of(chunk.records.bytes) : 0,
            compression: options.compression)
        let start = pending.beginRecord(.chunk)
        do throws(MCAPError) {
            try header.put(into: &pending)
            let data = pending.count
            try compressor.compress(chunk.records.bytes, into: &pending)
            header.compressedBytes = UInt64(pending.count - data)
            pending.set(header.compressedBytes, at: data - 8)
        } catch {
            pending.shrink(to: start)
            throw error
        }
        pending.endRecord(at: start)
        indexChunk(
            ChunkIndex(
                chunk: header, start: position + UInt64(start),
                length: UInt64(pending.count - start)))
    }

    /// Writes the message indexes of the chunk at hand, which is complete, and notes it for the summary.
    private func indexChunk(_ written: ChunkIndex) {
        var entry = written
        if chunk.messages > 0 {
            contents.tally.widen(chunk.messageStartTimeNs, chunk.messageEndTimeNs)
            contents.tally.add(chunk.counts)
        }
        if options.messageIndexes {
            let start = pending.count
            let places = chunk.putMessageIndexes(into: &pending, padding: options.padding)
            entry.messageIndexOffsets = places.map {
                ChunkIndex.IndexOffset(channelID: $0, byte: position + UInt64($1))
            }
            entry.messageIndexLength = UInt64(pending.count - start)
        }
        contents.chunks.append(entry)
        chunk.removeAll()
    }

    // MARK: Copying

    /// Writes a chunk record of another file as it stands there, with message indexes made anew.
    ///
    /// - Parameters:
    ///   - record: the whole chunk record.
    ///   - entry: what the other file's index says of it; its places are not used.
    ///   - records: its records, decompressed and checked.
    func copyChunk(
        _ record: UnsafeRawBufferPointer, _ entry: ChunkIndex, records: UnsafeRawBufferPointer
    ) throws(MCAPError) {
        try closeChunk()
        chunk.adopt(records)
        if options.messageIndexes { try chunk.checkIndexes() }
        var copy = entry
        copy.chunkStart = position
        copy.messageIndexLength = 0
        copy.messageIndexOffsets = []
        pending.put(record)
        indexChunk(copy)
        try handOverIfFull()
    }

    /// Writes a record of another file as it stands there.
    func copyRecord(_ record: UnsafeRawBufferPointer) throws(MCAPError) {
        try closeChunk()
        pending.put(record)
        try handOverIfFull()
    }
}
