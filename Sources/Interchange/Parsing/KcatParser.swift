import Records

/// Reads the lines of `kcat -C -J`.
///
/// Source: kcat 1.7.1, json.c.
enum KcatParser {
    static func parse(_ line: UnsafeRawBufferPointer) throws(LineFault) -> ParsedRecord {
        var fields = RecordFields()
        var scan = JSONScan(line)
        try scan.object { scan, name throws(LineFault) in
            try fields.note(name)
            switch name {
            case "topic": fields.topic = try scan.text(name)
            case "partition": fields.partition = try scan.integer(Int32.self)
            case "offset": fields.offset = try scan.integer(Int64.self)
            case "tstype": fields.kind = try kind(of: try scan.text(name))
            case "ts": fields.timestampMs = try scan.integer(Int64.self)
            case "broker": _ = try scan.integer(Int64.self)
            case "headers": fields.headers = try headers(&scan)
            case "key": fields.key = try bytes(&scan, name)
            case "payload": fields.value = try bytes(&scan, name)
            default: throw LineFault("the member \"\(name)\", which kcat 1.7 does not write")
            }
        }
        try scan.expectEnd()
        for name in ["key", "payload"] { try fields.require(name) }
        // Kafka's -1 and a type that is unknown are one: no timestamp.
        if fields.kind == nil || fields.kind == Timestamp.Kind.none || fields.timestampMs == -1 {
            fields.kind = nil
            fields.timestampMs = nil
        }
        return try fields.record()
    }

    private static func kind(of word: String) throws(LineFault) -> Timestamp.Kind {
        switch word {
        case "create": .create
        case "logappend": .logAppend
        case "unknown": .none
        default:
            throw LineFault("tstype \"\(word)\"; there are create, logappend and unknown")
        }
    }

    private static func bytes(
        _ scan: inout JSONScan, _ name: String
    ) throws(LineFault) -> [UInt8]? {
        if scan.begins("\"") { return try scan.string() }
        guard scan.begins("n") else {
            throw LineFault(
                "\"\(name)\" is neither a string nor null; kcat decoded it (-s avro), and the "
                    + "record's bytes are gone")
        }
        try scan.null()
        return nil
    }

    /// Names and values in turn.
    private static func headers(_ scan: inout JSONScan) throws(LineFault) -> [Header] {
        var headers: [Header] = []
        var name: [UInt8]?
        try scan.array { scan throws(LineFault) in
            if let known = name {
                headers.append(Header(name: known, value: try bytes(&scan, "headers")))
                name = nil
            } else {
                name = try scan.string()
            }
        }
        if name != nil { throw LineFault("a header without a value") }
        return headers
    }
}
