/// The fields of the record message in a recording. Fields are added, never renumbered.
///
/// proto3 rules: `partition`, `offset`, `timestamp_type` and a header's `name` are left out at their
/// default; the optional ones are there whenever they have a value, so that empty and null stay apart.
/// The order is that of the numbers, so equal records are equal bytes, here and in every other
/// serialiser that writes fields in order.
enum Field: UInt64 {
    case partition = 1
    case offset = 2
    case timestampMs = 3
    case timestampType = 4
    case key = 5
    case value = 6
    case header = 7
    case leaderEpoch = 8

    /// Wire type 2 for what has a length, 0 for numbers; all numbers of fields fit a tag of one byte.
    @inline(__always)
    private var tag: UInt8 {
        switch self {
        case .key, .value, .header: UInt8(rawValue) << 3 | 2
        case .partition, .offset, .timestampMs, .timestampType, .leaderEpoch: UInt8(rawValue) << 3
        }
    }

    /// Writes the tag and a varint: the value itself, or the length of what follows.
    ///
    /// - Returns: the place behind them.
    @inline(__always)
    func put(_ varint: UInt64, _ place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        place.storeBytes(of: tag, as: UInt8.self)
        return WireFormat.put(varint: varint, place + 1)
    }
}

/// The fields of the header message within a record.
@usableFromInline
enum HeaderField: UInt64 {
    case name = 1
    case value = 2

    @inline(__always)
    func put(_ length: UInt64, _ place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        place.storeBytes(of: UInt8(rawValue) << 3 | 2, as: UInt8.self)
        return WireFormat.put(varint: length, place + 1)
    }

    /// The field's content, if it comes next; moves on behind it. The bytes are a block's own encoding.
    @inlinable @inline(__always)
    func content(
        at position: inout Int, before end: Int, of bytes: UnsafeRawPointer
    ) -> UnsafeRawBufferPointer? {
        let tag = UInt8(rawValue) << 3 | 2
        guard position < end, bytes.load(fromByteOffset: position, as: UInt8.self) == tag else {
            return nil
        }
        position += 1
        let length = WireFormat.varint(at: &position, of: bytes)
        defer { position += length }
        return UnsafeRawBufferPointer(start: bytes + position, count: length)
    }
}
