import Perturbation
import Records

extension TextBuffer {
    /// One JSON object and a line feed: everything that a record has, and when it arrived.
    ///
    /// Members that a record does not have (a timestamp, a leader epoch) are left out; a null key is
    /// `null`, an empty one `""`, and bytes that are no UTF-8 stand as `{"base64":"…"}`.
    /// A delivery of a replay that repeats another says so by `"copy"` behind its offset.
    mutating func append(ndjson record: RecordView, copy: Int32 = 0) {
        append("{\"topic\":")
        append(jsonString: record.source.topic)
        append(",\"partition\":")
        append(Int64(record.source.partition))
        append(",\"offset\":")
        append(record.entry.offset)
        if copy != 0 {
            append(",\"copy\":")
            append(Int64(copy))
        }
        if let word = record.entry.timestampKind.word {
            append(",\"timestamp_type\":\"")
            append(word)
            append("\",\"timestamp_ms\":")
            append(record.entry.timestampMs)
        }
        append(",\"arrival\":\"")
        append(utcNanoseconds: record.entry.arrivalNs)
        append("\"")
        if record.entry.leaderEpoch >= 0 {
            append(",\"leader_epoch\":")
            append(Int64(record.entry.leaderEpoch))
        }
        append(",\"key\":")
        append(markedBytes: record.key)
        append(",\"value\":")
        append(markedBytes: record.value)
        append(",\"headers\":")
        append(headersOf: record)
        append("}\n")
    }

    /// `[{"name":"trace","value":"7f"},…]`
    mutating func append(headersOf record: RecordView) {
        append("[")
        var isFirst = true
        record.forEachHeader { name, value in
            append(isFirst ? "{\"name\":" : ",{\"name\":")
            isFirst = false
            append(markedBytes: name)
            append(",\"value\":")
            append(markedBytes: value)
            append("}")
        }
        append("]")
    }
}
