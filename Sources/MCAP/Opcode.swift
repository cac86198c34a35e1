/// The kinds of record, by the byte that a record begins with.
///
/// Source: MCAP format specification, "Records". 0x10 to 0x7f are kept for the format's future, 0x80 to
/// 0xff are for applications; a reader passes over both.
public enum Opcode: UInt8, Sendable, CaseIterable {
    case header = 0x01
    case footer = 0x02
    case schema = 0x03
    case channel = 0x04
    case message = 0x05
    case chunk = 0x06
    case messageIndex = 0x07
    case chunkIndex = 0x08
    case attachment = 0x09
    case attachmentIndex = 0x0a
    case statistics = 0x0b
    case metadata = 0x0c
    case metadataIndex = 0x0d
    case summaryOffset = 0x0e
    case dataEnd = 0x0f
}

/// Sizes and bytes that the format fixes.
enum Layout {
    /// What a file begins and ends with; the sixth byte is the major version.
    static let magic: [UInt8] = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]
    /// Opcode and length, which stand before every record's content.
    static let recordHead = 9
    /// Channel, sequence and two times, which stand before a message's data.
    static let messageHead = 22
    /// The whole footer record.
    static let footer = 9 + 20
    /// One message in a message index: log time and offset.
    static let indexEntry = 16
}
