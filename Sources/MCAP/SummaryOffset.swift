/// Where the summary's records of one kind lie.
public struct SummaryOffset: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.summaryOffset

    public var groupOpcode: UInt8
    public var groupStart: UInt64
    public var groupLength: UInt64

    public init(groupOpcode: UInt8, groupStart: UInt64, groupLength: UInt64) {
        self.groupOpcode = groupOpcode
        self.groupStart = groupStart
        self.groupLength = groupLength
    }

    func put(into buffer: inout ByteBuffer) {
        buffer.put(groupOpcode)
        buffer.put(groupStart)
        buffer.put(groupLength)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        groupOpcode = try fields.number()
        groupStart = try fields.number()
        groupLength = try fields.number()
    }
}
