import Perturbation
import Records

/// The columns of a CSV file, in their order.
enum CSVColumn: String, CaseIterable {
    case topic, partition, offset
    case timestampType = "timestamp_type"
    case timestampMs = "timestamp_ms"
    case arrival
    case leaderEpoch = "leader_epoch"
    /// `null`, `text` or `base64`: what the next column holds.
    case keyKind = "key_kind"
    case key
    case valueKind = "value_kind"
    case value
    /// The JSON array that NDJSON has.
    case headers

    static func appendNames(into text: inout TextBuffer) {
        text.append(text: allCases.map(\.rawValue).joined(separator: ",") + "\r\n")
    }
}

extension TextBuffer {
    /// One row of RFC 4180. CSV knows no null and no bytes, so columns of their own tell those.
    ///
    /// - Parameter scratch: room that goes from record to record.
    mutating func append(csv record: RecordView, scratch: inout TextBuffer) {
        append(csvField: record.source.topic)
        append(",")
        append(Int64(record.source.partition))
        append(",")
        append(record.entry.offset)
        append(",")
        if let word = record.entry.timestampKind.word {
            append(word)
            append(",")
            append(record.entry.timestampMs)
        } else {
            append(",")
        }
        append(",")
        append(utcNanoseconds: record.entry.arrivalNs)
        append(",")
        if record.entry.leaderEpoch >= 0 { append(Int64(record.entry.leaderEpoch)) }
        append(",")
        append(kindAnd: record.key)
        append(",")
        append(kindAnd: record.value)
        append(",")
        scratch.removeAll()
        scratch.append(headersOf: record)
        scratch.withUnsafeBytes { append(csvField: $0) }
        append("\r\n")
    }

    private mutating func append(kindAnd bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return append("null,") }
        if UTF8Check.isPlainText(bytes) {
            append("text,")
            append(csvField: bytes)
        } else {
            append("base64,")
            Base64.append(bytes, into: &self)
        }
    }

    private mutating func append(csvField text: String) {
        var text = text
        text.withUTF8 { append(csvField: UnsafeRawBufferPointer($0)) }
    }

    /// Quoted where it must be.
    private mutating func append(csvField bytes: UnsafeRawBufferPointer) {
        let quote = UInt8(ascii: "\"")
        let mustQuote = bytes.contains {
            $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D
        }
        guard mustQuote else { return append(bytes) }
        append(byte: quote)
        var start = 0
        for position in 0..<bytes.count where bytes[position] == quote {
            append(UnsafeRawBufferPointer(rebasing: bytes[start...position]))
            append(byte: quote)
            start = position + 1
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        append(byte: quote)
    }
}
