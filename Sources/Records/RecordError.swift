/// Bytes that are no encoded record.
public enum RecordError: Error, Equatable, CustomStringConvertible {
    /// What was found, and at which byte of the encoded record.
    case malformed(String, at: Int)
    /// The record holds more bytes than a block can address (2 GiB).
    case tooLarge(bytes: Int)
    /// The record is of another partition than the block.
    case otherPartition(Int32, block: Int32)

    public var description: String {
        switch self {
        case .malformed(let what, let byte): "not a record: \(what), at byte \(byte) of the message"
        case .tooLarge(let bytes): "a record of \(bytes) bytes is larger than the 2 GiB of a block"
        case .otherPartition(let found, let block):
            "a record of partition \(found) among those of partition \(block)"
        }
    }
}
