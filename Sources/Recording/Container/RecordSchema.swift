/// The schema that every channel of a recording names: the message of `docs/recording-format.md` as a
/// protobuf FileDescriptorSet, so that any reader can decode records without a file of ours.
///
/// Source: google/protobuf/descriptor.proto. The bytes are put together here by field number, as no
/// protobuf compiler is needed for so little.
enum RecordSchema {
    static let name = "kerfuffle.Record"
    static let encoding = "protobuf"

    static let fileDescriptorSet: [UInt8] = field(1, file)

    private static let file: [UInt8] =
        text(1, "kerfuffle/record.proto") + text(2, "kerfuffle")
        + field(4, headerMessage) + field(4, recordMessage) + text(12, "proto3")

    private static let headerMessage: [UInt8] =
        text(1, "Header")
        + field(2, member("name", 1, .bytes))
        + field(2, member("value", 2, .bytes, optionalIn: 0))
        + field(8, text(1, "_value"))

    private static let recordMessage: [UInt8] = [
        text(1, "Record"),
        field(2, member("partition", 1, .int32)),
        field(2, member("offset", 2, .sint64)),
        field(2, member("timestamp_ms", 3, .int64, optionalIn: 0)),
        field(2, member("timestamp_type", 4, .enumeration, ".kerfuffle.Record.TimestampType")),
        field(2, member("key", 5, .bytes, optionalIn: 1)),
        field(2, member("value", 6, .bytes, optionalIn: 2)),
        field(2, member("headers", 7, .message, ".kerfuffle.Header", isRepeated: true)),
        field(2, member("leader_epoch", 8, .int32, optionalIn: 3)),
        field(4, timestampType),
        field(8, text(1, "_timestamp_ms")), field(8, text(1, "_key")),
        field(8, text(1, "_value")), field(8, text(1, "_leader_epoch")),
    ].flatMap { $0 }

    private static let timestampType: [UInt8] =
        text(1, "TimestampType")
        + field(2, text(1, "NONE") + varint(2, 0))
        + field(2, text(1, "CREATE") + varint(2, 1))
        + field(2, text(1, "LOG_APPEND") + varint(2, 2))

    /// Numbers of FieldDescriptorProto.Type.
    private enum Kind: UInt64 {
        case int64 = 3
        case int32 = 5
        case message = 11
        case bytes = 12
        case enumeration = 14
        case sint64 = 18
    }

    /// A FieldDescriptorProto; `optionalIn` is the index of the field's own oneof, as proto3 has it.
    private static func member(
        _ name: String, _ number: UInt64, _ kind: Kind, _ type: String? = nil,
        isRepeated: Bool = false, optionalIn oneof: UInt64? = nil
    ) -> [UInt8] {
        var bytes = text(1, name) + varint(3, number) + varint(4, isRepeated ? 3 : 1)
        bytes += varint(5, kind.rawValue)
        if let type { bytes += text(6, type) }
        if let oneof { bytes += varint(9, oneof) + varint(17, 1) }
        return bytes
    }

    private static func varint(_ number: UInt64, _ value: UInt64) -> [UInt8] {
        encoded(number << 3) + encoded(value)
    }

    private static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
        encoded(number << 3 | 2) + encoded(UInt64(content.count)) + content
    }

    private static func text(_ number: UInt64, _ text: String) -> [UInt8] {
        field(number, Array(text.utf8))
    }

    private static func encoded(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
