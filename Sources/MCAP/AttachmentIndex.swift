/// Where an attachment lies.
public struct AttachmentIndex: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.attachmentIndex

    /// The attachment record's first byte and its length with opcode and length field.
    public var start: UInt64
    public var length: UInt64
    public var logTimeNs: UInt64
    public var createTimeNs: UInt64
    public var dataBytes: UInt64
    public var name: String
    public var mediaType: String

    init(_ header: AttachmentHeader, start: UInt64, length: UInt64) {
        self.start = start
        self.length = length
        logTimeNs = header.logTimeNs
        createTimeNs = header.createTimeNs
        dataBytes = header.dataBytes
        name = header.name
        mediaType = header.mediaType
    }

    /// The first byte behind the record; nil where the numbers make no sense.
    var end: UInt64? {
        let (end, tooFar) = start.addingReportingOverflow(length)
        return tooFar ? nil : end
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(start)
        buffer.put(length)
        buffer.put(logTimeNs)
        buffer.put(createTimeNs)
        buffer.put(dataBytes)
        try buffer.put(name)
        try buffer.put(mediaType)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        start = try fields.number()
        length = try fields.number()
        logTimeNs = try fields.number()
        createTimeNs = try fields.number()
        dataBytes = try fields.number()
        name = try fields.string()
        mediaType = try fields.string()
    }
}
