import Foundation
import Perturbation
import Recording
import Records

@testable import Interchange

/// Records to text and back, without files.
enum Texts {
    static func print(_ records: [Arrived], as format: PrintedFormat) throws -> [UInt8] {
        var printer = RecordPrinter(format)
        return try print(records, by: &printer)
    }

    static func print(_ records: [Arrived], by printer: inout RecordPrinter) throws -> [UInt8] {
        var text = TextBuffer()
        printer.begin(into: &text)
        for arrived in records {
            var block = RecordBlock(source: arrived.record.source)
            try block.append(arrived.record, arrivalNs: arrived.arrivalNs)
            printer.append(block, at: 0, into: &text)
        }
        return text.bytes
    }

    /// - Parameter pieces: lengths of the pieces in which the text comes, in turn.
    static func parse(
        _ text: [UInt8], as layout: RecordParser.Layout, pieces: [Int] = [.max]
    ) throws -> [ParsedRecord] {
        var parser = RecordParser(layout, named: "text")
        var records: [ParsedRecord] = []
        var start = 0
        var turn = 0
        while start < text.count {
            let end = start + min(pieces[turn % pieces.count], text.count - start)
            try text[start..<end].withUnsafeBytes { piece in
                try parser.take(piece) { records.append($0) }
            }
            start = end
            turn += 1
        }
        try parser.finish { records.append($0) }
        return records
    }

    static func parse(_ text: String, as layout: RecordParser.Layout) throws -> [ParsedRecord] {
        try parse(Array(text.utf8), as: layout)
    }
}
