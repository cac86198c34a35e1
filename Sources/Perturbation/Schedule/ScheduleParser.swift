import Configuration
import Digests
import Records

/// Reads lines of a schedule, one at a time; keeps the names of the rules it has met.
///
/// A line that is no JSON, has a key that its kind does not know, lacks one, or has one of another
/// type is refused with what was found; nothing is passed over in silence.
public struct ScheduleParser: Sendable {
    /// Names behind ``DecisionAt/rule``: those of the header's plan first, then others as they came.
    public private(set) var ruleNames: [String] = []
    private var ruleIndex: [String: Int32] = [:]
    private var sources: [String: TopicPartition] = [:]
    private var canonical = CanonicalLine()
    /// Whether lines as we write them are read without a detour over JSON; tests do without.
    var takesShortcut = true

    /// - Parameter ruleNames: names that are known beforehand, as the header's plan makes them known.
    public init(ruleNames: [String] = []) {
        for name in ruleNames { _ = index(of: name) }
    }

    /// - Parameters:
    ///   - bytes: the line without its line feed.
    ///   - line: its number, for errors.
    /// - Throws: `ScheduleError.malformed`.
    public mutating func parse(
        _ bytes: UnsafeRawBufferPointer, line: Int
    ) throws(ScheduleError) -> ScheduleLine {
        if takesShortcut, let (source, decision) = canonical.decision(bytes) {
            return .decision(source, decision)
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch {
            throw .malformed("no JSON: \(error)", line: line)
        }
        guard let members = value.members, let first = members.first else {
            throw .malformed("no JSON object with a decision, checkpoint or the like", line: line)
        }
        let fields = Fields(value: value, members: members, line: line)
        switch first.name {
        case "in": return try decision(fields)
        case "checkpoint": return .checkpoint(try checkpoint(fields, "checkpoint"))
        case "end": return .end(try checkpoint(fields, "end"))
        case "window": return try window(fields)
        case "segment": return .segment(try segment(fields))
        case "lost": return .loss(try loss(fields))
        case "in_doubt":
            try fields.allow(["in_doubt"])
            return .inDoubt(checkpoint: try fields.count("in_doubt"))
        case "removed":
            try fields.allow(["removed"])
            return .removed
        case "unrecorded": return try unrecorded(fields)
        case "kerfuffle": return .header(try header(fields))
        default:
            throw .malformed(
                "a line that begins with \"\(first.name)\"; lines of a schedule begin with in, "
                    + "window, lost, segment, checkpoint, in_doubt, end, removed, unrecorded or "
                    + "kerfuffle",
                line: line
            )
        }
    }

    // MARK: Decisions

    private mutating func decision(_ fields: Fields) throws(ScheduleError) -> ScheduleLine {
        let (source, offset) = try place(fields.text("in"), fields)
        let operation: LineDecision.Operation
        switch try fields.text("op") {
        case "drop":
            try fields.allow(["in", "op", "by"])
            operation = .drop
        case "move":
            try fields.allow(["in", "op", "after", "before", "by"])
            guard let gap = try gap(fields, of: source) else {
                throw fields.error("a move needs \"after\" or \"before\"")
            }
            operation = .move(gap)
        case "duplicate":
            try fields.allow(["in", "op", "copy", "after", "before", "by"])
            operation = .duplicate(copy: try fields.copy(from: 1), try gap(fields, of: source))
        case "delay":
            try fields.allow(["in", "op", "copy", "delay_us", "by"])
            let delay = try fields.integer("delay_us")
            if delay < 0 { throw fields.error("\"delay_us\" is below zero") }
            guard delay <= DurationDistribution.longest else {
                throw fields.error(
                    "\"delay_us\" is \(delay); a delivery waits \(DurationDistribution.longest) at most, "
                        + "1,000 days")
            }
            operation = .delay(copy: try fields.copy(from: 0), microseconds: delay)
        case "corrupt":
            try fields.allow(["in", "op", "copy", "to_bytes", "flip_bit", "null", "by"])
            operation = .corrupt(copy: try fields.copy(from: 0), try corruption(fields))
        case "untimed":
            try fields.allow(["in", "op", "by"])
            operation = .untimed
        case let other:
            throw fields.error(
                "the operation \"\(other)\"; there are drop, move, duplicate, delay, corrupt and "
                    + "untimed")
        }
        let rule = try fields.optionalText("by").map { name in index(of: name) } ?? -1
        canonical.learn(source)
        return .decision(source, LineDecision(slot: offset, operation, rule: rule))
    }

    private mutating func gap(
        _ fields: Fields, of source: TopicPartition
    ) throws(ScheduleError) -> LineDecision.Gap? {
        let after = try fields.optionalText("after")
        let before = try fields.optionalText("before")
        if after != nil && before != nil {
            throw fields.error("both \"after\" and \"before\"")
        }
        guard let anchor = after ?? before else { return nil }
        let (other, offset) = try place(anchor, fields)
        guard other == source else {
            throw fields.error("an anchor in \(other) for a record of \(source)")
        }
        return after != nil ? .after(offset) : .before(offset)
    }

    private func corruption(_ fields: Fields) throws(ScheduleError) -> Corruption {
        var found: [Corruption] = []
        if fields.value["to_bytes"] != nil {
            guard let count = Int32(exactly: try fields.integer("to_bytes")), count >= 0 else {
                throw fields.error("\"to_bytes\" is no length")
            }
            found.append(.truncate(toBytes: count))
        }
        if fields.value["flip_bit"] != nil {
            let bit = try fields.integer("flip_bit")
            if bit < 0 { throw fields.error("\"flip_bit\" is below zero") }
            found.append(.flip(bit: bit))
        }
        if let null = fields.value["null"] {
            guard null == .bool(true) else { throw fields.error("\"null\" is true or absent") }
            found.append(.null)
        }
        guard found.count == 1 else {
            throw fields.error("a corruption has one of to_bytes, flip_bit and null")
        }
        return found[0]
    }

    private mutating func index(of name: String) -> Int32 {
        if let known = ruleIndex[name] { return known }
        let index = Int32(ruleNames.count)
        ruleNames.append(name)
        ruleIndex[name] = index
        canonical.learn(rule: name)
        return index
    }

    // MARK: Other lines

    private mutating func header(_ fields: Fields) throws(ScheduleError) -> ScheduleHeader {
        guard try fields.text("kerfuffle") == "schedule" else {
            throw fields.error("a first line that names no schedule")
        }
        // First of all: another version may have other keys.
        let version = try fields.integer("version")
        guard version == ScheduleHeader.formatVersion else {
            throw fields.error(
                "format version \(version), which another version of Kerfuffle wrote; this program "
                    + "reads \(ScheduleHeader.formatVersion)")
        }
        try fields.allow([
            "kerfuffle", "version", "recording", "tool", "generator", "digest", "delivery", "plan",
        ])
        guard try fields.text("generator") == ScheduleHeader.generator else {
            throw fields.error("another generator than \(ScheduleHeader.generator)")
        }
        let digest = try fields.optionalText("digest") ?? RecordDigest.Kind.sha256.rawValue
        guard let digest = RecordDigest.Kind(rawValue: digest) else {
            let known = RecordDigest.Kind.allCases.map(\.rawValue).joined(separator: " or ")
            throw fields.error("another \"digest\" than \(known)")
        }
        let delivery = try fields.optionalText("delivery")
        guard delivery == nil || delivery == "at-least-once" else {
            throw fields.error("another \"delivery\" than at-least-once")
        }
        guard let plan = fields.value["plan"] else { throw fields.error("no \"plan\"") }
        let header = ScheduleHeader(
            recording: try fields.text("recording"), tool: try fields.text("tool"),
            plan: try Plan.decoded(from: plan, fields), mayRepeat: delivery != nil, digest: digest)
        for name in header.plan.ruleNames { _ = index(of: name) }
        return header
    }

    private mutating func segment(_ fields: Fields) throws(ScheduleError) -> Segment {
        try fields.allow([
            "segment", "epoch", "through", "emitted", "parent", "unrecorded", "removed",
        ])
        let (source, start) = try place(fields.text("segment"), fields)
        var segment = Segment(
            source: source, start: start, epoch: try fields.count("epoch"))
        if let through = try fields.optionalText("through") {
            segment.through = try place(through, fields).1
            segment.emitted = try fields.count("emitted")
        }
        if let parent = fields.value["parent"] {
            let inner = Fields(value: parent, members: parent.members ?? [], line: fields.line)
            try inner.allow(["recording", "epoch"])
            segment.parent = .init(
                recording: try inner.text("recording"), epoch: try inner.count("epoch"))
        }
        if let before = fields.value["unrecorded"] ?? fields.value["removed"] {
            let inner = Fields(value: before, members: before.members ?? [], line: fields.line)
            try inner.allow(["offset", "emitted"])
            let emitted = before["emitted"] == nil ? 0 : try inner.count("emitted")
            segment.unrecorded = .init(
                start: try inner.next("offset"), emitted: emitted,
                isRemoved: fields.value["unrecorded"] == nil)
        }
        return segment
    }

    private mutating func unrecorded(_ fields: Fields) throws(ScheduleError) -> ScheduleLine {
        try fields.allow(["unrecorded"])
        guard let items = fields.value["unrecorded"]?.array else {
            throw fields.error("\"unrecorded\" is no list of partitions")
        }
        var sources: [TopicPartition] = []
        for item in items {
            guard let text = item.string else {
                throw fields.error("\"unrecorded\" is no list of partitions")
            }
            sources.append(try source(text, fields))
        }
        return .unrecorded(sources)
    }

    private mutating func window(_ fields: Fields) throws(ScheduleError) -> ScheduleLine {
        let isAgain = fields.value["op"] != nil
        try fields.allow(["window", "through", isAgain ? "op" : "closed"])
        let (source, start) = try place(fields.text("window"), fields)
        let (other, through) = try place(fields.text("through"), fields)
        guard other == source, through >= start else {
            throw fields.error("a window that ends in another partition or before it starts")
        }
        if isAgain {
            let text = try fields.text("op")
            guard text == "again" else {
                throw fields.error("the operation \"\(text)\" on a window; there is again")
            }
            return .again(SentAgain(source: source, start: start, through: through))
        }
        let text = try fields.text("closed")
        guard let reason = Closing.Reason(rawValue: text) else {
            throw fields.error("closed for \"\(text)\"; there are maxWait and untilEnd")
        }
        return .closing(Closing(source: source, start: start, through: through, reason: reason))
    }

    private mutating func loss(_ fields: Fields) throws(ScheduleError) -> Loss {
        try fields.allow(["lost", "through", "went_on"])
        let (source, start) = try place(fields.text("lost"), fields)
        let (other, through) = try place(fields.text("through"), fields)
        guard other == source, through >= start else {
            throw fields.error("a loss that ends in another partition or before it starts")
        }
        let text = try fields.text("went_on")
        guard let policy = Loss.Policy(rawValue: text) else {
            throw fields.error("it went on at \"\(text)\"; there are earliest and latest")
        }
        return Loss(source: source, start: start, through: through, policy: policy)
    }

    private mutating func checkpoint(
        _ fields: Fields, _ kind: String
    ) throws(ScheduleError) -> Checkpoint {
        try fields.allow([kind, "next", "recording"])
        var checkpoint = Checkpoint(number: try fields.count(kind), positions: [:])
        guard let next = fields.value["next"]?.members else { throw fields.error("no \"next\"") }
        for member in next {
            let inner = Fields(
                value: member.value, members: member.value.members ?? [], line: fields.line)
            try inner.allow(["offset", "epoch", "records", "digest", "through", "emitted"])
            var position = Checkpoint.Position(
                next: try inner.next("offset"), epoch: try inner.count("epoch"),
                records: try inner.count("records"), digest: try inner.text("digest"))
            if inner.value["through"] != nil {
                position.part = .init(
                    through: try inner.count("through"), emitted: try inner.count("emitted"))
            }
            checkpoint.positions[try source(member.name, fields)] = position
        }
        if let recording = fields.value["recording"] {
            let inner = Fields(
                value: recording, members: recording.members ?? [], line: fields.line)
            try inner.allow(["file", "bytes"])
            checkpoint.recording = .init(
                file: try inner.count("file"), bytes: try inner.count("bytes"))
        }
        return checkpoint
    }

    // MARK: Places

    /// `orders/3@1204`; the topic may hold slashes and at-signs.
    private mutating func place(
        _ text: String, _ fields: Fields
    ) throws(ScheduleError) -> (TopicPartition, Offset) {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")),
            let offset = Offset(text[text.utf8.index(after: at)...])
        else { throw fields.error("\"\(text)\" is no record; write topic/partition@offset") }
        guard Offset.ofRecords.contains(offset) else {
            throw fields.error("\"\(text)\" is no record: offsets are 0 to \(Offset.max - 1)")
        }
        return (try source(String(text[..<at]), fields), offset)
    }

    private mutating func source(
        _ text: String, _ fields: Fields
    ) throws(ScheduleError) -> TopicPartition {
        if let known = sources[text] { return known }
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), slash > text.startIndex,
            let partition = Int32(text[text.utf8.index(after: slash)...]), partition >= 0
        else { throw fields.error("\"\(text)\" is no partition; write topic/partition") }
        let source = TopicPartition(String(text[..<slash]), partition)
        sources[text] = source
        return source
    }
}

/// The members of one line, taken by name and type.
struct Fields {
    let value: JSONValue
    let members: [JSONValue.Member]
    let line: Int

    func error(_ message: String) -> ScheduleError { .malformed(message, line: line) }

    func allow(_ names: [String]) throws(ScheduleError) {
        for member in members where !names.contains(member.name) {
            throw error(
                "the key \"\(member.name)\" here; known are \(names.joined(separator: ", "))")
        }
    }

    func optionalText(_ name: String) throws(ScheduleError) -> String? {
        guard let member = value[name] else { return nil }
        guard let text = member.string else { throw error("\"\(name)\" is no text") }
        return text
    }

    func text(_ name: String) throws(ScheduleError) -> String {
        guard let text = try optionalText(name) else { throw error("no \"\(name)\"") }
        return text
    }

    func integer(_ name: String) throws(ScheduleError) -> Int64 {
        guard let member = value[name] else { throw error("no \"\(name)\"") }
        guard let number = member.integer else { throw error("\"\(name)\" is no whole number") }
        return number
    }

    /// A number that counts something, or a record's offset: neither below zero nor the largest there is.
    func count(_ name: String) throws(ScheduleError) -> Int64 {
        let number = try integer(name)
        guard Offset.ofRecords.contains(number) else {
            throw error("\"\(name)\" is \(number), which is not 0 to \(Offset.max - 1)")
        }
        return number
    }

    /// The offset behind a record.
    func next(_ name: String) throws(ScheduleError) -> Offset {
        let number = try integer(name)
        guard number >= 0 else { throw error("\"\(name)\" is \(number); offsets begin at 0") }
        return number
    }

    func copy(from least: Int32) throws(ScheduleError) -> Int32 {
        guard let copy = Int32(exactly: try integer("copy")), copy >= least else {
            throw error("\"copy\" counts from \(least) here")
        }
        return copy
    }
}
