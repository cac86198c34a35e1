/// Named keys and values about the file.
public struct Metadata: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.metadata

    public var name: String
    public var entries: StringMap

    public init(name: String, entries: StringMap) {
        self.name = name
        self.entries = entries
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        try buffer.put(name)
        try buffer.put(entries)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        name = try fields.string()
        entries = try fields.map()
    }
}
