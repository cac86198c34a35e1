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

    var isLengthDelimited: Bool { self == .key || self == .value || self == .header }

    /// Writes the tag and a varint: the value itself, or the length of what follows.
    @inline(__always)
    func put(_ varint: UInt64, at position: inout Int, of bytes: UnsafeMutableRawPointer) {
        let tag = rawValue << 3 | (isLengthDelimited ? 2 : 0)
        WireFormat.put(varint: tag, at: &position, of: bytes)
        WireFormat.put(varint: varint, at: &position, of: bytes)
    }
}

/// The fields of the header message within a record.
enum HeaderField: UInt64 {
    case name = 1
    case value = 2

    @inline(__always)
    func put(_ length: UInt64, at position: inout Int, of bytes: UnsafeMutableRawPointer) {
        WireFormat.put(varint: rawValue << 3 | 2, at: &position, of: bytes)
        WireFormat.put(varint: length, at: &position, of: bytes)
    }
}
