import Records

/// Reads lines of `kafka-console-consumer` with its print properties.
///
/// Source: Kafka 4.3, DefaultMessageFormatter. The fields stand in a fixed order with tabs between:
/// `CreateTime:…`, `Partition:…`, `Offset:…`, `Delivery:…`, `Epoch:…`, headers, key, value. Which of
/// the last three are there cannot be seen from a line and has to be said.
public struct ConsoleLayout: Hashable, Sendable {
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case headers, key, value
    }

    /// The topic, which the lines do not tell.
    public var topic: String
    /// In the order of the lines.
    public var fields: [Field]

    public init(topic: String, fields: [Field]) {
        self.topic = topic
        self.fields = Field.allCases.filter(fields.contains)
    }
}

struct ConsoleParser {
    private let layout: ConsoleLayout
    /// Offsets of lines that have none are counted.
    private var nextOffset: Offset = 0

    init(_ layout: ConsoleLayout) { self.layout = layout }

    mutating func parse(_ line: UnsafeRawBufferPointer) throws(LineFault) -> ParsedRecord {
        var parts = line.split(separator: 0x09, omittingEmptySubsequences: false)[...]
        var fields = RecordFields()
        fields.topic = layout.topic
        while let part = parts.first, parts.count > layout.fields.count {
            try Self.read(String(decoding: part, as: UTF8.self), into: &fields)
            parts.removeFirst()
        }
        guard parts.count == layout.fields.count else {
            throw LineFault(
                "\(parts.count) fields with tabs between; "
                    + "\(layout.fields.map(\.rawValue).joined(separator: ", ")) were expected")
        }
        for (field, part) in zip(layout.fields, parts) {
            switch field {
            case .headers: fields.headers = try Self.headers(Array(part))
            case .key: fields.key = Self.bytes(Array(part))
            case .value: fields.value = Self.bytes(Array(part))
            }
        }
        fields.partition = fields.partition ?? 0
        fields.offset = fields.offset ?? nextOffset
        nextOffset = (fields.offset ?? 0) &+ 1
        return try fields.record()
    }

    private static func read(
        _ part: String, into fields: inout RecordFields
    ) throws(LineFault) {
        if part == "NO_TIMESTAMP" { return }
        let pair = part.split(separator: ":", maxSplits: 1).map(String.init)
        guard pair.count == 2 else {
            throw LineFault("\"\(part)\" in front of headers, key and value")
        }
        switch pair[0] {
        case "CreateTime", "LogAppendTime":
            fields.kind = pair[0] == "CreateTime" ? .create : .logAppend
            fields.timestampMs = try number(pair)
        case "Partition": fields.partition = try number(pair)
        case "Offset": fields.offset = try number(pair)
        case "Epoch" where pair[1] == "NOT_PRESENT": break
        case "Epoch": fields.leaderEpoch = try number(pair)
        case "Delivery": break
        default: throw LineFault("\"\(part)\" in front of headers, key and value")
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

    /// The consumer prints null as this word, so a text of that word cannot be told from it.
    private static func bytes(_ part: [UInt8]) -> [UInt8]? {
        part.elementsEqual("null".utf8) ? nil : part
    }

    private static func headers(_ part: [UInt8]) throws(LineFault) -> [Header] {
        if part.isEmpty || part.elementsEqual("NO_HEADERS".utf8) { return [] }
        var headers: [Header] = []
        for pair in part.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else {
                throw LineFault(
                    "headers without a colon; a value with a comma cannot be told apart")
            }
            headers.append(
                Header(name: Array(pair[..<colon]), value: bytes(Array(pair[(colon + 1)...]))))
        }
        return headers
    }
}
