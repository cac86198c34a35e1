import Perturbation
import Records

extension TextBuffer {
    /// The envelope of `kcat -C -J`, byte for byte.
    ///
    /// Source: kcat 1.7.1, json.c. Headers stand as names and values in turn; a record without
    /// timestamp has no `tstype` and `ts`; `broker` is -1 where nobody knows it. Bytes that are no
    /// UTF-8 are copied as they are, which is no JSON any more.
    mutating func append(kcat record: RecordView) {
        append("{\"topic\":")
        append(jsonString: record.source.topic)
        append(",\"partition\":")
        append(Int64(record.source.partition))
        append(",\"offset\":")
        append(record.entry.offset)
        switch record.entry.timestampKind {
        case .none: break
        case .create: append(",\"tstype\":\"create\",\"ts\":")
        case .logAppend: append(",\"tstype\":\"logappend\",\"ts\":")
        }
        if record.entry.timestampKind != .none { append(record.entry.timestampMs) }
        append(",\"broker\":-1")
        if record.entry.headerCount > 0 {
            append(",\"headers\":[")
            var isFirst = true
            record.forEachHeader { name, value in
                if !isFirst { append(",") }
                isFirst = false
                append(jsonString: name)
                append(",")
                append(nullOr: value)
            }
            append("]")
        }
        append(",\"key\":")
        append(nullOr: record.key)
        append(",\"payload\":")
        append(nullOr: record.value)
        append("}\n")
    }

    private mutating func append(nullOr bytes: UnsafeRawBufferPointer?) {
        if let bytes { append(jsonString: bytes) } else { append("null") }
    }
}
