import Perturbation
import Records

extension TrialSchedule {
    /// Its lines as a schedule file has them, decisions first, each with a line feed.
    public var text: String {
        lines.map { $0.text(ruleNames) + "\n" }.joined()
            + faults.map { $0.text + "\n" }.joined()
    }

    /// Each atom's line, in the order of ``text``.
    public var atomTexts: [String] { lines.map { $0.text(ruleNames) } + faults.map(\.text) }

    /// Reads the lines of a file; header, segment, checkpoint and end lines are passed over.
    ///
    /// - Throws: `ScheduleError.malformed` with the line's number, which counts from 1.
    public init(parsing text: String) throws(ScheduleError) {
        self.init()
        var parser = ScheduleParser()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated() where !line.isEmpty
        {
            if let fault = try SystemFault(parsing: String(line), line: index + 1) {
                faults.append(fault)
                continue
            }
            let bytes = Array(line.utf8)
            let parsed = bytes.withUnsafeBytes { buffer in
                Result { () throws(ScheduleError) in
                    try parser.parse(buffer, line: index + 1)
                }
            }
            switch try parsed.get() {
            case .decision(let source, let decision): lines.append(Line(source, decision))
            case .header, .segment, .checkpoint, .end, .closing, .inDoubt, .loss, .again, .removed,
                .unrecorded:
                break
            }
        }
        ruleNames = parser.ruleNames
    }
}

extension TrialSchedule.Line {
    func text(_ ruleNames: [String]) -> String {
        let name = { (offset: Offset) in "\"\(RecordName(source, offset))\"" }
        func place(_ gap: LineDecision.Gap?) -> String {
            switch gap {
            case .after(let anchor): ",\"after\":\(name(anchor))"
            case .before(let anchor): ",\"before\":\(name(anchor))"
            case nil: ""
            }
        }
        var text = "{\"in\":\(name(decision.slot)),"
        switch decision.operation {
        case .drop: text += "\"op\":\"drop\""
        case .move(let gap): text += "\"op\":\"move\"\(place(gap))"
        case .duplicate(let copy, let gap):
            text += "\"op\":\"duplicate\",\"copy\":\(copy)\(place(gap))"
        case .delay(let copy, let delay):
            text += "\"op\":\"delay\",\"copy\":\(copy),\"delay_us\":\(delay)"
        case .corrupt(let copy, let change):
            text += "\"op\":\"corrupt\",\"copy\":\(copy),"
            switch change {
            case .truncate(let count): text += "\"to_bytes\":\(count)"
            case .flip(let bit): text += "\"flip_bit\":\(bit)"
            case .null: text += "\"null\":true"
            }
        case .untimed: text += "\"op\":\"untimed\""
        }
        if decision.rule >= 0, Int(decision.rule) < ruleNames.count {
            text += ",\"by\":\(JSONValue.string(ruleNames[Int(decision.rule)]).text)"
        }
        return text + "}"
    }

    /// What the line does, as clusters name it.
    public var kind: String {
        switch decision.operation {
        case .drop: "drop"
        case .move: "move"
        case .duplicate: "duplicate"
        case .delay: "delay"
        case .corrupt: "corrupt"
        case .untimed: "untimed"
        }
    }
}

extension SystemFault {
    /// Its line of a schedule.
    public var text: String {
        let length = lengthUs > 0 ? ",\"length_us\":\(lengthUs)" : ""
        let head = "{\"at\":\"\(at)\",\"copy\":\(copy),\"op\":\"\(kind.rawValue)\""
        let moment = once.map { ",\"once\":\"\($0.rawValue)\"" } ?? ""
        guard kind.isOfSink else { return head + "\(moment),\"delay_us\":\(delayUs)\(length)}" }
        let name = sink.map { ",\"sink\":\(JSONValue.string($0).text)" } ?? ""
        return head + name + (kind == .failAnswer ? ",\"status\":\(status)" : "") + length + "}"
    }

    /// nil where the line is no fault's.
    init?(parsing text: String, line: Int) throws(ScheduleError) {
        guard text.hasPrefix("{\"at\"") || text.hasPrefix("{ \"at\"") else { return nil }
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch {
            throw .malformed("no JSON: \(error)", line: line)
        }
        let known = ["at", "copy", "op", "once", "delay_us", "length_us", "sink", "status"]
        if let other = value.members?.first(where: { !known.contains($0.name) }) {
            throw .malformed(
                "the key \"\(other.name)\"; a fault has \(known.joined(separator: ", "))",
                line: line)
        }
        guard let at = value["at"]?.string.flatMap(RecordName.init(parsing:)) else {
            throw .malformed("\"at\" is no record; write orders/3@1207", line: line)
        }
        guard let kind = value["op"]?.string.flatMap(Kind.init(rawValue:)) else {
            let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .malformed("no fault's \"op\"; there are \(kinds)", line: line)
        }
        func count(_ name: String, _ other: Int64) throws(ScheduleError) -> Int64 {
            guard let found = value[name] else { return other }
            guard let number = found.integer, number >= 0 else {
                throw .malformed("\"\(name)\" is no number from 0 on", line: line)
            }
            return number
        }
        let status = Int(clamping: try count("status", kind == .failAnswer ? 503 : 0))
        if kind == .failAnswer, !(400...599).contains(status) {
            throw .malformed("\"status\" \(status) refuses nothing; write 400 to 599", line: line)
        }
        if let other = ["sink", "status"].first(where: { value[$0] != nil }), !kind.isOfSink {
            throw .malformed("\"\(other)\" is of an HTTP sink, not of \(kind.rawValue)", line: line)
        }
        if let name = value["sink"], name.string == nil {
            throw .malformed("\"sink\" is no text", line: line)
        }
        let once = value["once"]?.string.flatMap(Moment.init(rawValue:))
        if value["once"] != nil, once.map(kind.moments.contains) != true {
            let moments = kind.moments.map(\.rawValue).joined(separator: " or ")
            throw .malformed(
                "\(kind.rawValue) has no such \"once\"; "
                    + (moments.isEmpty ? "it has none" : "write \(moments)"), line: line)
        }
        self.init(
            at: at, copy: Int32(clamping: try count("copy", 0)), kind: kind,
            delayUs: try count("delay_us", 0), once: once,
            lengthUs: try count("length_us", 0), sink: value["sink"]?.string, status: status)
    }
}

extension RecordName {
    /// `orders/3@1204`; nil where the text is none.
    public init?(parsing text: String) {
        guard let at = text.lastIndex(of: "@"), let slash = text[..<at].lastIndex(of: "/"),
            let partition = Int32(text[text.index(after: slash)..<at]), partition >= 0,
            let offset = Offset(text[text.index(after: at)...]), slash > text.startIndex
        else { return nil }
        self.init(TopicPartition(String(text[..<slash]), partition), offset)
    }
}
