import Records

/// Reads the lines that `RecordPrinter` writes as NDJSON.
enum NDJSONParser {
    static func parse(_ line: UnsafeRawBufferPointer) throws(LineFault) -> ParsedRecord {
        var fields = RecordFields()
        var scan = JSONScan(line)
        try scan.object { scan, name throws(LineFault) in
            try fields.note(name)
            switch name {
            case "topic": fields.topic = try scan.text(name)
            case "partition": fields.partition = try scan.integer(Int32.self)
            case "offset": fields.offset = try scan.integer(Int64.self)
            // Of a delivery that repeats another: it is a record like any.
            case "copy": _ = try scan.integer(Int32.self)
            case "timestamp_type": fields.kind = try RecordFields.kind(of: try scan.text(name))
            case "timestamp_ms": fields.timestampMs = try scan.integer(Int64.self)
            case "arrival": fields.arrivalNs = try RecordFields.arrival(of: try scan.text(name))
            case "leader_epoch": fields.leaderEpoch = try scan.integer(Int32.self)
            case "key": fields.key = try scan.markedBytes()
            case "value": fields.value = try scan.markedBytes()
            case "headers": fields.headers = try scan.headers()
            default:
                throw LineFault(
                    "the member \"\(name)\", which no record has; there are topic, partition, "
                        + "offset, timestamp_type, timestamp_ms, arrival, leader_epoch, key, value "
                        + "and headers")
            }
        }
        try scan.expectEnd()
        for name in ["key", "value"] { try fields.require(name) }
        return try fields.record()
    }
}

extension JSONScan {
    mutating func text(_ name: String) throws(LineFault) -> String {
        guard let text = String(validating: try string(), as: UTF8.self) else {
            throw LineFault("\"\(name)\" is not UTF-8")
        }
        return text
    }

    /// null, a string, or `{"base64":"…"}`.
    mutating func markedBytes() throws(LineFault) -> [UInt8]? {
        if begins("n") {
            try null()
            return nil
        }
        if begins("\"") { return try string() }
        var bytes: [UInt8]?
        try object { scan, name throws(LineFault) in
            guard name == "base64", bytes == nil else {
                throw LineFault("the member \"\(name)\" where only \"base64\" may stand")
            }
            guard let decoded = Base64.bytes(of: try scan.string()) else {
                throw LineFault("a text that is no base64")
            }
            bytes = decoded
        }
        guard let bytes else { throw LineFault("an empty object where \"base64\" should stand") }
        return bytes
    }

    /// `[{"name":"trace","value":"7f"},…]`
    mutating func headers() throws(LineFault) -> [Header] {
        var headers: [Header] = []
        try array { scan throws(LineFault) in
            var header = Header(name: [], value: nil)
            var seen: Set<String> = []
            try scan.object { scan, name throws(LineFault) in
                seen.insert(name)
                switch name {
                case "name":
                    guard let bytes = try scan.markedBytes() else {
                        throw LineFault("a header whose name is null")
                    }
                    header.name = bytes
                case "value": header.value = try scan.markedBytes()
                default: throw LineFault("the member \"\(name)\" of a header")
                }
            }
            guard seen.count == 2 else { throw LineFault("a header without name or value") }
            headers.append(header)
        }
        return headers
    }
}
