/// Splits CSV text into rows (RFC 4180): fields in quotes may hold commas, quotes twice, and line ends. A byte
/// order mark in front of the text is passed over.
struct CSVRows {
    private var field: [UInt8] = []
    private var fields: [[UInt8]] = []
    private var state = State.fieldStart
    /// Whether no field has ended yet, so that a byte order mark may come.
    private var isInFirstField = true

    private enum State {
        case fieldStart, bare, quoted
        /// Behind a quote within a quoted field: its end, or half of a quote.
        case quoteInside
        /// Behind a carriage return outside of quotes.
        case carriageReturn
    }

    /// Whether the text so far ends inside quotes.
    var isInsideQuotes: Bool { state == .quoted }
    /// Whether a row has begun.
    var hasBegun: Bool { state != .fieldStart || !fields.isEmpty }

    /// Takes the next byte.
    ///
    /// - Returns: a row, where the byte ends one.
    mutating func take(_ byte: UInt8) throws(LineFault) -> [[UInt8]]? {
        let quote = UInt8(ascii: "\"")
        switch (state, byte) {
        case (.carriageReturn, 0x0A): return endRow()
        case (.carriageReturn, _):
            throw LineFault("a carriage return outside of quotes and of a line's end")
        case (.quoted, quote): state = .quoteInside
        case (.quoted, _): field.append(byte)
        case (.quoteInside, quote):
            field.append(quote)
            state = .quoted
        case (_, UInt8(ascii: ",")): endField()
        case (_, 0x0A): return endRow()
        case (_, 0x0D): state = .carriageReturn
        case (.quoteInside, _): throw LineFault("text behind the closing quote of a field")
        case (.fieldStart, quote): state = .quoted
        case (.bare, quote): throw LineFault("a quote inside a field that does not begin with one")
        default:
            field.append(byte)
            state = .bare
            if isInFirstField, field == RecordParser.byteOrderMark {
                field = []
                state = .fieldStart
            }
        }
        return nil
    }

    /// The last row, where the text ends without a line end.
    mutating func finish() throws(LineFault) -> [[UInt8]]? {
        if isInsideQuotes { throw LineFault("the text ends inside quotes") }
        return hasBegun ? endRow() : nil
    }

    private mutating func endField() {
        fields.append(field)
        field = []
        state = .fieldStart
        isInFirstField = false
    }

    private mutating func endRow() -> [[UInt8]] {
        endField()
        defer { fields = [] }
        return fields
    }
}
