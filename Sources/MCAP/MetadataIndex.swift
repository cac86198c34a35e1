/// Where a metadata record lies.
public struct MetadataIndex: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.metadataIndex

    /// The metadata record's first byte and its length with opcode and length field.
    public var start: UInt64
    public var length: UInt64
    public var name: String

    init(start: UInt64, length: UInt64, name: String) {
        self.start = start
        self.length = length
        self.name = name
    }

    /// The first byte behind the record; nil where the numbers make no sense.
    var end: UInt64? {
        let (end, tooFar) = start.addingReportingOverflow(length)
        return tooFar ? nil : end
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(start)
        buffer.put(length)
        try buffer.put(name)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        start = try fields.number()
        length = try fields.number()
        name = try fields.string()
    }
}
