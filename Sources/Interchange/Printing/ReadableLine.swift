import Perturbation
import Records

extension TextBuffer {
    /// A line for people: `orders/3@1204  created 2023-…Z  arrived 2023-…Z  key=…  value=…  headers=…`
    ///
    /// Text stands as it is where nothing in it could be mistaken; else in quotes with escapes. A bare
    /// `null` is null, `""` is empty, `\xff` a byte that is no text.
    mutating func append(readable record: RecordView) {
        append(readable: record.source.topic)
        append("/")
        append(Int64(record.source.partition))
        append("@")
        append(record.entry.offset)
        switch record.entry.timestampKind {
        case .none: append("  untimed")
        case .create: append("  created ")
        case .logAppend: append("  appended ")
        }
        if record.entry.timestampKind != .none {
            append(utcMilliseconds: record.entry.timestampMs)
        }
        append("  arrived ")
        append(utcNanoseconds: record.entry.arrivalNs)
        append("  key=")
        append(readable: record.key)
        append("  value=")
        append(readable: record.value)
        if record.entry.headerCount > 0 {
            append("  headers=")
            var isFirst = true
            record.forEachHeader { name, value in
                if !isFirst { append(", ") }
                isFirst = false
                append(readable: name, apartFrom: UInt8(ascii: ":"))
                append(":")
                append(readable: value, apartFrom: UInt8(ascii: ","))
            }
        }
        append("\n")
    }

    private mutating func append(readable text: String) {
        var text = text
        text.withUTF8 { append(readable: UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter separator: text that holds it is quoted too.
    private mutating func append(
        readable bytes: UnsafeRawBufferPointer?, apartFrom separator: UInt8? = nil
    ) {
        guard let bytes else { return append("null") }
        let isText = UTF8Check.isText(bytes)
        if isText && Self.isUnmistakable(bytes, separator) { return append(bytes) }
        append("\"")
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append("\\")
                append(byte: byte)
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case _ where byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !isText):
                append("\\x")
                append(byte: hexadecimalDigit(byte >> 4) | 0x20)
                append(byte: hexadecimalDigit(byte & 15) | 0x20)
            default: append(byte: byte)
            }
        }
        append("\"")
    }

    /// Whether bare text says what it is: not empty, not `null`, no control characters, and no spaces
    /// or quotes at its ends.
    private static func isUnmistakable(
        _ bytes: UnsafeRawBufferPointer, _ separator: UInt8?
    ) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        let edges: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\"")]
        return !edges.contains(first) && !edges.contains(last)
            && !bytes.elementsEqual("null".utf8)
            && !bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == separator }
    }
}
