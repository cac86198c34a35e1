/// The few rules of the protobuf wire format that a record needs.
///
/// Source: Protocol Buffers, "Encoding". Varints are little-endian groups of seven bits, at most ten
/// bytes; a tag is `field << 3 | wire type`; wire type 0 is a varint, 1 eight bytes, 2 a length and
/// that many bytes, 5 four bytes.
@usableFromInline
enum WireFormat {
    static let longestVarint = 10

    @inline(__always)
    static func length(ofVarint value: UInt64) -> Int {
        // 7 bits a byte; the lowest byte is there for 0 too.
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// Writes `value` at `place`. The caller has made room.
    ///
    /// - Returns: the place behind it.
    @inline(__always)
    static func put(
        varint value: UInt64, _ place: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var (rest, place) = (value, place)
        while rest >= 0x80 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            place += 1
            rest >>= 7
        }
        place.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        return place + 1
    }

    /// Reads a length that was written by ``put(varint:_:)`` and moves `position` on.
    @inlinable @inline(__always)
    static func varint(at position: inout Int, of bytes: UnsafeRawPointer) -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = bytes.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Short runs, as most keys and headers are, are copied in one or two pieces without a call.
    ///
    /// - Returns: the place behind them.
    @inline(__always)
    static func put(
        _ source: UnsafeRawBufferPointer, _ place: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let count = source.count
        guard let from = source.baseAddress, count > 0 else { return place }
        if count > 16 {
            place.copyMemory(from: from, byteCount: count)
        } else if count >= 8 {
            copyEnds(UInt64.self, from, place, count)
        } else if count >= 4 {
            copyEnds(UInt32.self, from, place, count)
        } else {
            for index in 0..<count {
                place.storeBytes(
                    of: from.load(fromByteOffset: index, as: UInt8.self), toByteOffset: index,
                    as: UInt8.self)
            }
        }
        return place + count
    }

    /// Copies the first and the last word of a run of one to two words; they may overlap.
    @inline(__always)
    private static func copyEnds<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ count: Int
    ) {
        let last = count - MemoryLayout<Word>.size
        let head = from.loadUnaligned(as: type)
        let tail = from.loadUnaligned(fromByteOffset: last, as: type)
        to.storeBytes(of: head, as: type)
        to.storeBytes(of: tail, toByteOffset: last, as: type)
    }

    @inline(__always)
    static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }

    @inline(__always)
    static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

/// Reads fields one after the other, never past the end.
struct WireReader {
    let bytes: UnsafeRawBufferPointer
    var position: Int
    let end: Int
    /// Whether every varint so far was as short as it can be.
    private(set) var isMinimal = true

    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.position = start
        self.end = end ?? bytes.count
    }

    var atEnd: Bool { position >= end }

    @inline(__always)
    mutating func varint() throws(RecordError) -> UInt64 {
        if position < end, bytes[position] < 0x80 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 70 {
            let byte = bytes[position]
            position += 1
            if shift == 63 && byte > 1 {
                throw .malformed("a varint of more than 64 bits", at: position)
            }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                if byte == 0 { isMinimal = false }
                return value
            }
            shift += 7
        }
        throw .malformed(
            position < end ? "a varint of more than ten bytes" : "an end inside a varint",
            at: position)
    }

    /// The range of a length-delimited field's bytes.
    mutating func range() throws(RecordError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(end - position) else {
            throw .malformed(
                "a field of \(length) bytes where \(end - position) are left", at: position)
        }
        let start = position
        position += Int(length)
        return start..<position
    }

    mutating func skip(wireType: UInt64) throws(RecordError) {
        switch wireType {
        case 0: _ = try varint()
        case 1: try advance(by: 8)
        case 2: _ = try range()
        case 5: try advance(by: 4)
        default:
            throw .malformed("wire type \(wireType), which protobuf does not use", at: position)
        }
    }

    private mutating func advance(by count: Int) throws(RecordError) {
        guard count <= end - position else {
            throw .malformed("an end inside a field", at: position)
        }
        position += count
    }
}
