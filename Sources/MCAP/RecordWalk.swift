/// Goes from record to record in bytes that hold nothing else, such as a chunk's.
struct RecordWalk {
    struct Place {
        var opcode: UInt8
        /// The record's first byte, its content's first byte and the first byte behind it.
        var start: Int
        var content: Int
        var end: Int
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next record, or nil where the bytes end or the next one does not fit.
    @inline(__always)
    mutating func next() -> Place? {
        guard bytes.count - position >= Layout.recordHead else { return nil }
        let length = UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt64.self))
        guard length <= UInt64(bytes.count - position - Layout.recordHead) else { return nil }
        let start = position
        let content = start + Layout.recordHead
        position = content + Int(length)
        return Place(opcode: bytes[start], start: start, content: content, end: position)
    }

    /// Whether everything was a whole record.
    var atEnd: Bool { position == bytes.count }
}
