import Records

/// Writes the decisions of windows of one partition as lines of a schedule.
///
/// The parts of a line that repeat are made once, so that a line costs a few copies and two numbers.
public struct DecisionEncoder: Sendable {
    /// `{"in":"orders/3@`
    private let opening: [UInt8]
    /// `","op":"move","after":"orders/3@` and its kin.
    private let moveAfter: [UInt8]
    private let moveBefore: [UInt8]
    private let after: [UInt8]
    private let before: [UInt8]
    /// `,"by":"lossy"}` and a line feed, by rule; the last is for decisions by hand.
    private let endings: [[UInt8]]

    public init(source: TopicPartition, ruleNames: [String]) {
        let place = TextBuffer.escaped("\(source)@")
        opening = Array("{\"in\":\"".utf8) + place
        moveAfter = Array("\",\"op\":\"move\",\"after\":\"".utf8) + place
        moveBefore = Array("\",\"op\":\"move\",\"before\":\"".utf8) + place
        after = Array(",\"after\":\"".utf8) + place
        before = Array(",\"before\":\"".utf8) + place
        endings =
            ruleNames.map {
                Array(",\"by\":\"".utf8) + TextBuffer.escaped($0) + Array("\"}\n".utf8)
            } + [Array("}\n".utf8)]
    }

    /// Appends a line for each decision; `entries` are the window's.
    public func encode(
        _ decisions: [Decision], of entries: [RecordBlock.Entry], into text: inout TextBuffer
    ) {
        for decision in decisions {
            encode(decision, into: &text) { entries[Int($0)].offset }
        }
    }

    /// Appends the line of a decision that names records by offset.
    public func encode(_ decision: LineDecision, into text: inout TextBuffer) {
        encode(decision, into: &text) { $0 }
    }

    @inline(__always)
    private func encode<Place>(
        _ decision: DecisionAt<Place>, into text: inout TextBuffer,
        offset: (Place) -> Offset
    ) {
        text.append(opening)
        text.append(offset(decision.slot))
        switch decision.operation {
        case .drop: text.append("\",\"op\":\"drop\"")
        case .move(.after(let anchor)):
            text.append(moveAfter)
            text.append(offset(anchor))
            text.append("\"")
        case .move(.before(let anchor)):
            text.append(moveBefore)
            text.append(offset(anchor))
            text.append("\"")
        case .duplicate(let copy, let gap):
            text.append("\",\"op\":\"duplicate\",\"copy\":")
            text.append(Int64(copy))
            switch gap {
            case .after(let anchor):
                text.append(after)
                text.append(offset(anchor))
                text.append("\"")
            case .before(let anchor):
                text.append(before)
                text.append(offset(anchor))
                text.append("\"")
            case nil: break
            }
        case .delay(let copy, let microseconds):
            text.append("\",\"op\":\"delay\",\"copy\":")
            text.append(Int64(copy))
            text.append(",\"delay_us\":")
            text.append(microseconds)
        case .corrupt(let copy, let corruption):
            text.append("\",\"op\":\"corrupt\",\"copy\":")
            text.append(Int64(copy))
            switch corruption {
            case .truncate(let count):
                text.append(",\"to_bytes\":")
                text.append(Int64(count))
            case .flip(let bit):
                text.append(",\"flip_bit\":")
                text.append(bit)
            case .null: text.append(",\"null\":true")
            }
        case .untimed: text.append("\",\"op\":\"untimed\"")
        }
        let rule = Int(decision.rule)
        text.append(rule >= 0 && rule < endings.count ? endings[rule] : endings[endings.count - 1])
    }
}
