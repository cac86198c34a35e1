import Records

/// Reads lines of `kafka-console-consumer` with its print properties.
///
/// In front of headers, key and value stand those of `CreateTime:…`, `Partition:…`, `Offset:…`,
/// `Delivery:…` and `Epoch:…` that were asked for, in this order.
struct ConsoleParser {
    let layout: ConsoleLayout
    /// Offsets of lines that have none are counted.
    private var nextOffset: Offset = 0

    init(_ layout: ConsoleLayout) { self.layout = layout }

    mutating func parse(_ line: UnsafeRawBufferPointer) throws(LineFault) -> ParsedRecord {
        var parts = line.parts(between: layout.separator)[...]
        var fields = RecordFields()
        fields.topic = layout.topic
        var front = Front()
        while let part = parts.first, parts.count > layout.fields.count {
            try front.read(String(decoding: part, as: UTF8.self), into: &fields)
            parts.removeFirst()
        }
        guard parts.count == layout.fields.count else {
            throw LineFault(
                "\(parts.count) fields between separators; \(layout.words) were expected")
        }
        for (field, part) in zip(layout.fields, parts) {
            switch field {
            case .headers: fields.headers = try headers(part)
            case .key: fields.key = bytes(part)
            case .value: fields.value = bytes(part)
            }
        }
        fields.partition = fields.partition ?? 0
        fields.offset = fields.offset ?? nextOffset
        nextOffset = (fields.offset ?? 0) &+ 1
        return try fields.record()
    }

    /// A text of that word cannot be told from null.
    private func bytes(_ part: some Sequence<UInt8>) -> [UInt8]? {
        part.elementsEqual(layout.null) ? nil : Array(part)
    }

    private func headers(_ part: Slice<UnsafeRawBufferPointer>) throws(LineFault) -> [Header] {
        if part.isEmpty || part.elementsEqual("NO_HEADERS".utf8)
            || part.elementsEqual(layout.null)
        {
            return []
        }
        var headers: [Header] = []
        for pair in part.parts(between: layout.headersSeparator) {
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else {
                throw LineFault(
                    "headers without a colon; a value that holds what stands between headers "
                        + "cannot be told apart: print with another headers.separator")
            }
            headers.append(
                Header(name: Array(pair[..<colon]), value: bytes(pair[(colon + 1)...])))
        }
        return headers
    }
}

/// What stands in front of headers, key and value: each at most once, in the order of the formatter.
private struct Front {
    private static let order = [
        ["CreateTime", "LogAppendTime", "NO_TIMESTAMP"], ["Partition"], ["Offset"], ["Delivery"],
        ["Epoch"],
    ]
    private var next = 0

    mutating func read(_ part: String, into fields: inout RecordFields) throws(LineFault) {
        let pair = part.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = pair.first, pair.count == 2 || part == "NO_TIMESTAMP",
            let place = Self.order[next...].firstIndex(where: { $0.contains(name) })
        else {
            throw LineFault(
                "\"\(part)\" in front of headers, key and value; a record that holds the separator "
                    + "cannot be told apart: print with another key.separator")
        }
        next = place + 1
        switch name {
        case "CreateTime", "LogAppendTime":
            fields.kind = name == "CreateTime" ? .create : .logAppend
            fields.timestampMs = try Self.number(pair)
        case "Partition": fields.partition = try Self.number(pair)
        case "Offset": fields.offset = try Self.number(pair)
        case "Epoch" where pair[1] != "NOT_PRESENT": fields.leaderEpoch = try Self.number(pair)
        default: break
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ pair: [String]
    ) throws(LineFault) -> Number {
        guard let number = Number(pair[1]) else {
            throw LineFault("\(pair[0]) \"\(pair[1])\" is no whole number")
        }
        return number
    }
}
