/// How messages of a channel are to be decoded.
public struct Schema: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.schema

    /// Its number in this file; never 0, which stands for no schema.
    public var id: UInt16
    public var name: String
    /// The language of `data`, such as `protobuf` for a serialised FileDescriptorSet.
    public var encoding: String
    public var data: [UInt8]

    public init(id: UInt16, name: String, encoding: String, data: [UInt8]) {
        self.id = id
        self.name = name
        self.encoding = encoding
        self.data = data
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(id)
        try buffer.put(name)
        try buffer.put(encoding)
        try data.withUnsafeBufferPointer { bytes throws(MCAPError) in
            try buffer.put(sized: UnsafeRawBufferPointer(bytes))
        }
    }

    init(from fields: inout FieldReader) throws(Fault) {
        id = try fields.number()
        name = try fields.string()
        encoding = try fields.string()
        data = Array(try fields.sized())
    }
}
