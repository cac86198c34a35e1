import Records
import Testing

@testable import Interchange

/// What each format looks like, and what each parser refuses.
@Suite struct FormatTests {
    private let record = Arrived(
        record: Record(
            source: TopicPartition("orders", 3), offset: 7, timestamp: .create(1_700_000_000_123),
            key: Array("k\"1".utf8), value: [0xFF, 0x00, 0x01],
            headers: [Header("a", nil), Header("a", ""), Header("ü,", "x\ty")], leaderEpoch: 4),
        arrivalNs: 1_700_000_000_123_456_789)
    private let bare = Arrived(
        record: Record(source: TopicPartition("orders", 0), offset: 0, value: []), arrivalNs: 5)

    private func text(_ format: PrintedFormat) throws -> String {
        String(decoding: try Texts.print([record, bare], as: format), as: UTF8.self)
    }

    @Test func `NDJSON is as documented`() throws {
        #expect(
            try text(.ndjson) == #"""
                {"topic":"orders","partition":3,"offset":7,"timestamp_type":"create","timestamp_ms":1700000000123,"arrival":"2023-11-14T22:13:20.123456789Z","leader_epoch":4,"key":"k\"1","value":{"base64":"/wAB"},"headers":[{"name":"a","value":null},{"name":"a","value":""},{"name":"ü,","value":"x\ty"}]}
                {"topic":"orders","partition":0,"offset":0,"arrival":"1970-01-01T00:00:00.000000005Z","key":null,"value":"","headers":[]}

                """#)
    }

    @Test(arguments: ["value", "\"value\""])
    func `a table of somebody else's needs few columns, and may have a byte order mark`(
        _ first: String
    ) throws {
        let text =
            "\u{FEFF}\(first),topic,partition,offset,timestamp_ms\r\n"
            + "\"x, \"\"y\"\"\",a,0,1,5\r\n,a,0,2,\r\n"
        let records = try Texts.parse(text, as: .csv).map(\.record)
        #expect(
            records == [
                Record(
                    source: TopicPartition("a", 0), offset: 1, timestamp: .create(5),
                    value: Array("x, \"y\"".utf8)),
                Record(source: TopicPartition("a", 0), offset: 2),
            ])
    }

    @Test func `CSV is as documented`() throws {
        let expected = #"""
            topic,partition,offset,timestamp_type,timestamp_ms,arrival,leader_epoch,key_kind,key,value_kind,value,headers
            orders,3,7,create,1700000000123,2023-11-14T22:13:20.123456789Z,4,text,"k""1",base64,/wAB,"[{""name"":""a"",""value"":null},{""name"":""a"",""value"":""""},{""name"":""ü,"",""value"":""x\ty""}]"
            orders,0,0,,,1970-01-01T00:00:00.000000005Z,,null,,text,,[]

            """#
        #expect(
            try text(.csv)
                == expected.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: "\r\n"))
    }

    @Test func `a readable line takes nothing for something else`() throws {
        #expect(
            try text(.readable) == #"""
                orders/3@7  created 2023-11-14T22:13:20.123Z  arrived 2023-11-14T22:13:20.123456789Z  key=k"1  value="\xff\x00\x01"  headers=a:null, a:"", ü,:"x\ty"
                orders/0@0  untimed  arrived 1970-01-01T00:00:00.000000005Z  key=null  value=""

                """#)
    }

    /// Printed by kcat 1.7.1 with librdkafka 2.0.2 from a topic of the embedded broker.
    static let ofKcat: [(line: [UInt8], record: Record)] = {
        func line(_ text: String, raw: [UInt8] = []) -> [UInt8] {
            Array(text.utf8).split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
                .joined(separator: raw).map { $0 }
        }
        func record(
            _ offset: Offset, _ key: [UInt8]?, _ value: [UInt8]?, _ headers: [Header] = []
        ) -> Record {
            Record(
                source: TopicPartition("orders", 0), offset: offset,
                timestamp: .create(1_700_000_000_123), key: key, value: value, headers: headers)
        }
        let front = #"{"topic":"orders","partition":0,"offset":"#
        let middle = #","tstype":"create","ts":1700000000123,"broker":1,"#
        return [
            (
                line(front + "1" + middle + #""key":null,"payload":null}"#), record(1, nil, nil)
            ),
            (line(front + "2" + middle + #""key":"","payload":""}"#), record(2, [], [])),
            (
                line(
                    front + "3" + middle
                        + #""headers":["h",null,"h","","h","x~","é","é"],"key":"k","payload":"bin~\u0000\u0001 end"}"#,
                    raw: [0xFF]),
                record(
                    3, Array("k".utf8), Array("bin".utf8) + [0xFF, 0, 1] + Array(" end".utf8),
                    [
                        Header("h", nil), Header("h", ""),
                        Header(name: Array("h".utf8), value: [0x78, 0xFF]), Header("é", "é"),
                    ])
            ),
            (
                line(
                    front + "4" + middle
                        + #""key":"ctl","payload":"\u0000\u0001\b\t\n\u000B\f\r\u000E\u001F \"/[\\]"}"#
                ),
                record(
                    4, Array("ctl".utf8),
                    [0, 1, 8, 9, 10, 11, 12, 13, 14, 31] + Array(" \"/[\\]".utf8))
            ),
        ]
    }()

    @Test func `lines of kcat are read, and written again as kcat wrote them`() throws {
        for (line, record) in Self.ofKcat {
            let parsed = try Texts.parse(line + [0x0A], as: .kcat)
            #expect(parsed == [ParsedRecord(record: record)])
            let again = try Texts.print([Arrived(record: record, arrivalNs: 0)], as: .kcat)
            let expected = String(decoding: line, as: UTF8.self).replacing(
                #""broker":1"#, with: #""broker":-1"#)
            #expect(String(decoding: again, as: UTF8.self) == expected + "\n")
        }
    }

    private static let good =
        #"{"topic":"a","partition":0,"offset":1,"key":null,"value":null}"#

    static let refusals: [(RecordParser.Layout, String, String)] = [
        (.ndjson, "\(good)\nno", "line 2: no { at byte 1"),
        (.ndjson, #"{"topic":"a"}"#, #"line 1: no "key""#),
        (.ndjson, #"{"topic":"a","key":null,"value":null,"partition":0}"#, #"no "offset""#),
        (.ndjson, good.replacing("null", with: "5"), "no {"),
        (.ndjson, good.replacing("0", with: "-1"), "partition -1"),
        (.ndjson, good.replacing("1", with: "-1"), "offset -1; records have 0 to"),
        (
            .ndjson, good.replacing("1", with: "9223372036854775807"),
            "line 1: offset 9223372036854775807; records have 0 to 9223372036854775806"
        ),
        (.ndjson, good.replacing("0", with: "1e3"), "no whole number from"),
        (.ndjson, good.replacing("0", with: "99999999999"), "to 2147483647"),
        (.ndjson, good + good, "more behind the object"),
        (.ndjson, good.replacing("value", with: "valeu"), #"the member "valeu""#),
        (.ndjson, good.replacing("value", with: "key"), #""key" a second time"#),
        (.ndjson, good.replacing("null}", with: #"{"base64":"!"}}"#), "no base64"),
        (.ndjson, good.replacing("null}", with: "{}}"), "base64"),
        (.ndjson, good.replacing("null}", with: #""\ud800x"}"#), "half a surrogate pair"),
        (.ndjson, good.replacing("null}", with: #""\x"}"#), "an escape that JSON does not have"),
        (.ndjson, good.replacing("null}", with: #""a"#), "an end inside a string"),
        (.ndjson, good.dropLast() + #","timestamp_ms":1}"#, "a timestamp without its type"),
        (
            .ndjson, good.dropLast() + #","timestamp_type":"create"}"#,
            "a timestamp type without the timestamp"
        ),
        (.ndjson, good.dropLast() + #","arrival":"yesterday"}"#, "is no time from 1970"),
        (.ndjson, good.dropLast() + #","headers":[{"name":"a"}]}"#, "without name or value"),
        (
            .kcat, #"{"topic":"a","partition":0,"offset":1,"key":{"id":1},"payload":""}"#,
            "kcat decoded it (-s avro)"
        ),
        (
            .kcat,
            #"{"topic":"a","partition":0,"offset":1,"headers":["a"],"key":"","payload":""}"#,
            "a header without a value"
        ),
        (.kcat, good, #"the member "value", which kcat 1.7 does not write"#),
        (.csv, "topic,partition\n", "does not name the column offset"),
        (.csv, "topic,topic\n", "the column \"topic\""),
        (.csv, csv("a,0,x,null,,null,"), "line 2: offset \"x\" is no whole number"),
        (.csv, csv("a,0,1,null,,null"), "6 fields where there are 7 columns"),
        (.csv, csv("a,0,1,nil,,null,"), "key_kind \"nil\"; there are null, text and base64"),
        (.csv, csv("a,0,1,null,x,null,"), "key has text although its kind is null"),
        (.csv, csv("a,0,1,base64,!,null,"), "key is no base64"),
        (.csv, csv("a,0,1,text,\"x,null,"), "line 2: the text ends inside quotes"),
        (.csv, csv("a,0,1,text,\"x\"y,null,"), "text behind the closing quote"),
        (.csv, csv("a,0,1,text,x\"y,null,"), "a quote inside a field"),
        (.csv, csv("a,0,1,null,,null,\r"), ""),
        (
            .console(ConsoleLayout(topic: "a", fields: [.key, .value])), "one",
            "1 fields between separators; key, value were expected"
        ),
        (
            .console(ConsoleLayout(topic: "a", fields: [.value])), "Offset:x\ty",
            "Offset \"x\" is no whole number"
        ),
        (
            .console(ConsoleLayout(topic: "a", fields: [.value])), "x\ty",
            "\"x\" in front of headers, key and value"
        ),
        (
            .console(ConsoleLayout(topic: "a", fields: [.value])), "\u{1b}[2J\u{0}\ty",
            "\"\\u{1b}[2J\\u{0}\" in front of headers, key and value"
        ),
    ]

    private static func csv(_ row: String) -> String {
        "topic,partition,offset,key_kind,key,value_kind,value\r\n\(row)"
    }

    @Test(arguments: refusals)
    func `text that is no record is refused with its line and what is wrong`(
        layout: RecordParser.Layout, text: String, expected: String
    ) throws {
        if expected.isEmpty {
            #expect(try Texts.parse(text, as: layout).count == 1)
            return
        }
        let error = #expect(throws: InterchangeError.self) {
            try Texts.parse(text, as: layout)
        }
        #expect(error?.kind == .malformed)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("text, line ") == true)
    }

    @Test func `a row of several lines is named by its first`() throws {
        let text = Self.csv("a,0,1,text,\"one\ntwo\",null,\na,0,2,text,\"\n\n\",bad,\n")
        let error = #expect(throws: InterchangeError.self) { try Texts.parse(text, as: .csv) }
        #expect(error?.message.hasPrefix("text, line 4: ") == true, "\(error?.message ?? "")")
    }

    @Test func `changed text never crashes a parser`() throws {
        var random = TestRandom("mutations")
        let records = Awkward.records(30, random: &random)
        let layouts: [(PrintedFormat, RecordParser.Layout)] = [
            (.ndjson, .ndjson), (.csv, .csv), (.kcat, .kcat),
            (.readable, .console(ConsoleLayout(topic: "a", fields: [.key, .value]))),
        ]
        var refused = 0
        for (format, layout) in layouts {
            let text = try Texts.print(records, as: format)
            for _ in 0..<300 {
                var changed = text
                for _ in 0...random.below(3) {
                    let place = random.below(changed.count)
                    switch random.below(4) {
                    case 0: changed[place] = UInt8(random.below(256))
                    case 1: changed.remove(at: place)
                    case 2: changed.insert(UInt8(random.below(256)), at: place)
                    default: changed.removeLast(changed.count - place)
                    }
                    if changed.isEmpty { changed = [0x0A] }
                }
                do {
                    _ = try Texts.parse(changed, as: layout)
                } catch is InterchangeError {
                    refused += 1
                }
            }
        }
        #expect(refused > 300)
    }
}
