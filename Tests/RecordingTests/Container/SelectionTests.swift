import MCAP
import Records
import Testing

@testable import Recording

@Suite struct SelectionTests {
    /// A selection and what it takes of records in file order, spelt out.
    private func random(
        _ random: inout TestRandom, of records: [Arrived]
    ) -> (RecordSelection, [Arrived]) {
        var selection = RecordSelection()
        if random.chance(1, in: 2) {
            selection.topics = [random.pick(records).record.source.topic]
        }
        if random.chance(1, in: 3) { selection.partitions = [Int32(random.below(3))] }
        if random.chance(2, in: 3) {
            let low = Offset(random.below(1200))
            selection.offsets = low...(low + Offset(random.below(300)))
        }
        if random.chance(1, in: 3) {
            let times = [random.pick(records).arrivalNs, random.pick(records).arrivalNs].sorted()
            selection.arrivalsNs = times[0]...times[1]
        }
        if random.chance(1, in: 4) { selection.order = .arrival }
        let taken = records.filter { arrived in
            let source = arrived.record.source
            return (selection.topics.isEmpty || selection.topics.contains(source.topic))
                && (selection.partitions.isEmpty
                    || selection.partitions.contains(source.partition))
                && (selection.offsets?.contains(arrived.record.offset) ?? true)
                && selection.arrivalsNs.contains(arrived.arrivalNs)
        }
        return (selection, taken)
    }

    @Test(arguments: [0, 3, 30], [true, false])
    func `a selection gives what a look at every record gives`(
        goingBack: UInt32, isClosed: Bool
    ) throws {
        for number in 0..<8 {
            var random = TestRandom("selection \(goingBack) \(isClosed)", number)
            let records = Awkward.records(
                400, topics: ["a", "b"], goingBack: goingBack, random: &random)
            let folder = try TemporaryFolder()
            try Recorded.write(records, to: folder.path("a.mcap"), closing: isClosed)
            for _ in 0..<25 {
                let (selection, expected) = self.random(&random, of: records)
                #expect(
                    try Recorded.read(folder.path("a.mcap"), selection) == expected, "\(selection)")
            }
        }
    }

    @Test func `a selection goes over the files of a folder`() throws {
        var random = TestRandom("segments")
        let records = Awkward.records(600, topics: ["a", "b"], random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a"), chunkBytes: 500, rotateBytes: 4000)
        #expect(try folder.names(in: "a").count > 5)
        for _ in 0..<60 {
            let (selection, expected) = self.random(&random, of: records)
            #expect(try Recorded.read(folder.path("a"), selection) == expected, "\(selection)")
        }
    }

    /// Windows of partitions stand one behind the other, and with them times that overlap.
    @Test(arguments: [1, 700, 1_000_000])
    func `by time of arrival the files of a folder are one`(rotateBytes: Int) throws {
        let records = (0..<200).map { number in
            let (window, place) = (number / 20, number % 20)
            let (partition, round) = (window % 2, window / 2)
            return Arrived(
                record: Record(
                    source: TopicPartition("a", Int32(partition)),
                    offset: Offset(round * 20 + place),
                    timestamp: .create(1)),
                arrivalNs: UInt64(1000 + round * 100 + place * 4 + partition * 2))
        }
        let folder = try TemporaryFolder()
        try Recorded.write(
            records, to: folder.path("x"), chunkBytes: 1, rotateBytes: rotateBytes)
        let selection = RecordSelection(order: .arrival)
        #expect(
            try Recorded.read(folder.path("x"), selection)
                == records.sorted { $0.arrivalNs < $1.arrivalNs })
    }

    @Test func `what no file has of a topic or partition is named, with what there is`() throws {
        let folder = try TemporaryFolder()
        let names = [("a", 0), ("a", 1), ("a", 2), ("a", 7), ("b", 3)]
        let records = names.enumerated().map { index, name in
            Arrived(
                record: Record(
                    source: TopicPartition(name.0, Int32(name.1)), offset: 0, key: nil, value: nil),
                arrivalNs: UInt64(index + 1))
        }
        try Recorded.write(records, to: folder.path("x"), chunkBytes: 1, rotateBytes: 1)
        func refusal(_ topics: Set<String>, _ partitions: Set<Int32>) -> String? {
            let selection = RecordSelection(topics: topics, partitions: partitions)
            do {
                _ = try Recorded.read(folder.path("x"), selection)
                return nil
            } catch let error as RecordingError {
                return error.kind == .mismatch ? error.message : "\(error)"
            } catch { return "\(error)" }
        }
        #expect(
            refusal([], [9]) == "no partition 9 in this recording; it has a/0..2, a/7, b/3")
        #expect(
            refusal(["a"], [0, 3, 4])
                == "no partition 3, 4 of a in this recording; it has a/0..2, a/7")
        #expect(refusal(["a", "c"], [9]) == "no topic c in this recording; it has a, b")
        #expect(refusal(["a", "b"], [3, 7]) == nil)
        #expect(refusal(["b"], [3]) == nil)
    }

    @Test func `an offset is found without reading the file`() throws {
        let file = CountingFile()
        let source = TopicPartition("orders", 0)
        var options = WriterOptions()
        options.compression = .none
        let writer = try MCAPWriter(to: file, options: options)
        try writer.add(Recorded.identity.metadata)
        try writer.add(Schema(id: 1, name: RecordSchema.name, encoding: "protobuf", data: []))
        let channel = try writer.addChannel(
            topic: source.topic, messageEncoding: "protobuf", schemaID: 1,
            metadata: RecordingChannel.metadata(of: source))
        let filler = [UInt8](repeating: 7, count: 1000)
        for index in 0..<4000 {
            var block = RecordBlock(source: source)
            // Every second offset is missing.
            try block.append(Record(source: source, offset: Offset(index * 2), value: filler))
            let header = MessageHeader(channelID: channel, logTimeNs: UInt64(index) + 10)
            try block.withUnsafeBytes { try writer.append($0, header) }
            if index % 10 == 9 { try writer.closeChunk() }
        }
        try writer.close()
        let size = file.bytes.count
        let reader = try MCAPReader(file)
        let seek = try OffsetSeek(reader, path: "a.mcap")
        for (offsets, arrivals) in [
            (Offset(0)...0, UInt64(10)...10), (1001...1005, 511...512), (1001...1001, nil),
            (7998...9000, 4009...4009), (-5...1, 10...10), (7999...9000, nil),
            (0...Offset.max, 10...4009),
        ] as [(ClosedRange<Offset>, ClosedRange<UInt64>?)] {
            file.bytesRead = 0
            #expect(try seek.arrivals(of: offsets, in: channel, source) == arrivals)
            #expect(file.bytesRead < size / 10, "\(file.bytesRead) of \(size) bytes for \(offsets)")
        }
        file.bytesRead = 0
        #expect(try seek.places(.first, of: [channel: source])[channel]?.offset == 0)
        #expect(try seek.places(.last, of: [channel: source])[channel]?.offset == 7998)
        #expect(file.bytesRead < size / 10)
    }

    @Test(arguments: 0..<6)
    func `a binary search finds what a look at every record finds`(number: Int) throws {
        var random = TestRandom("seek", number)
        let records = Awkward.records(500, topics: ["a", "b"], random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a.mcap"), chunkBytes: 300)
        let reader = try MCAPReader(path: folder.path("a.mcap"))
        let seek = try OffsetSeek(reader, path: "a.mcap")
        for channel in try reader.index().channels {
            let source = try #require(RecordingChannel.source(of: channel))
            #expect(seek.isOrdered(channel.id))
            for _ in 0..<40 {
                let low = Offset(random.below(2500))
                let offsets = low...(low + Offset(random.below(60)))
                let expected = records.filter {
                    $0.record.source == source && offsets.contains($0.record.offset)
                }.map(\.arrivalNs)
                let found = try seek.arrivals(of: offsets, in: channel.id, source)
                #expect(found?.lowerBound == expected.first)
                #expect(found?.upperBound == expected.last)
            }
        }
    }

    @Test func `damage is told although nothing in front of it was asked for`() throws {
        var random = TestRandom("damage")
        let records = Awkward.records(300, topics: ["a"], random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a.mcap"))
        let bytes = try folder.bytes("a.mcap")
        try folder.write(bytes.prefix(bytes.count / 2), "cut.mcap")
        let (found, error) = try Recorded.readable(
            folder.path("cut.mcap"), RecordSelection(topics: ["nowhere"]))
        #expect(found.isEmpty)
        #expect(error?.kind == .damaged)
    }
}

/// A file in memory that counts what is read of it.
private final class CountingFile: ByteSource, ByteSink {
    private let file = MemoryFile()
    var bytesRead = 0

    var bytes: [UInt8] { file.bytes }
    var byteCount: UInt64 { file.byteCount }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
        let count = file.read(into: buffer, at: offset)
        bytesRead += count
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
        file.write(bytes, at: offset)
    }

    func truncate(to length: UInt64) { file.truncate(to: length) }

    func synchronize() {}
}
