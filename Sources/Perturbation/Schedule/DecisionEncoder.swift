import Records

/// Writes the decisions of windows of one partition as lines of a schedule.
///
/// The parts of a line that repeat are made once, so that a line costs a few copies and two numbers.
public struct DecisionEncoder: Sendable {
    /// All parts one behind the other, and room to read behind the last.
    private let text: [UInt8]
    private let parts: Parts
    /// `","by":"lossy"}` and a line feed, by rule; the last is for decisions by hand.
    private let endings: [Range<Int>]
    private let longestLine: Int

    /// Where each part lies in `text`. Behind a number there is a quote, behind a copy none.
    private struct Parts {
        /// `{"in":"orders/3@`
        var opening = 0..<0
        var drop = 0..<0
        var moveAfter = 0..<0
        var moveBefore = 0..<0
        var duplicate = 0..<0
        var after = 0..<0
        var before = 0..<0
        var delay = 0..<0
        var delayTime = 0..<0
        var corrupt = 0..<0
        var toBytes = 0..<0
        var flipBit = 0..<0
        var null = 0..<0
        var untimed = 0..<0
        var quote = 0..<0
    }

    public init(source: TopicPartition, ruleNames: [String]) {
        let place = String(decoding: TextBuffer.escaped("\(source)@"), as: UTF8.self)
        var text: [UInt8] = []
        func part(_ part: String) -> Range<Int> {
            let start = text.count
            text += Array(part.utf8)
            return start..<text.count
        }
        var parts = Parts()
        parts.opening = part(#"{"in":"\#(place)"#)
        parts.drop = part(#"","op":"drop""#)
        parts.moveAfter = part(#"","op":"move","after":"\#(place)"#)
        parts.moveBefore = part(#"","op":"move","before":"\#(place)"#)
        parts.duplicate = part(#"","op":"duplicate","copy":"#)
        parts.after = part(#","after":"\#(place)"#)
        parts.before = part(#","before":"\#(place)"#)
        parts.delay = part(#"","op":"delay","copy":"#)
        parts.delayTime = part(#","delay_us":"#)
        parts.corrupt = part(#"","op":"corrupt","copy":"#)
        parts.toBytes = part(#","to_bytes":"#)
        parts.flipBit = part(#","flip_bit":"#)
        parts.null = part(#","null":true"#)
        parts.untimed = part(#"","op":"untimed""#)
        parts.quote = part("\"")
        endings =
            ruleNames.map {
                part(
                    #","by":""# + String(decoding: TextBuffer.escaped($0), as: UTF8.self) + "\"}\n")
            } + [part("}\n")]
        // No line has more than three numbers, an opening, two long parts, a quote and an ending.
        let longest = max(parts.moveBefore.count, parts.before.count, parts.corrupt.count)
        longestLine =
            60 + parts.opening.count + 2 * longest + 1 + (endings.map(\.count).max() ?? 0)
        self.parts = parts
        self.text = text + [UInt8](repeating: 0, count: TextCursor.slack)
    }

    /// Appends a line for each decision; `entries` are the window's.
    public func encode(
        _ decisions: [Decision], of entries: [RecordBlock.Entry], into text: inout TextBuffer
    ) {
        entries.withUnsafeBufferPointer { entries in
            write(decisions, into: &text) { entries[Int($0)].offset }
        }
    }

    /// Appends the line of a decision that names records by offset.
    public func encode(_ decision: LineDecision, into text: inout TextBuffer) {
        write([decision], into: &text) { $0 }
    }

    @inline(__always)
    private func write<Place>(
        _ decisions: [DecisionAt<Place>], into text: inout TextBuffer, offset: (Place) -> Offset
    ) {
        self.text.withUnsafeBytes { pieces in
            decisions.withUnsafeBufferPointer { decisions in
                endings.withUnsafeBufferPointer { endings in
                    guard let base = pieces.baseAddress else { return }
                    var prefix = TextCursor.Prefix()
                    for decision in decisions {
                        text.write(atMost: longestLine) { cursor in
                            var line = Line(cursor: cursor, base: base, prefix: prefix)
                            put(decision, endings, into: &line, offset)
                            prefix = line.prefix
                            return line.cursor
                        }
                    }
                }
            }
        }
    }

    /// A line on its way, and where the parts lie.
    private struct Line {
        var cursor: TextCursor
        let base: UnsafeRawPointer
        var prefix: TextCursor.Prefix

        @inline(__always)
        mutating func put(_ part: Range<Int>) {
            cursor.put(.init(start: base + part.lowerBound, count: part.count))
        }

        @inline(__always)
        mutating func put(_ number: Int64) { cursor.put(number) }

        @inline(__always)
        mutating func put(offset: Offset) { cursor.put(offset, after: &prefix) }
    }

    @inline(__always)
    private func put<Place>(
        _ decision: DecisionAt<Place>, _ endings: UnsafeBufferPointer<Range<Int>>,
        into line: inout Line, _ offset: (Place) -> Offset
    ) {
        line.put(parts.opening)
        line.put(offset: offset(decision.slot))
        switch decision.operation {
        case .drop: line.put(parts.drop)
        case .move(.after(let anchor)):
            line.put(parts.moveAfter)
            line.put(offset: offset(anchor))
            line.put(parts.quote)
        case .move(.before(let anchor)):
            line.put(parts.moveBefore)
            line.put(offset: offset(anchor))
            line.put(parts.quote)
        case .duplicate(let copy, let gap):
            line.put(parts.duplicate)
            line.put(Int64(copy))
            switch gap {
            case .after(let anchor):
                line.put(parts.after)
                line.put(offset: offset(anchor))
                line.put(parts.quote)
            case .before(let anchor):
                line.put(parts.before)
                line.put(offset: offset(anchor))
                line.put(parts.quote)
            case nil: break
            }
        case .delay(let copy, let microseconds):
            line.put(parts.delay)
            line.put(Int64(copy))
            line.put(parts.delayTime)
            line.put(microseconds)
        case .corrupt(let copy, let corruption):
            line.put(parts.corrupt)
            line.put(Int64(copy))
            switch corruption {
            case .truncate(let count):
                line.put(parts.toBytes)
                line.put(Int64(count))
            case .flip(let bit):
                line.put(parts.flipBit)
                line.put(bit)
            case .null: line.put(parts.null)
            }
        case .untimed: line.put(parts.untimed)
        }
        let rule = Int(decision.rule)
        line.put(endings[rule >= 0 && rule < endings.count ? rule : endings.count - 1])
    }
}
