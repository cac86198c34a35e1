import Foundation
import MCAP
import Testing

/// Files go to and come from the `mcap` package of PyPI.
@Suite(.enabled(if: Python.hasMCAP, "python3 can import mcap (pip install mcap)"))
struct ExchangeTests {
    private static let count = 400

    /// What exchange.py calls `message(index)`.
    private static let messages: [Sent] = (0..<count).map { index in
        let logTime = 1000 + 10 * index - (index % 5 == 4 ? 25 : 0)
        let data = (0..<(index % 90)).map { UInt8(truncatingIfNeeded: index * 7 + $0) }
        let header = MessageHeader(
            channelID: UInt16(1 + index % 3), sequence: UInt32(index),
            logTimeNs: UInt64(logTime), publishTimeNs: UInt64(index))
        return Sent(header: header, data: data)
    }

    private struct Answer: Decodable {
        var library: String
        var indexed: [Row]
        var fileOrder: [Row]
        var seek: [Row]
        var forward: [Row]
        var records: Int
        var counts: [Int]
        var chunks: Int
        var schemas: [[String]]
        var attachments: [String]
        var metadata: [Named]

        /// A message as a list of unlike things.
        struct Row: Decodable {
            var sent: Sent
            var partition: String

            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                let channel = try list.decode(UInt16.self)
                partition = try list.decode(String.self)
                let sequence = try list.decode(UInt32.self)
                let logTime = try list.decode(UInt64.self)
                let publishTime = try list.decode(UInt64.self)
                let hex = Array(try list.decode(String.self).utf8)
                sent = Sent(
                    header: MessageHeader(
                        channelID: channel, sequence: sequence, logTimeNs: logTime,
                        publishTimeNs: publishTime),
                    data: stride(from: 0, to: hex.count, by: 2).compactMap {
                        UInt8(String(decoding: hex[$0...$0 + 1], as: UTF8.self), radix: 16)
                    })
            }
        }

        struct Named: Decodable, Equatable {
            var name: String
            var entries: [String: String]

            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                name = try list.decode(String.self)
                entries = try list.decode([String: String].self)
            }
        }
    }

    @Test(arguments: [Compression.zstd(level: 1), .lz4, .none])
    func `the mcap package reads our files by index and without`(
        compression: Compression
    ) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("ours.mcap")
        var options = Sample.options(compression)
        options.chunkBytes = 3000
        let writer = try MCAPWriter(
            to: DiskFile(path, .create), header: Header(library: "kerfuffle"), options: options)
        try writer.add(Sample.metadata)
        let schema = try writer.addSchema(name: "S", encoding: "protobuf", data: [9, 8])
        for partition in 0..<3 {
            try writer.addChannel(
                topic: "orders", messageEncoding: "protobuf", schemaID: schema,
                metadata: ["partition": "\(partition)"])
        }
        try Sample.append(Self.messages.prefix(300), to: writer)
        try writer.add(Sample.attachment)
        let checkpoint = try writer.closeChunk()
        try Sample.append(Self.messages.prefix(17), to: writer)
        try writer.close()
        // A resumed file is no worse.
        let resumed = try MCAPWriter(
            resuming: DiskFile(path, .update), at: checkpoint, options: options)
        try Sample.append(Self.messages.dropFirst(300), to: resumed)
        try resumed.close()

        let answer = try JSONDecoder().decode(
            Answer.self, from: Python.run("exchange.py", "read", path))
        let sorted = sortedByTime(Self.messages)
        #expect(answer.library == "kerfuffle")
        #expect(answer.indexed.map(\.sent) == sorted)
        #expect(answer.fileOrder.map(\.sent) == Self.messages)
        #expect(answer.forward.map(\.sent) == Self.messages)
        #expect(answer.seek.map(\.sent) == sorted.filter { 1500..<1600 ~= $0.header.logTimeNs })
        #expect(
            answer.forward.allSatisfy { $0.partition == "\($0.sent.header.channelID - 1)" })
        #expect(answer.records == Self.count)
        #expect(answer.chunks > 5)
        #expect(answer.counts == [Self.count, 3, 1, answer.chunks, 1, 1])
        #expect(answer.schemas == [["S", "protobuf", "0908"]])
        #expect(answer.attachments.map { Array($0.utf8) } == [Sample.attachment.data])
        #expect(answer.metadata.map(\.name) == ["origin"])
        #expect(answer.metadata.map(\.entries) == [["made": "by a test", "empty": ""]])
    }

    @Test(
        arguments: ["zstd", "lz4", "none"], ["indexed", "plain", "unchunked"])
    func `we read the files of the mcap package`(compression: String, kind: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("theirs.mcap")
        _ = try Python.run("exchange.py", "write", path, compression, kind, "\(Self.count)")
        let reader = try MCAPReader(path: path)
        #expect(reader.header == Header(profile: "x-test", library: "exchange.py"))
        let read = try reader.collect()
        #expect(read.messages == Self.messages && read.ending == .closed)
        let sorted = try reader.collect(MessageQuery(order: .logTime))
        #expect(sorted.messages == sortedByTime(Self.messages) && sorted.ending == .closed)
        let some = try reader.collect(
            MessageQuery(order: .logTime, logTimesNs: 1500...1599, channelIDs: [2]))
        #expect(
            some.messages
                == sortedByTime(Self.messages).filter {
                    1500..<1600 ~= $0.header.logTimeNs && $0.header.channelID == 2
                })
        let index = try reader.index()
        #expect(index.isFromSummary == (kind == "indexed"))
        #expect(index.chunks.isEmpty == (kind == "unchunked"))
        #expect(index.channels.map { $0.metadata["partition"] } == ["0", "1", "2"])
        #expect(index.schemas.map(\.data) == [[1, 2, 3]])
        #expect(index.statistics.messages == UInt64(Self.count))
        let attachment = try #require(index.attachments.first)
        #expect(try reader.attachment(attachment).data == Array("beside the messages".utf8))
        #expect(try reader.metadata() == [Metadata(name: "origin", entries: ["made": "by a test"])])
        let report = try reader.check()
        #expect(report.ending == .closed && report.statistics == index.statistics)

        // And what we make of them they read.
        let copy = folder.path("recovered.mcap")
        let cut = try DiskFile(path, .update)
        try cut.truncate(to: index.dataBytes)
        _ = try MCAPReader(cut).recover(to: DiskFile(copy, .create))
        let answer = try JSONDecoder().decode(
            Answer.self, from: Python.run("exchange.py", "read", copy))
        #expect(answer.forward.map(\.sent) == Self.messages)
        #expect(answer.indexed.map(\.sent) == sortedByTime(Self.messages))
        #expect(answer.library == "exchange.py")
    }
}
