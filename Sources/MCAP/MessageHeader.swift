/// What stands before a message's data.
public struct MessageHeader: Equatable, Sendable {
    public var channelID: UInt16
    /// A number that the writer chose; 0 where it chose none.
    public var sequence: UInt32
    /// When it was recorded, in nanoseconds; what indexes and seeking go by.
    public var logTimeNs: UInt64
    /// When it was published, in nanoseconds; the log time where nobody knows.
    public var publishTimeNs: UInt64

    public init(
        channelID: UInt16, sequence: UInt32 = 0, logTimeNs: UInt64, publishTimeNs: UInt64? = nil
    ) {
        self.channelID = channelID
        self.sequence = sequence
        self.logTimeNs = logTimeNs
        self.publishTimeNs = publishTimeNs ?? logTimeNs
    }

    /// Reads the 22 bytes at the front of a message's content; the caller has checked that they are there.
    @inline(__always)
    init(content: UnsafeRawPointer) {
        channelID = UInt16(littleEndian: content.loadUnaligned(as: UInt16.self))
        sequence = UInt32(
            littleEndian: content.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        logTimeNs = UInt64(
            littleEndian: content.loadUnaligned(fromByteOffset: 6, as: UInt64.self))
        publishTimeNs = UInt64(
            littleEndian: content.loadUnaligned(fromByteOffset: 14, as: UInt64.self))
    }
}

extension ByteBuffer {
    /// Appends a message record: one check for room, one copy of the data.
    @inline(__always)
    mutating func put(message header: MessageHeader, data: UnsafeRawBufferPointer) {
        let length = Layout.messageHead + data.count
        reserve(Layout.recordHead + length)
        let place = base + count
        place.storeBytes(of: Opcode.message.rawValue, as: UInt8.self)
        place.storeBytes(of: UInt64(length).littleEndian, toByteOffset: 1, as: UInt64.self)
        place.storeBytes(of: header.channelID.littleEndian, toByteOffset: 9, as: UInt16.self)
        place.storeBytes(of: header.sequence.littleEndian, toByteOffset: 11, as: UInt32.self)
        place.storeBytes(of: header.logTimeNs.littleEndian, toByteOffset: 15, as: UInt64.self)
        place.storeBytes(of: header.publishTimeNs.littleEndian, toByteOffset: 23, as: UInt64.self)
        if let from = data.baseAddress {
            (place + 31).copyMemory(from: from, byteCount: data.count)
        }
        grow(by: Layout.recordHead + length)
    }
}
