import Perturbation
import Records
import Testing

@testable import Interchange

@Suite struct InterchangeRoundTripTests {
    static let lossless: [(PrintedFormat, RecordParser.Layout)] = [
        (.ndjson, .ndjson), (.csv, .csv),
    ]

    @Test(arguments: 0..<10)
    func `NDJSON and CSV keep everything, in whatever pieces they come`(number: Int) throws {
        for (format, layout) in Self.lossless {
            var random = TestRandom("lossless", number)
            let records = Awkward.records(150, random: &random)
            let text = try Texts.print(records, as: format)
            #expect(String(validating: text, as: UTF8.self) != nil, "\(format)")
            for pieces in [[Int.max], [1], [7, 100, 3]] {
                let parsed = try Texts.parse(text, as: layout, pieces: pieces)
                let back = try parsed.map {
                    Arrived(record: $0.record, arrivalNs: try #require($0.arrivalNs))
                }
                #expect(back == records, "\(format)")
            }
        }
    }

    @Test(arguments: [RecordParser.Layout.ndjson, .kcat])
    func `a byte order mark is passed over, a topic without a name is not`(
        _ layout: RecordParser.Layout
    ) throws {
        func parse(_ topic: String) throws -> [ParsedRecord] {
            let kcat =
                "\"broker\":-1,\"tstype\":\"create\",\"ts\":5,\"headers\":[],\"key\":null,\"payload\":null"
            let own = "\"key\":null,\"value\":null"
            let line =
                "{\"topic\":\"\(topic)\",\"partition\":0,\"offset\":1,\(layout == .kcat ? kcat : own)}\n"
            return try Texts.parse([0xEF, 0xBB, 0xBF] + Array(line.utf8), as: layout)
        }
        #expect(try parse("orders").map(\.record.offset) == [1])
        let error = #expect(throws: InterchangeError.self) { try parse("") }
        #expect(error?.message.hasSuffix("the topic \"\", which is no topic's name") == true)
    }

    @Test(arguments: 0..<10)
    func `kcat's JSON keeps all but arrival and leader epoch`(number: Int) throws {
        var random = TestRandom("kcat", number)
        let records = Awkward.records(150, random: &random)
        let text = try Texts.print(records, as: .kcat)
        for pieces in [[Int.max], [1], [7, 100, 3]] {
            let parsed = try Texts.parse(text, as: .kcat, pieces: pieces)
            let expected = records.map { arrived in
                var record = arrived.record
                record.leaderEpoch = nil
                return ParsedRecord(record: record)
            }
            #expect(parsed == expected)
        }
    }

    @Test func `raw bytes in kcat's JSON are counted and told`() throws {
        var printer = RecordPrinter(.kcat)
        #expect(printer.notices.isEmpty)
        let source = TopicPartition("a", 0)
        for value in [[0xFF], Array("text".utf8), [0xC3]] as [[UInt8]] {
            var block = RecordBlock(source: source)
            try block.append(Record(source: source, offset: 0, value: value))
            var text = TextBuffer()
            printer.append(block, at: 0, into: &text)
        }
        #expect(printer.recordsOfRawBytes == 2)
        #expect(printer.notices.first?.hasPrefix("2 records hold bytes") == true)
    }
}
