import Perturbation
import Records
import Testing

@testable import Interchange

/// Lines of kafka-console-consumer, and for kafka-console-producer and kcat -P.
@Suite struct ConsoleTests {
    @Test func `lines of kafka-console-consumer are read`() throws {
        let text = """
            CreateTime:1700000000123\tPartition:2\tOffset:9\tDelivery:NOT_PRESENT\tEpoch:3\ta:1,b:null\tk1\tv1
            NO_TIMESTAMP\tPartition:2\tOffset:10\tEpoch:NOT_PRESENT\tNO_HEADERS\tnull\t
            """
        let layout = ConsoleLayout(topic: "orders", fields: [.headers, .key, .value])
        let source = TopicPartition("orders", 2)
        #expect(
            try Texts.parse(text, as: .console(layout)).map(\.record) == [
                Record(
                    source: source, offset: 9, timestamp: .create(1_700_000_000_123),
                    key: Array("k1".utf8), value: Array("v1".utf8),
                    headers: [Header("a", "1"), Header("b", nil)], leaderEpoch: 3),
                Record(source: source, offset: 10, key: nil, value: []),
            ])
        // Values alone: offsets are counted.
        let values = ConsoleLayout(topic: "orders", fields: [.value])
        let plain = try Texts.parse("one\n\nthree\n", as: .console(values)).map(\.record)
        #expect(plain.map(\.offset) == [0, 1, 2])
        #expect(plain.map(\.value) == [Array("one".utf8), [], Array("three".utf8)])
    }

    /// Separators that random records hold now and then, and some that none holds.
    static let layouts = [
        ConsoleLayout(topic: "orders", fields: [.headers, .key, .value]),
        ConsoleLayout(topic: "orders", fields: [.key, .value], separator: Array("|".utf8)),
        ConsoleLayout(topic: "orders", fields: [.value], null: []),
        ConsoleLayout(
            topic: "orders", fields: [.headers, .key, .value], separator: [0x1F, 0x1F],
            lineSeparator: [0x1E, 0x1E, 0x0A], headersSeparator: [0x1D, 0x1D],
            null: Array("<null>".utf8)),
    ]

    @Test(arguments: layouts, 0..<3)
    func `a record without a notice comes back, in whatever pieces`(
        layout: ConsoleLayout, number: Int
    ) throws {
        var random = TestRandom("console", number)
        var told = 0
        for arrived in Awkward.records(120, topics: ["orders"], random: &random) {
            var printer = RecordPrinter(.console, console: layout)
            let text = try Texts.print([arrived], by: &printer)
            let isMistaken = printer.notices.contains { $0.contains("hold a separator") }
            // A value may hold the separator for a producer, and not for an import.
            let value = arrived.record.value ?? []
            let holds =
                value[...].firstPlace(of: layout.separator, from: 0) != nil
            if isMistaken || holds { continue }
            told += 1
            for pieces in [[Int.max], [1], [2, 5]] {
                let back = try #require(
                    try Texts.parse(text, as: .console(layout), pieces: pieces).first?.record)
                #expect(back.value == arrived.record.value)
                if layout.fields.contains(.key) { #expect(back.key == arrived.record.key) }
                if layout.fields.contains(.headers) {
                    #expect(back.headers == arrived.record.headers)
                }
            }
        }
        #expect(told > 10)
    }

    @Test func `what its lines lose is counted`() throws {
        var printer = RecordPrinter(
            .console, console: ConsoleLayout(topic: "", fields: [.key, .value]))
        func record(_ key: String?, _ value: [UInt8]?, _ headers: [Header] = []) -> Arrived {
            Arrived(
                record: Record(
                    source: TopicPartition("a", 0), offset: 0, key: key.map { Array($0.utf8) },
                    value: value, headers: headers), arrivalNs: 1)
        }
        let text = try Texts.print(
            [
                record("k", Array("a value\twith a tab is the rest of the line".utf8)),
                record("a\ttab", []), record("null", []), record(nil, Array("two\nlines".utf8)),
                record("", Array("\r".utf8)), record("k", [0xFF]),
                record("k", nil, [Header("a", "b")]),
            ], by: &printer)
        #expect(text.starts(with: "k\ta value\twith".utf8))
        #expect(
            printer.notices == [
                "4 records hold a separator, a line end or the word for null, and will be read as "
                    + "others; choose separators that no record holds",
                "1 records have headers, which --fields leaves out",
                "1 records hold bytes that are not UTF-8; kcat sends them as they are, "
                    + "kafka-console-producer replaces them",
            ])
    }

    @Test(arguments: [
        ("Partition:1\tPartition:1\tv", "\"Partition:1\" in front of headers, key and value"),
        ("Offset:1\tPartition:1\tv", "\"Partition:1\" in front of"),
        ("CreateTime:soon\tv", "CreateTime \"soon\" is no whole number"),
        ("CreateTime:99999999999999999999\tv", "is no whole number"),
        ("key\tv", "a record that holds the separator cannot be told apart"),
        ("Partition:-1\tv", "partition -1"),
    ])
    func `what cannot stand in front of a value is refused`(line: String, sentence: String) {
        let layout = ConsoleLayout(topic: "orders", fields: [.value])
        let error = #expect(throws: InterchangeError.self) {
            try Texts.parse(line, as: .console(layout))
        }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test func `bytes at the seams of separators are seen`() throws {
        // The key's end and the separator together hold the separator earlier.
        let layout = ConsoleLayout(
            topic: "", fields: [.key, .value], separator: [0x1F, 0x1F],
            lineSeparator: [0x1E, 0x1E])
        for (key, value, isTold) in [
            ([0x41], [0x1F], true), ([0x41, 0x1F], [], false), ([], [0x1E], false),
            ([0x1E], [0x41], true),
        ] as [([UInt8], [UInt8], Bool)] {
            var printer = RecordPrinter(.console, console: layout)
            _ = try Texts.print(
                [
                    Arrived(
                        record: Record(
                            source: TopicPartition("a", 0), offset: 0, key: key, value: value),
                        arrivalNs: 1)
                ], by: &printer)
            #expect(printer.notices.isEmpty == isTold, "\(key) \(value)")
        }
    }
}
