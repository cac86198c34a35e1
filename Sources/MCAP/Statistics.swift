/// Counts over a whole file.
public struct Statistics: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.statistics

    /// The messages of one channel.
    public struct ChannelCount: Equatable, Sendable {
        public var channelID: UInt16
        public var messages: UInt64

        public init(channelID: UInt16, messages: UInt64) {
            self.channelID = channelID
            self.messages = messages
        }
    }

    public var messages: UInt64 = 0
    public var schemas: UInt16 = 0
    public var channels: UInt32 = 0
    public var attachments: UInt32 = 0
    public var metadata: UInt32 = 0
    public var chunks: UInt32 = 0
    /// The earliest and latest log time; 0 where there is no message.
    public var messageStartTimeNs: UInt64 = 0
    public var messageEndTimeNs: UInt64 = 0
    /// By rising channel number, only channels that have messages.
    public var channelMessages: [ChannelCount] = []

    public init() {}

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        buffer.put(messages)
        buffer.put(schemas)
        buffer.put(channels)
        buffer.put(attachments)
        buffer.put(metadata)
        buffer.put(chunks)
        buffer.put(messageStartTimeNs)
        buffer.put(messageEndTimeNs)
        buffer.put(UInt32(channelMessages.count * 10))
        for entry in channelMessages {
            buffer.put(entry.channelID)
            buffer.put(entry.messages)
        }
    }

    init(from fields: inout FieldReader) throws(Fault) {
        messages = try fields.number()
        schemas = try fields.number()
        channels = try fields.number()
        attachments = try fields.number()
        metadata = try fields.number()
        chunks = try fields.number()
        messageStartTimeNs = try fields.number()
        messageEndTimeNs = try fields.number()
        var inner = FieldReader(try fields.sized())
        while inner.left > 0 {
            let channel: UInt16 = try inner.number()
            channelMessages.append(
                ChannelCount(channelID: channel, messages: try inner.number()))
        }
    }
}
