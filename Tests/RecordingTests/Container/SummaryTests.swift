import Foundation
import MCAP
import Perturbation
import Records
import Testing

@testable import Recording

@Suite struct SummaryTests {
    private func record(_ topic: String, _ offset: Offset, _ arrivalNs: UInt64) -> Arrived {
        Arrived(
            record: Record(source: TopicPartition(topic, 0), offset: offset), arrivalNs: arrivalNs)
    }

    @Test func `gaps in offsets are counted`() throws {
        let folder = try TemporaryFolder()
        let offsets: [Offset] = [5, 6, 9, 10, 40]
        try Recorded.write(
            offsets.enumerated().map { record("a", $1, UInt64($0) + 1) },
            to: folder.path("a.mcap"), chunkBytes: 60)
        let summary = try RecordingSummary(path: folder.path("a.mcap"))
        #expect(summary.chunks > 1)
        #expect(summary.ending == .closed)
        #expect(summary.arrivalsNs == 1...5)
        let partition = try #require(summary.partitions.first)
        #expect(partition.records == 5)
        #expect(partition.offsets == 5...40)
        #expect(partition.missing == 31)
        #expect(partition.returns == 0)
    }

    @Test(arguments: [-1, Offset.max])
    func `an offset that no record can have is damage`(offset: Offset) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mcap")
        let recorder = try BulkRecorder(creating: path, identity: Recorded.identity)
        try recorder.append(record("orders", offset, 5).record, arrivalNs: 5)
        try recorder.close()
        let error = #expect(throws: RecordingError.self) {
            let reader = try RecordingReader(path: path)
            while try reader.next() { try reader.withRecord { _ in } }
        }
        #expect(error?.kind == .damaged)
        #expect(error?.message.contains("offset \(offset), which no record can have") == true)
    }

    @Test func `lost offsets add up to no more than a number holds`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.jsonl")
        var text = TextBuffer()
        text.append(ScheduleHeader(recording: "id", tool: "tests", plan: .standard))
        for partition: Int32 in 0..<3 {
            text.append(
                Loss(
                    source: TopicPartition("orders", partition), start: 0, through: .max - 1,
                    policy: .earliest))
        }
        try Data(text.string.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try ScheduleSummary(path: path).lostOffsets == .max)
    }

    /// A recording that another program wrote: records of `orders/0` in one channel that says nothing of order.
    private func write(
        _ records: [(offset: Offset, arrivalNs: UInt64)], to path: String, chunked: Bool,
        metadata: StringMap = RecordingChannel.metadata(of: TopicPartition("orders", 0))
    ) throws {
        var options = WriterOptions()
        if !chunked { options.chunkBytes = nil }
        let writer = try MCAPWriter(to: DiskFile(path, .create), options: options)
        try writer.add(Recorded.identity.metadata)
        try writer.add(Schema(id: 1, name: RecordSchema.name, encoding: "protobuf", data: []))
        let channel = try writer.addChannel(
            topic: "orders", messageEncoding: "protobuf", schemaID: 1, metadata: metadata)
        for (offset, arrivalNs) in records {
            var block = RecordBlock(source: TopicPartition("orders", 0))
            try block.append(Record(source: block.source, offset: offset))
            let header = MessageHeader(channelID: channel, logTimeNs: arrivalNs)
            try block.withUnsafeBytes { try writer.append($0, header) }
        }
        try writer.close()
    }

    @Test(arguments: [true, false])
    func `recordings of other programs are counted, and their order looked at`(
        _ chunked: Bool
    ) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mcap")
        try write([(3, 1), (4, 2), (9, 3)], to: path, chunked: chunked)
        let whole = try RecordingSummary(path: path, checking: true)
        #expect(whole.records == 3 && whole.partitions.first?.offsets == 3...9)
        #expect(whole.disordered.isEmpty)
        for (name, records) in [
            ("back.mcap", [(7, 1), (8, 2), (3, 3)]),
            ("inner.mcap", [(1, 1), (8, 2), (3, 3), (9, 4)]),
            ("times.mcap", [(1, 5), (2, 4)]),
        ] as [(String, [(Offset, UInt64)])] {
            let path = folder.path(name)
            try write(records, to: path, chunked: chunked)
            let summary = try RecordingSummary(path: path, checking: true)
            #expect(summary.records == UInt64(records.count), "\(name)")
            // Nothing is looked for by its offset in a file without chunks.
            #expect(summary.disordered == (chunked ? [TopicPartition("orders", 0)] : []), "\(name)")
        }
        #expect(try RecordingSummary(path: folder.path("back.mcap")).records == 3)
    }

    @Test func `messages of which none is a record are no empty recording`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mcap")
        try write([(3, 1), (4, 2)], to: path, chunked: true, metadata: [:])
        let reader = try RecordingReader(path: path)
        let error = #expect(throws: RecordingError.self) { try reader.next() }
        #expect(
            error?.message
                == "none of its 2 messages is a record of a Kafka topic: a channel of records is protobuf and "
                + "has `partition` in its metadata")
    }

    @Test func `times of arrival rise in each partition, and are else as they were`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mcap")
        let recorder = try BulkRecorder(creating: path, identity: Recorded.identity)
        let records: [(Int32, Offset, UInt64)] = [
            (0, 1, 50), (0, 2, 60), (1, 1, 10), (1, 2, 55), (0, 3, 61), (1, 3, 55),
        ]
        for (partition, offset, arrivalNs) in records {
            try recorder.append(
                Record(source: TopicPartition("a", partition), offset: offset), arrivalNs: arrivalNs
            )
        }
        try recorder.close()
        #expect(recorder.arrivalsRaised == 1)
        #expect(try Recorded.read(path).map(\.arrivalNs) == [50, 60, 10, 55, 61, 56])
    }

    @Test func `offsets that start again are told`() throws {
        let folder = try TemporaryFolder()
        let offsets: [Offset] = [100, 101, 102, 0, 1, 2, 1]
        try Recorded.write(
            offsets.enumerated().map { record("a", $1, UInt64($0) + 1) },
            to: folder.path("a.mcap"), chunkBytes: 60)
        let partition = try #require(
            try RecordingSummary(path: folder.path("a.mcap")).partitions.first)
        #expect(partition.records == 7)
        #expect(partition.offsets == 0...102)
        #expect(partition.missing == nil)
        #expect(partition.returns == 2)
        // All that have an offset are found, in front of and behind the place.
        let found = try Recorded.read(folder.path("a.mcap"), RecordSelection(offsets: 1...101))
        #expect(found.map(\.record.offset) == [100, 101, 1, 2, 1])
    }

    @Test func `offsets that start again behind a restart are told`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mcap")
        var options = RecordingWriter.Options()
        options.chunkBytes = 60
        var place: Checkpoint.Place?
        do {
            let writer = try RecordingWriter(
                creating: path, identity: Recorded.identity, options: options)
            try Recorded.append((0..<10).map { record("a", $0, UInt64($0) + 1) }, to: writer)
            try Recorded.append([record("b", 7, 50)], to: writer)
            place = try writer.closeChunk()
        }
        do {
            let writer = try RecordingWriter(
                resuming: path, at: #require(place), identity: Recorded.identity, options: options)
            try Recorded.append([record("a", 10, 60), record("b", 7, 61)], to: writer)
            try writer.close()
        }
        let summary = try RecordingSummary(path: path)
        #expect(summary.partitions.map(\.returns) == [0, 1])
        #expect(summary.partitions.map(\.missing) == [0, nil])
        let names = try MCAPReader(path: path).metadata().map(\.name)
        #expect(names == ["kerfuffle", "kerfuffle.unordered"])
    }

    @Test(arguments: 0..<6)
    func `a summary by way of the index says what a look at every record says`(number: Int) throws {
        var random = TestRandom("summary", number)
        let records = Awkward.records(
            500, topics: ["a", "b"], goingBack: number % 2 == 0 ? 0 : 20, random: &random)
        let folder = try TemporaryFolder()
        let isFolder = number % 3 == 2
        try Recorded.write(
            records, to: folder.path("a"), chunkBytes: 700, rotateBytes: isFolder ? 5000 : nil)
        let summary = try RecordingSummary(path: folder.path("a"))
        #expect(summary.isFolder == isFolder)
        #expect(summary.arrivalsNs == records[0].arrivalNs...records[499].arrivalNs)
        let byPartition = Dictionary(grouping: records, by: \.record.source)
        #expect(summary.partitions.map(\.source) == byPartition.keys.sorted())
        for partition in summary.partitions {
            let offsets = try #require(byPartition[partition.source]).map(\.record.offset)
            let returns = zip(offsets, offsets.dropFirst()).count { $1 <= $0 }
            let range = try #require(offsets.min())...#require(offsets.max())
            #expect(partition.records == UInt64(offsets.count))
            #expect(partition.offsets == range)
            #expect(partition.returns == UInt64(returns))
            #expect(
                partition.missing == (returns == 0 ? UInt64(range.count - offsets.count) : nil))
        }
    }

    @Test func `an open file and a flipped byte are told`() throws {
        var random = TestRandom("open")
        let records = Awkward.records(300, topics: ["a"], random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("open.mcap"), closing: false)
        let open = try RecordingSummary(path: folder.path("open.mcap"))
        #expect(open.ending == .open)
        #expect(open.records == 300)

        try Recorded.write(records, to: folder.path("a.mcap"))
        var bytes = try folder.bytes("a.mcap")
        let chunk = try #require(
            try MCAPReader(path: folder.path("a.mcap")).index().chunks.dropFirst(2).first)
        bytes[Int(chunk.chunkStart + chunk.chunkLength / 2)] ^= 4
        try folder.write(bytes, "flipped.mcap")
        let unchecked = try RecordingSummary(path: folder.path("flipped.mcap"))
        #expect(unchecked.ending == .closed)
        let checked = try RecordingSummary(path: folder.path("flipped.mcap"), checking: true)
        guard case .damaged(let damage) = checked.ending else {
            Issue.record("a flipped byte was not found: \(checked.ending)")
            return
        }
        #expect(damage.byte == chunk.chunkStart)
        #expect(damage.chunks == 2)
        #expect(!damage.isCut)
    }

    @Test func `a summary may claim more bytes than a number holds`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Regressions/claims.mcap").path
        let summary = try RecordingSummary(path: path)
        #expect(summary.uncompressedBytes == .max)
    }
}
