/// How lines of `kafka-console-consumer` and `kafka-console-producer` look.
///
/// Source: Kafka 4.3, DefaultMessageFormatter and LineMessageReader. A line's fields stand in a fixed
/// order with separators between; which are there cannot be seen from a line and has to be said.
public struct ConsoleLayout: Hashable, Sendable {
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case headers, key, value
    }

    /// The topic, which the lines do not tell.
    public var topic: String
    /// In the order of the lines.
    public var fields: [Field]
    /// Between fields: `key.separator` (and `headers.delimiter`).
    public var separator: [UInt8]
    /// Behind a record: `line.separator`.
    public var lineSeparator: [UInt8]
    /// Between headers: `headers.separator`.
    public var headersSeparator: [UInt8]
    /// What stands for null: `null.literal`, `null.marker`.
    public var null: [UInt8]

    /// - Parameters:
    ///   - separator, lineSeparator, headersSeparator: not empty.
    public init(
        topic: String, fields: [Field], separator: [UInt8] = [0x09],
        lineSeparator: [UInt8] = [0x0A], headersSeparator: [UInt8] = [UInt8(ascii: ",")],
        null: [UInt8] = Array("null".utf8)
    ) {
        precondition(!separator.isEmpty && !lineSeparator.isEmpty && !headersSeparator.isEmpty)
        self.topic = topic
        self.fields = Field.allCases.filter(fields.contains)
        self.separator = separator
        self.lineSeparator = lineSeparator
        self.headersSeparator = headersSeparator
        self.null = null
    }

    var words: String { fields.map(\.rawValue).joined(separator: ", ") }
}

extension Collection<UInt8> where Index == Int {
    /// Where these bytes first stand, from `start` on.
    func firstPlace(of bytes: [UInt8], from start: Int) -> Int? {
        guard let first = bytes.first else { return nil }
        var place = start
        while place + bytes.count <= endIndex {
            guard let found = self[place...].firstIndex(of: first),
                found + bytes.count <= endIndex
            else { return nil }
            if self[found..<(found + bytes.count)].elementsEqual(bytes) { return found }
            place = found + 1
        }
        return nil
    }

    /// The parts between separators; one more than there are of these.
    func parts(between separator: [UInt8]) -> [SubSequence] {
        var parts: [SubSequence] = []
        var start = startIndex
        while let place = firstPlace(of: separator, from: start) {
            parts.append(self[start..<place])
            start = place + separator.count
        }
        parts.append(self[start...])
        return parts
    }
}
