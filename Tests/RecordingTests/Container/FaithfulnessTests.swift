import Foundation
import MCAP
import Recording
import Records
import Testing

@Suite struct RecordingFaithfulnessTests {
    @Test(arguments: 0..<20)
    func `whatever a record has comes back`(number: Int) throws {
        var random = TestRandom("faithful", number)
        let records = Awkward.records(200, random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a.mcap"))
        #expect(try Recorded.read(folder.path("a.mcap")) == records)
    }

    static let absences: [([UInt8]?, [UInt8]?, [UInt8]?)] = {
        let choices: [[UInt8]?] = [nil, [], [0]]
        return choices.flatMap { key in
            choices.flatMap { value in choices.map { (key, value, $0) } }
        }
    }()

    @Test(arguments: absences)
    func `null, empty and a zero byte are three things`(
        key: [UInt8]?, value: [UInt8]?, headerValue: [UInt8]?
    ) throws {
        let source = TopicPartition("orders", 0)
        let record = Record(
            source: source, offset: 0, key: key, value: value,
            headers: [Header(name: [], value: headerValue)])
        let folder = try TemporaryFolder()
        try Recorded.write([Arrived(record: record, arrivalNs: 1)], to: folder.path("a.mcap"))
        let back = try #require(try Recorded.read(folder.path("a.mcap")).first)
        #expect(back.record.key == key)
        #expect(back.record.value == value)
        #expect(back.record.headers == record.headers)
    }

    @Test func `a recording says what it is, and no more`() throws {
        let folder = try TemporaryFolder()
        try Recorded.write([], to: folder.path("a.mcap"))
        let reader = try RecordingReader(path: folder.path("a.mcap"))
        #expect(reader.identity == Recorded.identity)
        let metadata = try MCAPReader(path: folder.path("a.mcap")).metadata()
        #expect(
            metadata.map { $0.entries.map(\.key).sorted() } == [
                ["clock", "cluster", "format_version", "recording", "subscriptions", "tool"]
            ])
    }

    @Test func `another format version is refused, and so is a recording of another program`()
        throws
    {
        let folder = try TemporaryFolder()
        for (name, version) in [("later.mcap", "2"), ("none.mcap", nil)] {
            let writer = try MCAPWriter(to: DiskFile(folder.path(name), .create))
            let entries: StringMap = version.map { ["format_version": $0] } ?? ["recording": "x"]
            try writer.add(Metadata(name: "kerfuffle", entries: entries))
            try writer.close()
            let error = #expect(throws: RecordingError.self) {
                try RecordingReader(path: folder.path(name))
            }
            #expect(error?.kind == .mismatch)
            #expect(error?.message.contains(version ?? "no format version") == true)
        }
        let other = try MCAPWriter(to: DiskFile(folder.path("other.mcap"), .create))
        let channel = try other.addChannel(
            topic: "/chatter", messageEncoding: "json", schemaID: 0)
        for time in 1...7 {
            try other.append([1], MessageHeader(channelID: channel, logTimeNs: UInt64(time)))
        }
        try other.close()
        let reader = try RecordingReader(path: folder.path("other.mcap"))
        #expect(reader.identity == nil)
        let error = #expect(throws: RecordingError.self) { try reader.next() }
        #expect(error?.kind == .mismatch)
        #expect(error?.message.contains("none of its 7 messages is a record") == true)
        let summary = try RecordingSummary(path: folder.path("other.mcap"))
        #expect(summary.records == 0 && summary.messages == 7)
    }

    @Test func `more topic-partitions than an MCAP file has numbers for are refused by name`()
        throws
    {
        let folder = try TemporaryFolder()
        let writer = try RecordingWriter(
            creating: folder.path("a.mcap"), identity: Recorded.identity)
        for partition in 0..<65535 {
            var block = RecordBlock(source: TopicPartition("wide", Int32(partition)))
            try block.append(
                Record(source: block.source, offset: 0), arrivalNs: UInt64(partition) + 1)
            try writer.append(block)
        }
        var one = RecordBlock(source: TopicPartition("wide", 65535))
        try one.append(Record(source: one.source, offset: 0), arrivalNs: 70000)
        let error = #expect(throws: RecordingError.self) { try writer.append(one) }
        #expect(error?.message.contains("wide/65535 is topic-partition number 65,536") == true)
        // What was there before is not harmed.
        try writer.close()
        let statistics = try MCAPReader(path: folder.path("a.mcap")).index().statistics
        #expect(statistics.channels == 65535)
        #expect(statistics.messages == 65535)
    }
}
