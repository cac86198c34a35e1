/// Where a chunk and its message indexes lie, and what times it covers.
public struct ChunkIndex: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.chunkIndex

    /// Where the message index of one channel begins.
    public struct IndexOffset: Equatable, Sendable {
        public var channelID: UInt16
        public var byte: UInt64

        public init(channelID: UInt16, byte: UInt64) {
            self.channelID = channelID
            self.byte = byte
        }
    }

    /// The earliest and latest log time of its messages; 0 where it has none.
    public var messageStartTimeNs: UInt64
    public var messageEndTimeNs: UInt64
    /// The chunk record's first byte and its length with opcode and length field.
    public var chunkStart: UInt64
    public var chunkLength: UInt64
    /// One for each channel with messages in the chunk; empty where nobody wrote message indexes.
    public var messageIndexOffsets: [IndexOffset]
    /// The bytes of all message indexes behind the chunk.
    public var messageIndexLength: UInt64
    public var compression: String
    public var compressedBytes: UInt64
    public var uncompressedBytes: UInt64

    /// The first byte behind the chunk and its message indexes; nil where the numbers make no sense.
    public var end: UInt64? {
        let (chunkEnd, tooFar) = chunkStart.addingReportingOverflow(chunkLength)
        let (end, alsoTooFar) = chunkEnd.addingReportingOverflow(messageIndexLength)
        return tooFar || alsoTooFar ? nil : end
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(messageStartTimeNs)
        buffer.put(messageEndTimeNs)
        buffer.put(chunkStart)
        buffer.put(chunkLength)
        buffer.put(UInt32(messageIndexOffsets.count * 10))
        for entry in messageIndexOffsets {
            buffer.put(entry.channelID)
            buffer.put(entry.byte)
        }
        buffer.put(messageIndexLength)
        try buffer.put(compression)
        buffer.put(compressedBytes)
        buffer.put(uncompressedBytes)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        messageStartTimeNs = try fields.number()
        messageEndTimeNs = try fields.number()
        chunkStart = try fields.number()
        chunkLength = try fields.number()
        var inner = FieldReader(try fields.sized())
        messageIndexOffsets = []
        messageIndexOffsets.reserveCapacity(inner.left / 10)
        while inner.left > 0 {
            let channel: UInt16 = try inner.number()
            messageIndexOffsets.append(
                IndexOffset(channelID: channel, byte: try inner.number()))
        }
        messageIndexLength = try fields.number()
        compression = try fields.string()
        compressedBytes = try fields.number()
        uncompressedBytes = try fields.number()
    }

    /// The entry of a chunk whose message indexes are not read yet.
    init(chunk: ChunkHeader, start: UInt64, length: UInt64) {
        messageStartTimeNs = chunk.messageStartTimeNs
        messageEndTimeNs = chunk.messageEndTimeNs
        chunkStart = start
        chunkLength = length
        messageIndexOffsets = []
        messageIndexLength = 0
        compression = chunk.compression
        compressedBytes = chunk.compressedBytes
        uncompressedBytes = chunk.uncompressedBytes
    }
}
