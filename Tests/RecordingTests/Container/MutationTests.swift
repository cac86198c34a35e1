import Foundation
import MCAP
import Records
import Testing

@testable import Recording

/// Files that lie: without checksums nothing catches a change but the reader's own care.
@Suite struct MutationTests {
    /// A recording without any checksum, uncompressed, with all indexes.
    private func unchecked(_ records: [Arrived]) throws -> [UInt8] {
        let file = MemoryFile()
        var options = WriterOptions()
        options.compression = .none
        options.chunkBytes = 500
        options.chunkCRC = false
        options.dataCRC = false
        options.summaryCRC = false
        let writer = try MCAPWriter(to: file, options: options)
        try writer.add(Recorded.identity.metadata)
        try writer.add(Schema(id: 1, name: RecordSchema.name, encoding: "protobuf", data: []))
        var channels: [TopicPartition: UInt16] = [:]
        for arrived in records {
            let source = arrived.record.source
            let channel =
                try channels[source]
                ?? writer.addChannel(
                    topic: source.topic, messageEncoding: "protobuf", schemaID: 1,
                    metadata: RecordingChannel.metadata(of: source))
            channels[source] = channel
            var block = RecordBlock(source: source)
            try block.append(arrived.record)
            let header = MessageHeader(channelID: channel, logTimeNs: arrived.arrivalNs)
            try block.withUnsafeBytes { try writer.append($0, header) }
        }
        try writer.close()
        return file.bytes
    }

    @Test(arguments: 0..<4)
    func `a file that lies never crashes a reader`(number: Int) throws {
        var random = TestRandom("lies", number)
        let records = Awkward.records(60, topics: ["a", "b"], partitions: 2, random: &random)
        let bytes = try unchecked(records)
        let folder = try TemporaryFolder()
        try folder.write(bytes, "a.mcap")
        #expect(try Recorded.read(folder.path("a.mcap")) == records)
        let path = folder.path("changed.mcap")
        var refused = 0
        for _ in 0..<200 {
            var changed = bytes
            for _ in 0...random.below(3) {
                // Half of the changes in the summary, which steers everything else.
                let tail = random.chance(1, in: 2) ? changed.count / 2 : 0
                let place = tail + random.below(changed.count - tail)
                switch random.below(5) {
                case 0: changed[place] = 0xFF
                case 1: changed[place] = 0
                case 2: changed[place] ^= 1 << UInt8(random.below(8))
                case 3: changed.remove(at: place)
                default: changed.insert(UInt8(random.below(256)), at: place)
                }
            }
            try folder.write(changed, "changed.mcap")
            let low = Offset(random.below(1000))
            let selections = [
                RecordSelection(), RecordSelection(offsets: low...(low + 100)),
                RecordSelection(partitions: [1], order: .arrival),
            ]
            let attempts: [() throws -> Void] =
                selections.map { selection in
                    { _ = try Recorded.read(path, selection) }
                } + [
                    { _ = try RecordingSummary(path: path) },
                    { _ = try RecordingSummary(path: path, checking: true) },
                    {
                        defer { try? folder.remove("out.mcap") }
                        _ = try RecordingRecovery(of: path, to: folder.path("out.mcap"))
                    },
                ]
            for attempt in attempts {
                do { try attempt() } catch is RecordingError { refused += 1 }
            }
        }
        #expect(refused > 200)
    }
}
