/// A stream of messages of one kind on a topic. Several channels may share a topic.
public struct Channel: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.channel

    /// Its number in this file.
    public var id: UInt16
    /// The schema of its messages; 0 for none.
    public var schemaID: UInt16
    public var topic: String
    /// How messages are encoded, such as `protobuf`.
    public var messageEncoding: String
    public var metadata: StringMap

    public init(
        id: UInt16, schemaID: UInt16, topic: String, messageEncoding: String,
        metadata: StringMap = [:]
    ) {
        self.id = id
        self.schemaID = schemaID
        self.topic = topic
        self.messageEncoding = messageEncoding
        self.metadata = metadata
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(id)
        buffer.put(schemaID)
        try buffer.put(topic)
        try buffer.put(messageEncoding)
        try buffer.put(metadata)
    }

    init(from fields: inout FieldReader) throws(Fault) {
        id = try fields.number()
        schemaID = try fields.number()
        topic = try fields.string()
        messageEncoding = try fields.string()
        metadata = try fields.map()
    }
}
