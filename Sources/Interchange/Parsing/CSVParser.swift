import Records

/// Reads the rows that `RecordPrinter` writes as CSV; columns may stand in any order, and tables that
/// were made elsewhere need only those that a record cannot do without.
struct CSVParser {
    private var columns: [CSVColumn] = []

    /// - Returns: nil for the first row, which names the columns.
    mutating func parse(_ row: [[UInt8]]) throws(LineFault) -> ParsedRecord? {
        if columns.isEmpty {
            columns = try Self.columns(of: row)
            return nil
        }
        guard row.count == columns.count else {
            throw LineFault("\(row.count) fields where there are \(columns.count) columns")
        }
        var texts: [CSVColumn: [UInt8]] = [:]
        for (column, field) in zip(columns, row) { texts[column] = field }
        var fields = RecordFields()
        fields.topic = try Self.text(texts[.topic] ?? [], .topic)
        fields.partition = try Self.number(texts, .partition, Int32.self)
        fields.offset = try Self.number(texts, .offset, Int64.self)
        fields.timestampMs = try Self.number(texts, .timestampMs, Int64.self)
        fields.leaderEpoch = try Self.number(texts, .leaderEpoch, Int32.self)
        if let word = texts[.timestampType], !word.isEmpty {
            fields.kind = try RecordFields.kind(of: try Self.text(word, .timestampType))
        }
        if let text = texts[.arrival], !text.isEmpty {
            fields.arrivalNs = try RecordFields.arrival(of: try Self.text(text, .arrival))
        }
        if texts[.timestampType] == nil, fields.timestampMs != nil { fields.kind = .create }
        fields.key = try Self.bytes(texts, .key, kind: .keyKind)
        fields.value = try Self.bytes(texts, .value, kind: .valueKind)
        if let text = texts[.headers], !text.isEmpty { fields.headers = try Self.headers(text) }
        return try fields.record()
    }

    private static func columns(of row: [[UInt8]]) throws(LineFault) -> [CSVColumn] {
        var columns: [CSVColumn] = []
        for name in row {
            let name = String(decoding: name, as: UTF8.self)
            guard let column = CSVColumn(rawValue: name), !columns.contains(column) else {
                let names = CSVColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw LineFault("the column \"\(name)\"; the first row names, once each: \(names)")
            }
            columns.append(column)
        }
        for column in [CSVColumn.topic, .partition, .offset, .value]
        where !columns.contains(column) {
            throw LineFault("the first row does not name the column \(column.rawValue)")
        }
        return columns
    }

    private static func text(_ bytes: [UInt8], _ column: CSVColumn) throws(LineFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LineFault("\(column.rawValue) is not UTF-8")
        }
        return text
    }

    private static func number<Number: FixedWidthInteger>(
        _ texts: [CSVColumn: [UInt8]], _ column: CSVColumn, _ type: Number.Type
    ) throws(LineFault) -> Number? {
        guard let bytes = texts[column], !bytes.isEmpty else { return nil }
        let text = try text(bytes, column)
        guard let number = Number(text) else {
            throw LineFault(
                "\(column.rawValue) \"\(text)\" is no whole number from \(Number.min) to "
                    + "\(Number.max)")
        }
        return number
    }

    private static func bytes(
        _ texts: [CSVColumn: [UInt8]], _ column: CSVColumn, kind: CSVColumn
    ) throws(LineFault) -> [UInt8]? {
        let bytes = texts[column] ?? []
        // Without a column that tells them apart, an empty field is null.
        guard let word = texts[kind] else { return bytes.isEmpty ? nil : bytes }
        switch try text(word, kind) {
        case "text": return bytes
        case "base64":
            guard let decoded = Base64.bytes(of: bytes) else {
                throw LineFault("\(column.rawValue) is no base64")
            }
            return decoded
        case "null":
            guard bytes.isEmpty else {
                throw LineFault("\(column.rawValue) has text although its kind is null")
            }
            return nil
        case let other:
            throw LineFault("\(kind.rawValue) \"\(other)\"; there are null, text and base64")
        }
    }

    private static func headers(_ text: [UInt8]) throws(LineFault) -> [Header] {
        let outcome = text.withUnsafeBytes { bytes in
            Result { () throws(LineFault) in
                var scan = JSONScan(bytes)
                let headers = try scan.headers()
                try scan.expectEnd()
                return headers
            }
        }
        return try outcome.get()
    }
}
