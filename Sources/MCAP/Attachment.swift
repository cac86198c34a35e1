/// A file of any kind inside the file.
public struct Attachment: Equatable, Sendable {
    public var logTimeNs: UInt64
    /// When it was made, in nanoseconds; 0 where nobody knows.
    public var createTimeNs: UInt64
    public var name: String
    /// Its media type, such as `text/plain`.
    public var mediaType: String
    public var data: [UInt8]

    public init(
        logTimeNs: UInt64, createTimeNs: UInt64 = 0, name: String, mediaType: String,
        data: [UInt8]
    ) {
        self.logTimeNs = logTimeNs
        self.createTimeNs = createTimeNs
        self.name = name
        self.mediaType = mediaType
        self.data = data
    }
}

/// The fields of an attachment before its data.
struct AttachmentHeader {
    var logTimeNs: UInt64
    var createTimeNs: UInt64
    var name: String
    var mediaType: String
    var dataBytes: UInt64

    init(_ attachment: Attachment) {
        logTimeNs = attachment.logTimeNs
        createTimeNs = attachment.createTimeNs
        name = attachment.name
        mediaType = attachment.mediaType
        dataBytes = UInt64(attachment.data.count)
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(logTimeNs)
        buffer.put(createTimeNs)
        try buffer.put(name)
        try buffer.put(mediaType)
        buffer.put(dataBytes)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        logTimeNs = try fields.number()
        createTimeNs = try fields.number()
        name = try fields.string()
        mediaType = try fields.string()
        dataBytes = try fields.number()
    }
}
