import Records

/// Turns text of one format into records, however the text comes in pieces.
public struct RecordParser {
    /// What a text is, with what it does not tell itself.
    public enum Layout: Hashable, Sendable {
        case ndjson, kcat, csv
        case console(ConsoleLayout)
    }

    private let layout: Layout
    /// How errors name the text.
    private let name: String
    /// The line at hand, counted from 1.
    private var line = 1
    private var rest: [UInt8] = []
    private var rows = CSVRows()
    /// The line at which the row at hand begins.
    private var rowLine = 1
    private var csv = CSVParser()
    private var console: ConsoleParser?

    /// Editors and spreadsheets put it in front.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    public init(_ layout: Layout, named name: String) {
        self.layout = layout
        self.name = name
        if case .console(let console) = layout { self.console = ConsoleParser(console) }
    }

    /// Takes the next piece of text and gives out the records that it completes.
    ///
    /// - Throws: `InterchangeError` with the line, and whatever `body` throws.
    public mutating func take(
        _ piece: UnsafeRawBufferPointer, _ body: (ParsedRecord) throws -> Void
    ) throws {
        if layout == .csv { return try takeRows(piece, body) }
        if let console, console.layout.lineSeparator != [0x0A] {
            return try takeLines(piece, endingIn: console.layout.lineSeparator, body)
        }
        var start = 0
        while let feed = piece[start...].firstIndex(of: 0x0A) {
            if rest.isEmpty {
                try parse(UnsafeRawBufferPointer(rebasing: piece[start..<feed]), body)
            } else {
                rest += piece[start..<feed]
                try parseRest(body)
            }
            line += 1
            start = feed + 1
        }
        rest += piece[start...]
    }

    /// Lines that end in other bytes than a line feed; errors count such ends.
    private mutating func takeLines(
        _ piece: UnsafeRawBufferPointer, endingIn end: [UInt8],
        _ body: (ParsedRecord) throws -> Void
    ) throws {
        guard let last = end.last else { return }
        var start = 0
        while let place = piece[start...].firstIndex(of: last) {
            rest += piece[start...place]
            start = place + 1
            guard rest.count >= end.count, rest.suffix(end.count).elementsEqual(end) else {
                continue
            }
            rest.removeLast(end.count)
            try parseRest(body)
            line += 1
        }
        rest += piece[start...]
    }

    /// Gives out what the text ends with.
    public mutating func finish(_ body: (ParsedRecord) throws -> Void) throws {
        if layout == .csv {
            let record: ParsedRecord?
            do throws(LineFault) {
                record = try read(try rows.finish())
            } catch {
                throw failure(error, at: rowLine)
            }
            if let record { try body(record) }
        } else if !rest.isEmpty {
            try parseRest(body)
        }
    }

    private mutating func parseRest(_ body: (ParsedRecord) throws -> Void) throws {
        let whole = rest
        rest = []
        try whole.withUnsafeBytes { try parse($0, body) }
    }

    private mutating func parse(
        _ line: UnsafeRawBufferPointer, _ body: (ParsedRecord) throws -> Void
    ) throws {
        // Files that an editor saved: a carriage return at the end, an empty line.
        var text = UnsafeRawBufferPointer(
            rebasing: line.last == 0x0D && console == nil ? line.dropLast() : line[...])
        if self.line == 1, console == nil, text.starts(with: Self.byteOrderMark) {
            text = UnsafeRawBufferPointer(rebasing: text[Self.byteOrderMark.count...])
        }
        if text.isEmpty && console == nil { return }
        let record: ParsedRecord
        do throws(LineFault) {
            switch layout {
            case .ndjson: record = try NDJSONParser.parse(text)
            case .kcat: record = try KcatParser.parse(text)
            case .console, .csv:
                guard let parsed = try console?.parse(text) else { return }
                record = parsed
            }
        } catch {
            throw failure(error, at: self.line)
        }
        try body(record)
    }

    private mutating func takeRows(
        _ piece: UnsafeRawBufferPointer, _ body: (ParsedRecord) throws -> Void
    ) throws {
        for byte in piece {
            if !rows.hasBegun { rowLine = line }
            let record: ParsedRecord?
            do throws(LineFault) {
                record = try read(try rows.take(byte))
            } catch {
                throw failure(error, at: rowLine)
            }
            if byte == 0x0A { line += 1 }
            if let record { try body(record) }
        }
    }

    private mutating func read(_ row: [[UInt8]]?) throws(LineFault) -> ParsedRecord? {
        // An empty line is no row.
        guard let row, row != [[]] else { return nil }
        return try csv.parse(row)
    }

    private func failure(_ fault: LineFault, at line: Int) -> InterchangeError {
        InterchangeError(.malformed, "\(name), line \(line): \(fault.message)")
    }
}
