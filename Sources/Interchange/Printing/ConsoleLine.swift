import Perturbation
import Records

extension TextBuffer {
    /// What `kafka-console-producer` reads with `parse.headers` and `parse.key`, and `kcat -P` with `-K`
    /// and `-D`: the fields of the layout with separators between. No headers are null.
    ///
    /// Source: Kafka 4.3, LineMessageReader.
    mutating func append(console record: RecordView, _ layout: ConsoleLayout) {
        for (index, field) in layout.fields.enumerated() {
            if index > 0 { append(layout.separator) }
            switch field {
            case .key: append(record.key, or: layout.null)
            case .value: append(record.value, or: layout.null)
            case .headers:
                if record.entry.headerCount == 0 { append(layout.null) }
                var isFirst = true
                record.forEachHeader { name, value in
                    if !isFirst { append(layout.headersSeparator) }
                    isFirst = false
                    append(name)
                    append(":")
                    append(value, or: layout.null)
                }
            }
        }
        append(layout.lineSeparator)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer?, or null: [UInt8]) {
        if let bytes { append(bytes) } else { append(null) }
    }
}

/// Records that their lines do not tell as they are.
struct ConsoleLosses {
    /// A field holds a separator, or is the word for null.
    private(set) var mistaken: UInt64 = 0
    private(set) var withoutHeaders: UInt64 = 0
    private(set) var withoutKey: UInt64 = 0
    private(set) var rawBytes: UInt64 = 0

    private let layout: ConsoleLayout

    init(_ layout: ConsoleLayout) { self.layout = layout }

    /// - Parameter line: what was printed of the record, with its end.
    mutating func count(_ record: RecordView, _ line: UnsafeRawBufferPointer) {
        if !layout.fields.contains(.headers), record.entry.headerCount > 0 { withoutHeaders += 1 }
        if !layout.fields.contains(.key), record.key != nil { withoutKey += 1 }
        if !tells(line, record) { mistaken += 1 }
        if !record.isAllText { rawBytes += 1 }
    }

    /// Whether who reads the line finds the record's fields: headers and key end at the first separator,
    /// the value is the rest.
    private func tells(_ line: UnsafeRawBufferPointer, _ record: RecordView) -> Bool {
        let end = line.count - layout.lineSeparator.count
        guard line.firstPlace(of: layout.lineSeparator, from: 0) == end else { return false }
        // Whoever reads lines takes a carriage return for an end, or away.
        if layout.lineSeparator == [0x0A], line.contains(0x0D) { return false }
        var rest = line[..<end]
        for (index, field) in layout.fields.enumerated() {
            var part = rest
            if index < layout.fields.count - 1 {
                guard let place = rest.firstPlace(of: layout.separator, from: rest.startIndex)
                else { return false }
                part = rest[..<place]
                rest = rest[(place + layout.separator.count)...]
            }
            switch field {
            case .key: if !tells(part, record.key) { return false }
            case .value: if !tells(part, record.value) { return false }
            case .headers: if !tellsHeaders(part, record) { return false }
            }
        }
        return true
    }

    private func tells(
        _ part: Slice<UnsafeRawBufferPointer>, _ bytes: UnsafeRawBufferPointer?
    ) -> Bool {
        let isNull = part.elementsEqual(layout.null)
        return bytes.map { !isNull && part.elementsEqual($0) } ?? isNull
    }

    private func tellsHeaders(
        _ part: Slice<UnsafeRawBufferPointer>, _ record: RecordView
    ) -> Bool {
        if record.entry.headerCount == 0 { return part.elementsEqual(layout.null) }
        let pairs = part.parts(between: layout.headersSeparator)
        guard pairs.count == Int(record.entry.headerCount) else { return false }
        var index = 0
        var isTold = true
        record.forEachHeader { name, value in
            let pair = pairs[index]
            index += 1
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else {
                isTold = false
                return
            }
            isTold =
                isTold && pair[..<colon].elementsEqual(name) && tells(pair[(colon + 1)...], value)
        }
        return isTold
    }

    var notices: [String] {
        var notices: [String] = []
        if mistaken > 0 {
            notices.append(
                "\(mistaken) records hold a separator, a line end or the word for null, and will be "
                    + "read as others; choose separators that no record holds")
        }
        if withoutHeaders > 0 {
            notices.append("\(withoutHeaders) records have headers, which --fields leaves out")
        }
        if withoutKey > 0 {
            notices.append("\(withoutKey) records have a key, which --fields leaves out")
        }
        if rawBytes > 0 {
            notices.append(
                "\(rawBytes) records hold bytes that are not UTF-8; kcat sends them as they are, "
                    + "kafka-console-producer replaces them")
        }
        return notices
    }
}
