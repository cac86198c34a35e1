/// The last record of a closed file.
public struct Footer: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.footer

    /// The byte at which the summary begins; 0 where there is none.
    public var summaryStart: UInt64
    /// The byte at which the summary offsets begin; 0 where there are none.
    public var summaryOffsetStart: UInt64
    /// CRC-32 from the summary's first byte to the field before this one; 0 where nobody computed it.
    public var summaryCRC: UInt32

    public init(summaryStart: UInt64, summaryOffsetStart: UInt64, summaryCRC: UInt32) {
        self.summaryStart = summaryStart
        self.summaryOffsetStart = summaryOffsetStart
        self.summaryCRC = summaryCRC
    }

    func put(into buffer: inout ByteBuffer) {
        buffer.put(summaryStart)
        buffer.put(summaryOffsetStart)
        buffer.put(summaryCRC)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        summaryStart = try fields.number()
        summaryOffsetStart = try fields.number()
        summaryCRC = try fields.number()
    }
}
