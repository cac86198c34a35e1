import Interchange
import Perturbation
import Records

/// Text that is to become records; the first byte chooses the format. What is read of a format that
/// keeps everything is printed and read again.
final class TextTarget: FuzzTarget {
    func take(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        let text = Array(bytes.dropFirst())
        let console = ConsoleLayout(topic: "t", fields: [.headers, .key, .value])
        let layouts: [(RecordParser.Layout, PrintedFormat?)] = [
            (.ndjson, .ndjson), (.csv, .csv), (.kcat, nil), (.console(console), nil),
        ]
        let (layout, format) = layouts[Int(first) % layouts.count]
        let records: [ParsedRecord]
        do { records = try parse(text, layout) } catch is InterchangeError { return }
        guard let format else { return }
        let printed = try self.text(of: records, as: format)
        guard try same(parse(printed, layout), records) else {
            throw Broken("printed and read again: \(String(decoding: printed, as: UTF8.self))")
        }
    }

    /// In pieces, so that lines and rows lie across their seams.
    private func parse(_ text: [UInt8], _ layout: RecordParser.Layout) throws -> [ParsedRecord] {
        var parser = RecordParser(layout, named: "text")
        var records: [ParsedRecord] = []
        for start in stride(from: 0, to: text.count, by: 37) {
            try text[start..<min(text.count, start + 37)].withUnsafeBytes {
                try parser.take($0) { records.append($0) }
            }
        }
        try parser.finish { records.append($0) }
        return records
    }

    private func text(of records: [ParsedRecord], as format: PrintedFormat) throws -> [UInt8] {
        var printer = RecordPrinter(format)
        var text = TextBuffer()
        printer.begin(into: &text)
        for parsed in records {
            var block = RecordBlock(source: parsed.record.source)
            try block.append(parsed.record, arrivalNs: parsed.arrivalNs ?? 0)
            printer.append(block, at: 0, into: &text)
        }
        return text.bytes
    }

    private func same(_ one: [ParsedRecord], _ other: [ParsedRecord]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0.record == $1.record }
    }
}
