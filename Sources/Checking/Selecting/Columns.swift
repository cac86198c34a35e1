/// What selectors find in each record of a stream, as numbers; and the programs that jq's take.
///
/// One belongs to one task. Numbers are comparable within it, so baseline and variant go through the same one.
struct Columns {
    /// Where a selector finds nothing: no such field, null, no such header, a null key.
    static var absent: Int32 { -1 }

    private(set) var interner = Interner()
    let programs: JQPrograms

    init(programs: JQPrograms) { self.programs = programs }

    /// - Throws: a jq expression's error on a record.
    mutating func column(
        _ selector: Selector, of records: ObservedRecords
    ) throws(CheckingError) -> [Int32] {
        var column: [Int32] = []
        column.reserveCapacity(records.count)
        try records.withUnsafeBytes { bytes throws(CheckingError) in
            for index in records.indices {
                column.append(try number(selector, of: index, in: records, bytes))
            }
        }
        return column
    }

    /// Whether the selector finds something in each record that is neither null nor `false`; nil asks nothing.
    mutating func isMet(
        _ selector: Selector?, in records: ObservedRecords
    ) throws(CheckingError) -> [Bool]? {
        guard let selector else { return nil }
        let no = interner.number(of: Array("false".utf8))
        return try column(selector, of: records).map { $0 >= 0 && $0 != no }
    }

    /// As ``column(_:of:)``, absent where the condition is not met.
    mutating func column(
        _ selector: Selector, of records: ObservedRecords, when condition: Selector?
    ) throws(CheckingError) -> [Int32] {
        var column = try column(selector, of: records)
        guard let isMet = try isMet(condition, in: records) else { return column }
        for index in column.indices where !isMet[index] { column[index] = Self.absent }
        return column
    }

    /// The number that a text stands for.
    ///
    /// - Throws: that it is none; `name` says of what.
    func decimal(
        of number: Int32, _ name: @autoclosure () -> String
    ) throws(CheckingError) -> ExactNumber {
        if let value = interner.withBytes(of: number, { ExactNumber($0) }) { return value }
        throw CheckingError(
            "\(name()) is \(RecordText.shown(text(of: number))), which is no number of at most 18 decimal places"
        )
    }

    func text(of number: Int32) -> [UInt8]? { number < 0 ? nil : interner.bytes(of: number) }

    // MARK: One record

    @inline(__always)
    private mutating func number(
        _ selector: Selector, of index: Int, in records: ObservedRecords,
        _ bytes: UnsafeRawBufferPointer
    ) throws(CheckingError) -> Int32 {
        let entry = records.entries[index]
        switch selector.part {
        case .key: return number(bytes, entry.keyRange)
        case .value: return number(bytes, entry.valueRange)
        case .ofValue(let path): return field(path, in: bytes, entry.valueRange)
        case .ofKey(let path): return field(path, in: bytes, entry.keyRange)
        case .header(let name): return header(name, of: entry, bytes)
        case .topic, .partition:
            guard let source = records.source(of: index) else { return Self.absent }
            return interner.number(
                of: Array((selector.part == .topic ? source.topic : "\(source.partition)").utf8))
        case .offset:
            return entry.source < 0
                ? Self.absent : interner.number(of: Array("\(entry.offset)".utf8))
        case .timestamp:
            if entry.timestamp.kind == .none { return Self.absent }
            return interner.number(of: Array("\(entry.timestamp.milliseconds)".utf8))
        case .jq(let expression):
            return try result(of: expression, at: index, in: records, bytes)
        }
    }

    @inline(__always)
    private mutating func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>?) -> Int32 {
        guard let range else { return Self.absent }
        return interner.number(of: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    private mutating func field(
        _ path: FieldPath, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>?
    ) -> Int32 {
        guard let range else { return Self.absent }
        let slice = JSONSlice(UnsafeRawBufferPointer(rebasing: bytes[range]))
        guard let found = slice.value(at: path.steps), !slice.isNull(found) else {
            return Self.absent
        }
        guard slice.begins(found, with: "\"") else {
            return interner.number(of: UnsafeRawBufferPointer(rebasing: slice.bytes[found]))
        }
        let inside = UnsafeRawBufferPointer(
            rebasing: slice.bytes[found.lowerBound + 1..<found.upperBound - 1])
        if inside.contains(UInt8(ascii: "\\")) {
            return interner.number(of: JSONText.decoded(inside))
        }
        return interner.number(of: inside)
    }

    private mutating func header(
        _ name: [UInt8], of entry: ObservedRecords.Entry, _ bytes: UnsafeRawBufferPointer
    ) -> Int32 {
        var found = Self.absent
        ObservedRecords.forEachHeader(of: entry, in: bytes) { header, value in
            if header.elementsEqual(name), let value { found = interner.number(of: value) }
            return true
        }
        return found
    }

    // MARK: jq

    private mutating func result(
        of expression: JQExpression, at index: Int, in records: ObservedRecords,
        _ bytes: UnsafeRawBufferPointer
    ) throws(CheckingError) -> Int32 {
        let program = try programs.program(expression)
        var input = JQValue.null
        if let range = records.entries[index].valueRange {
            guard let value = JQValue(json: UnsafeRawBufferPointer(rebasing: bytes[range])) else {
                throw CheckingError(
                    "\(expression.origin): the value of \(records.name(of: index)) is no JSON")
            }
            input = value
        }
        do {
            guard let result = try program.result(of: input), !result.isNull else {
                return Self.absent
            }
            return interner.number(of: result.bytes)
        } catch {
            throw CheckingError(
                "\(expression.origin): fails on \(records.name(of: index)): \(error.message)")
        }
    }
}
