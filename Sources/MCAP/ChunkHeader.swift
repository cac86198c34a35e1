/// The fields of a chunk before its records.
struct ChunkHeader {
    var messageStartTimeNs: UInt64
    var messageEndTimeNs: UInt64
    var uncompressedBytes: UInt64
    /// CRC-32 of the uncompressed records; 0 where nobody computed it.
    var uncompressedCRC: UInt32
    var compression: String
    /// The bytes of the records as they stand in the file.
    var compressedBytes: UInt64

    init(_ builder: borrowing ChunkBuilder, crc: UInt32, compression: Compression) {
        messageStartTimeNs = builder.messages > 0 ? builder.messageStartTimeNs : 0
        messageEndTimeNs = builder.messageEndTimeNs
        uncompressedBytes = UInt64(builder.records.count)
        uncompressedCRC = crc
        self.compression = compression.name
        compressedBytes = 0
    }

    /// Writes the fields; ``compressedBytes`` stands last.
    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(messageStartTimeNs)
        buffer.put(messageEndTimeNs)
        buffer.put(uncompressedBytes)
        buffer.put(uncompressedCRC)
        try buffer.put(compression)
        buffer.put(compressedBytes)
    }

    /// Reads the fields; the records follow where `fields` stands then.
    init(from fields: inout FieldReader) throws(Fault) {
        messageStartTimeNs = try fields.number()
        messageEndTimeNs = try fields.number()
        uncompressedBytes = try fields.number()
        uncompressedCRC = try fields.number()
        compression = try fields.string()
        compressedBytes = try fields.number()
    }
}
