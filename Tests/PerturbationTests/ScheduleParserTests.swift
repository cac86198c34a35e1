import Records
import Testing

@testable import Perturbation

@Suite struct ScheduleParserTests {
    private static let orders = TopicPartition("orders", 3)

    private func parse(_ text: String, shortcut: Bool = true) throws(ScheduleError) -> ScheduleLine
    {
        var parser = ScheduleParser(ruleNames: ["lossy"])
        parser.takesShortcut = shortcut
        return try parse(text, with: &parser)
    }

    private func parse(
        _ text: String, with parser: inout ScheduleParser
    ) throws(ScheduleError) -> ScheduleLine {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ScheduleError) in try parser.parse(bytes, line: 7) }
        }
        return try result.get()
    }

    @Test(
        arguments: [
            (
                #"{"in":"orders/3@1204","op":"drop","by":"lossy"}"#,
                LineDecision(slot: 1204, .drop, rule: 0)
            ),
            (
                #"{"in":"orders/3@1207","op":"move","after":"orders/3@1215"}"#,
                LineDecision(slot: 1207, .move(.after(1215)))
            ),
            (
                #"{"in":"orders/3@9223372036854775806","op":"move","before":"orders/3@0"}"#,
                LineDecision(slot: .max - 1, .move(.before(0)))
            ),
            (
                #"{"in":"orders/3@88","op":"duplicate","copy":1}"#,
                LineDecision(slot: 88, .duplicate(copy: 1, nil))
            ),
            (
                #"{"in":"orders/3@88","op":"duplicate","copy":2,"after":"orders/3@90"}"#,
                LineDecision(slot: 88, .duplicate(copy: 2, .after(90)))
            ),
            (
                #"{"in":"orders/3@88","op":"duplicate","copy":2,"before":"orders/3@0"}"#,
                LineDecision(slot: 88, .duplicate(copy: 2, .before(0)))
            ),
            (
                #"{"in":"orders/3@5","op":"delay","copy":0,"delay_us":1500}"#,
                LineDecision(slot: 5, .delay(copy: 0, microseconds: 1500))
            ),
            (
                #"{"in":"orders/3@5","op":"corrupt","copy":0,"to_bytes":17}"#,
                LineDecision(slot: 5, .corrupt(copy: 0, .truncate(toBytes: 17)))
            ),
            (
                #"{"in":"orders/3@5","op":"corrupt","copy":3,"flip_bit":9000000000}"#,
                LineDecision(slot: 5, .corrupt(copy: 3, .flip(bit: 9_000_000_000)))
            ),
            (
                #"{"in":"orders/3@5","op":"corrupt","copy":0,"null":true,"by":"lossy"}"#,
                LineDecision(slot: 5, .corrupt(copy: 0, .null), rule: 0)
            ),
            (#"{"in":"orders/3@5","op":"untimed"}"#, LineDecision(slot: 5, .untimed)),
        ])
    func `reads and writes every decision`(text: String, decision: LineDecision) throws {
        for shortcut in [true, false] {
            #expect(try parse(text, shortcut: shortcut) == .decision(Self.orders, decision))
        }
        var parser = ScheduleParser(ruleNames: ["lossy"])
        _ = try parse(#"{"in":"orders/3@0","op":"drop"}"#, with: &parser)
        #expect(try parse(text, with: &parser) == .decision(Self.orders, decision))
        var written = TextBuffer()
        DecisionEncoder(source: Self.orders, ruleNames: ["lossy"]).encode(decision, into: &written)
        #expect(written.string == text + "\n")
    }

    @Test func `people may write keys in any order, with spaces and escapes`() throws {
        let text = #"{ "in" : "orders\/3@5", "by":"n\u0065w", "copy" : 1, "op":"duplicate" }"#
        var parser = ScheduleParser(ruleNames: ["lossy"])
        let decision = LineDecision(slot: 5, .duplicate(copy: 1, nil), rule: 1)
        #expect(try parse(text, with: &parser) == .decision(Self.orders, decision))
        #expect(parser.ruleNames == ["lossy", "new"])
    }

    @Test func `reads and writes every other line`() throws {
        var checkpoint = Checkpoint(
            number: 3,
            positions: [
                Self.orders: .init(
                    next: 9, epoch: 2, records: 5, digest: "ab",
                    part: .init(through: 20, emitted: 4)),
                TopicPartition("a/b@c", 0): .init(next: .max, epoch: 1, records: 0, digest: ""),
            ], recording: .init(file: 1, bytes: 4096))
        let lines: [ScheduleLine] = [
            .header(ScheduleHeader(recording: "id", tool: "kerfuffle 1", plan: .standard)),
            .header(
                ScheduleHeader(
                    recording: "id", tool: "kerfuffle 1", plan: .standard, mayRepeat: true)),
            .again(SentAgain(source: Self.orders, start: 5, through: 9)), .removed,
            .segment(Segment(source: Self.orders, start: 5, epoch: 1)),
            .segment(
                Segment(
                    source: Self.orders, start: 5, epoch: 4, emitted: 3, through: 9,
                    parent: .init(recording: "p", epoch: 3))),
            .segment(
                Segment(
                    source: Self.orders, start: 9, epoch: 6,
                    parent: .init(recording: "p", epoch: 3),
                    unrecorded: .init(start: 5, emitted: 2))),
            .segment(
                Segment(source: Self.orders, start: 9, epoch: 2, unrecorded: .init(start: 0))),
            .segment(
                Segment(
                    source: Self.orders, start: 9, epoch: 2,
                    unrecorded: .init(start: 4, isRemoved: true))),
            .unrecorded([Self.orders, TopicPartition("a/b@c", 0)]), .unrecorded([]),
            .closing(Closing(source: Self.orders, start: 5, through: 9, reason: .maxWait)),
            .closing(Closing(source: Self.orders, start: 5, through: 5, reason: .untilEnd)),
            .loss(Loss(source: Self.orders, start: 5, through: 9, policy: .earliest)),
            .loss(Loss(source: Self.orders, start: 5, through: 5, policy: .latest)),
            .checkpoint(checkpoint), .inDoubt(checkpoint: 3),
        ]
        checkpoint.recording = nil
        for line in lines + [.end(checkpoint)] {
            var text = TextBuffer()
            switch line {
            case .header(let header): text.append(header)
            case .segment(let segment): text.append(segment)
            case .closing(let closing): text.append(closing)
            case .loss(let loss): text.append(loss)
            case .checkpoint(let checkpoint): text.append(checkpoint: checkpoint)
            case .inDoubt(let number): text.append(inDoubt: number)
            case .end(let checkpoint): text.append(end: checkpoint)
            case .again(let again): text.append(again)
            case .removed: text.appendRemoved()
            case .unrecorded(let sources): text.append(unrecorded: sources)
            case .decision: break
            }
            #expect(text.string.hasSuffix("}\n"))
            #expect(try parse(String(text.string.dropLast())) == line)
        }
    }

    @Test(arguments: [
        ("", "no JSON"), ("x", "no JSON"), ("[]", "no JSON object"), ("{}", "no JSON object"),
        (#"{"out":1}"#, "begins with \"out\""),
        (#"{"in":5,"op":"drop"}"#, "\"in\" is no text"),
        (#"{"in":"orders","op":"drop"}"#, "\"orders\" is no record"),
        (#"{"in":"orders/3@x","op":"drop"}"#, "is no record"),
        (#"{"in":"orders/3@-1","op":"drop"}"#, "offsets are 0 to 9223372036854775806"),
        (#"{"in":"orders/3@9223372036854775807","op":"drop"}"#, "offsets are 0 to"),
        (
            #"{"lost":"orders/3@0","through":"orders/3@9223372036854775807","went_on":"earliest"}"#,
            "offsets are 0 to 9223372036854775806"
        ),
        (
            #"{"checkpoint":1,"next":{"orders/3":{"offset":-1,"epoch":1,"records":1,"digest":""}}}"#,
            "offsets begin at 0"
        ),
        (
            #"{"checkpoint":1,"next":{"orders/3":{"offset":1,"epoch":1,"records":-1,"digest":""}}}"#,
            "\"records\" is -1"
        ),
        (#"{"segment":"orders/3@5","epoch":9223372036854775807}"#, "\"epoch\" is 922"),
        (
            #"{"in":"orders/3@5","op":"delay","copy":0,"delay_us":86400000000001}"#,
            "86400000000000 at most"
        ),
        (#"{"in":"orders@5","op":"drop"}"#, "\"orders\" is no partition"),
        (#"{"in":"/3@5","op":"drop"}"#, "is no partition"),
        (#"{"in":"orders/-3@5","op":"drop"}"#, "is no partition"),
        (#"{"in":"orders/3@5"}"#, "no \"op\""),
        (#"{"in":"orders/3@5","op":"explode"}"#, "the operation \"explode\""),
        (#"{"in":"orders/3@5","op":"drop","copy":1}"#, "the key \"copy\""),
        (#"{"in":"orders/3@5","op":"move"}"#, "needs \"after\" or \"before\""),
        (#"{"in":"orders/3@5","op":"move","after":"orders/3"}"#, "is no record"),
        (
            #"{"in":"orders/3@5","op":"move","after":"orders/3@4","before":"orders/3@4"}"#,
            "both \"after\" and \"before\""
        ),
        (
            #"{"in":"orders/3@5","op":"move","after":"orders/2@4"}"#,
            "an anchor in orders/2 for a record of orders/3"
        ),
        (#"{"in":"orders/3@5","op":"duplicate"}"#, "no \"copy\""),
        (#"{"in":"orders/3@5","op":"duplicate","copy":0}"#, "counts from 1"),
        (#"{"in":"orders/3@5","op":"duplicate","copy":1.0}"#, "no whole number"),
        (#"{"in":"orders/3@5","op":"duplicate","copy":3000000000}"#, "counts from 1"),
        (#"{"in":"orders/3@5","op":"duplicate","copy":1,"after":}"#, "no JSON"),
        (#"{"in":"orders/3@5","op":"delay","copy":0}"#, "no \"delay_us\""),
        (#"{"in":"orders/3@5","op":"delay","copy":0,"delay_us":-1}"#, "below zero"),
        (#"{"in":"orders/3@5","op":"delay","copy":-1,"delay_us":1}"#, "counts from 0"),
        (#"{"in":"orders/3@5","op":"corrupt","copy":0}"#, "has one of"),
        (#"{"in":"orders/3@5","op":"corrupt","copy":0,"to_bytes":1,"null":true}"#, "has one of"),
        (#"{"in":"orders/3@5","op":"corrupt","copy":0,"to_bytes":-1}"#, "no length"),
        (#"{"in":"orders/3@5","op":"corrupt","copy":0,"flip_bit":-1}"#, "below zero"),
        (#"{"in":"orders/3@5","op":"corrupt","copy":0,"null":false}"#, "true or absent"),
        (#"{"in":"orders/3@5","op":"drop","by":1}"#, "\"by\" is no text"),
        (#"{"in":"orders/3@5","op":"drop","op":"drop"}"#, "a second time"),
        (#"{"window":"orders/3@5","through":"orders/3@4","closed":"maxWait"}"#, "before it starts"),
        (
            #"{"window":"orders/3@5","through":"orders/2@9","closed":"maxWait"}"#,
            "another partition"
        ),
        (#"{"window":"orders/3@5","through":"orders/3@9","closed":"tired"}"#, "\"tired\""),
        (#"{"window":"orders/3@5","through":"orders/3@9","op":"drop"}"#, "there is again"),
        (
            #"{"window":"orders/3@5","through":"orders/3@9","op":"again","closed":"maxWait"}"#,
            "the key \"closed\""
        ),
        (#"{"segment":"orders/3@5"}"#, "no \"epoch\""),
        (#"{"checkpoint":1}"#, "no \"next\""),
        (#"{"checkpoint":1,"next":{"orders":{}}}"#, "no \"offset\""),
        (#"{"kerfuffle":"plan"}"#, "names no schedule"),
        (#"{"kerfuffle":"schedule","version":2}"#, "format version 2"),
        (#"{"kerfuffle":"schedule","version":1,"generator":"dice"}"#, "another generator"),
    ])
    func `refuses what is no line and says why`(text: String, reason: String) {
        for shortcut in [true, false] {
            do {
                let line = try parse(text, shortcut: shortcut)
                Issue.record("accepted as \(line)")
            } catch {
                #expect(error.description.hasPrefix("line 7: "))
                #expect(error.description.contains(reason), "\(error)")
            }
        }
    }

    @Test func `the shortcut reads what the parser reads, whatever the bytes`() throws {
        var random = TestRandom("schedule bytes")
        let lines = [
            #"{"in":"orders/3@1204","op":"drop","by":"lossy"}"#,
            #"{"in":"orders/3@1207","op":"move","after":"orders/3@1215","by":"lossy"}"#,
            #"{"in":"orders/3@88","op":"duplicate","copy":1,"before":"orders/3@90"}"#,
            #"{"in":"orders/3@5","op":"corrupt","copy":0,"to_bytes":17}"#,
            #"{"in":"orders/3@5","op":"delay","copy":0,"delay_us":1500,"by":"lossy"}"#,
            #"{"segment":"orders/3@5","epoch":4,"parent":{"recording":"p","epoch":3}}"#,
            #"{"checkpoint":1,"next":{"orders/3":{"offset":1,"epoch":1,"records":1,"digest":""}}}"#,
        ]
        var read = 0
        for _ in 0..<30_000 {
            let text = random.mutated(Array(random.pick(lines).utf8))
            var quick = ScheduleParser(ruleNames: ["lossy"])
            _ = try parse(lines[0].replacing("lossy", with: "new"), with: &quick)
            var slow = quick
            slow.takesShortcut = false
            let found = text.withUnsafeBytes { try? quick.parse($0, line: 1) }
            #expect(found == text.withUnsafeBytes { try? slow.parse($0, line: 1) })
            read += found == nil ? 0 : 1
        }
        #expect(read > 1000)
    }
}
