/// Where the messages of one channel lie in the chunk before it.
public struct MessageIndex: Equatable, Sendable, CodedRecord {
    static let opcode = Opcode.messageIndex

    public struct Entry: Equatable, Sendable {
        public var logTimeNs: UInt64
        /// The message record's first byte, counted in the chunk's uncompressed records.
        public var offset: UInt64

        public init(logTimeNs: UInt64, offset: UInt64) {
            self.logTimeNs = logTimeNs
            self.offset = offset
        }
    }

    public var channelID: UInt16
    /// In the order in which the chunk has the messages, where this module wrote it.
    public var entries: [Entry]

    public init(channelID: UInt16, entries: [Entry]) {
        self.channelID = channelID
        self.entries = entries
    }

    func put(into buffer: inout ByteBuffer) throws(MCAPError) {
        guard let length = UInt32(exactly: entries.count * Layout.indexEntry) else {
            throw MCAPError(.limit, "an index of \(entries.count) messages is too long for MCAP")
        }
        buffer.put(channelID)
        buffer.put(length)
        for entry in entries {
            buffer.put(entry.logTimeNs)
            buffer.put(entry.offset)
        }
    }

    init(from fields: inout FieldReader) throws(Fault) {
        let view = try View(from: &fields)
        channelID = view.channelID
        entries = (0..<view.count).map { view[$0] }
    }

    /// The same record read in place, without a copy of its entries.
    struct View {
        let channelID: UInt16
        let count: Int
        private let bytes: UnsafeRawBufferPointer

        init(from fields: inout FieldReader) throws(Fault) {
            channelID = try fields.number()
            bytes = try fields.sized()
            guard bytes.count % Layout.indexEntry == 0 else {
                throw Fault(
                    .changed, "an index of \(bytes.count) bytes, which is no multiple of 16")
            }
            count = bytes.count / Layout.indexEntry
        }

        @inline(__always)
        subscript(position: Int) -> Entry {
            let at = position * Layout.indexEntry
            return Entry(
                logTimeNs: UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)),
                offset: UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)))
        }
    }
}
