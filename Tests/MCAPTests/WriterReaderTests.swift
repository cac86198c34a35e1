import Testing

@testable import MCAP

@Suite struct WriterReaderTests {
    static let compressions: [Compression] = [
        .none, .lz4, .zstd(level: 1), .zstd(level: 3), .zstd(level: -5),
    ]

    @Test(arguments: compressions)
    func `gives back what was written`(compression: Compression) throws {
        let sent = Sample.messages(200)
        let reader = try MCAPReader(Sample.file(200, Sample.options(compression)))
        #expect(reader.header == Sample.header)
        let read = try reader.collect()
        #expect(read.ending == .closed)
        #expect(read.messages == sent)
        let index = try reader.index()
        #expect(index.isFromSummary)
        #expect(index.chunks.count > 5)
        #expect(index.chunks.allSatisfy { $0.compression == compression.name })
        #expect(index.statistics.messages == 200)
        #expect(index.statistics.channelMessages.map(\.messages) == [67, 67, 66])
        #expect(try reader.metadata() == [Sample.metadata])
        #expect(try index.attachments.map(reader.attachment) == [Sample.attachment])
        #expect(try reader.check().statistics == index.statistics)
    }

    @Test func `reads a file without any index by going through it`() throws {
        var options = Sample.options()
        options.messageIndexes = false
        options.summary = []
        options.definitions = .chunk
        let reader = try MCAPReader(Sample.file(200, options))
        let index = try reader.index()
        #expect(!index.isFromSummary)
        #expect(index.statistics.messages == 200)
        #expect(index.channels.count == 3)
        #expect(index.ending == .closed)
        let inOrder = try reader.collect(MessageQuery(order: .logTime))
        #expect(inOrder.messages == sortedByTime(Sample.messages(200)))
        #expect(inOrder.ending == .closed)
    }

    @Test func `reads messages outside of chunks`() throws {
        var options = Sample.options()
        options.chunkBytes = nil
        let reader = try MCAPReader(Sample.file(3000, options))
        let index = try reader.index()
        #expect(!index.isFromSummary)
        #expect(index.chunks.isEmpty && index.statistics.messages == 3000)
        #expect(try reader.collect().messages == Sample.messages(3000))
        #expect(
            try reader.collect(MessageQuery(order: .logTime)).messages
                == sortedByTime(Sample.messages(3000)))
    }

    @Test func `finds messages outside of chunks beside chunks with a summary`() throws {
        var plain = Sample.options()
        plain.chunkBytes = nil
        let file = try Sample.file(40, plain, closed: false)
        let writer = try MCAPWriter(resuming: file, options: Sample.options())
        try Sample.append(Sample.messages(90).dropFirst(40), to: writer)
        try writer.close()
        let reader = try MCAPReader(file)
        #expect(try reader.index().statistics == reader.check().statistics)
        #expect(
            try reader.collect(MessageQuery(order: .logTime)).messages
                == sortedByTime(Sample.messages(90)))
        #expect(try reader.check().ending == .closed)
    }

    @Test(arguments: compressions)
    func `gives messages in the order of log times with a bound on memory`(
        compression: Compression
    ) throws {
        // Every chunk overlaps every other one.
        var random = SplitMix(seed: 11)
        let sent = Sample.messages(600).map { message in
            var moved = message
            moved.header.logTimeNs = UInt64(random.below(300))
            return moved
        }
        let file = MemoryFile()
        let writer = try MCAPWriter(to: file, options: Sample.options(compression))
        try Sample.define(writer)
        try Sample.append(sent, to: writer)
        try writer.close()
        for overlap in [0, 1000, 1 << 20] as [UInt64] {
            var limits = ReadLimits()
            limits.overlapBytes = overlap
            let reader = try MCAPReader(file, limits: limits)
            let read = try reader.collect(MessageQuery(order: .logTime))
            #expect(read.messages == sortedByTime(sent))
            #expect(read.ending == .closed)
        }
    }

    @Test func `seeks by time, by channel and by place`() throws {
        let sent = Sample.messages(300)
        let reader = try MCAPReader(Sample.file(300))
        for order in [MessageQuery.Order.file, .logTime] {
            let all = order == .file ? sent : sortedByTime(sent)
            for times in [1000...1000, 1500...2003, 0...999, 5000...UInt64.max] as [ClosedRange] {
                let read = try reader.collect(MessageQuery(order: order, logTimesNs: times))
                #expect(read.messages == all.filter { times.contains($0.header.logTimeNs) })
            }
            let second = try reader.collect(MessageQuery(order: order, channelIDs: [2, 9]))
            #expect(second.messages == all.filter { $0.header.channelID == 2 })
            let chunks = try reader.index().chunks
            let start = chunks[4].chunkStart
            let late = try reader.collect(MessageQuery(order: order, firstByte: start))
            let chosen = try reader.collect(MessageQuery(firstByte: start)).messages.count
            #expect(late.messages.count == chosen && chosen < 300 && chosen > 100)
            #expect(Set(late.messages.map(\.header.sequence)).min() == UInt32(300 - chosen))
        }
    }

    @Test func `finds a message through the index of its chunk`() throws {
        let sent = Sample.messages(300)
        let reader = try MCAPReader(Sample.file(300))
        var found: [Sent] = []
        for chunk in try reader.index().chunks {
            let index = try #require(try reader.messageIndex(of: chunk, channelID: 3))
            for entry in index.entries {
                try reader.withMessage(in: chunk, at: entry.offset) { header, data in
                    #expect(header.logTimeNs == entry.logTimeNs)
                    found.append(Sent(header: header, data: Array(data)))
                }
            }
            #expect(try reader.messageIndex(of: chunk, channelID: 4) == nil)
        }
        #expect(found == sent.filter { $0.header.channelID == 3 })
    }

    @Test func `puts definitions in front of the chunk that uses them`() throws {
        let file = MemoryFile()
        let writer = try MCAPWriter(to: file, options: Sample.options())
        try writer.add(Channel(id: 9, schemaID: 0, topic: "late", messageEncoding: ""))
        try writer.append([1], MessageHeader(channelID: 9, logTimeNs: 1))
        try writer.add(Channel(id: 4, schemaID: 0, topic: "later", messageEncoding: ""))
        try writer.append([2], MessageHeader(channelID: 4, logTimeNs: 2))
        try writer.close()
        let scanner = try DataScanner(file, .contents, limits: ReadLimits(), computesCRC: true)
        var seen: [String] = []
        while let event = try scanner.next() {
            switch event {
            case .channel(let channel): seen.append(channel.topic)
            case .chunk: seen.append("chunk")
            default: break
            }
        }
        #expect(seen == ["late", "later", "chunk"])
    }

    @Test func `a chunk is closed before it would be too large`() throws {
        let file = MemoryFile()
        var options = Sample.options(.none)
        options.chunkBytes = 1000
        let writer = try MCAPWriter(to: file, options: options)
        try writer.add(Channel(id: 1, schemaID: 0, topic: "t", messageEncoding: ""))
        for size in [400, 400, 400, 5000, 10, 2000] {
            try writer.append(
                [UInt8](repeating: 1, count: size), MessageHeader(channelID: 1, logTimeNs: 1))
        }
        try writer.close()
        #expect(
            try MCAPReader(file).index().chunks.map(\.uncompressedBytes) == [
                862, 431, 5031, 41, 2031,
            ])
    }

    @Test func `says clearly what cannot be written`() throws {
        let writer = try MCAPWriter(to: MemoryFile(), options: Sample.options())
        try writer.add(Channel(id: 1, schemaID: 0, topic: "t", messageEncoding: ""))
        // The same again is no error, another one is.
        try writer.add(Channel(id: 1, schemaID: 0, topic: "t", messageEncoding: ""))
        expect(.definition, "channel 1 (u) was “t” before") {
            try writer.add(Channel(id: 1, schemaID: 0, topic: "u", messageEncoding: ""))
        }
        expect(.definition, "names schema 8") {
            try writer.addChannel(topic: "t", messageEncoding: "", schemaID: 8)
        }
        expect(.definition, "number 0") {
            try writer.add(Schema(id: 0, name: "s", encoding: "", data: []))
        }
        expect(.definition, "channel 2 was not added") {
            try writer.append([], MessageHeader(channelID: 2, logTimeNs: 0))
        }
        try writer.add(Channel(id: 65535, schemaID: 0, topic: "last", messageEncoding: ""))
        expect(.limit, "more than 65535 channels") {
            try writer.addChannel(topic: "t", messageEncoding: "", schemaID: 0)
        }
        try writer.close()
        try writer.close()
        expect(.closed, "the file is closed") {
            try writer.append([], MessageHeader(channelID: 1, logTimeNs: 0))
        }
        expect(.closed, "the file is closed") { try writer.closeChunk() }
    }

    @Test func `takes 65,535 channels and not one more`() throws {
        let file = MemoryFile()
        let writer = try MCAPWriter(to: file, options: Sample.options())
        for number in 1...65535 {
            let id = try writer.addChannel(
                topic: "t", messageEncoding: "", schemaID: 0, metadata: ["n": "\(number)"])
            try writer.append([], MessageHeader(channelID: id, logTimeNs: UInt64(number)))
        }
        expect(.limit, "more than 65535 channels") {
            try writer.addChannel(topic: "t", messageEncoding: "", schemaID: 0)
        }
        try writer.close()
        let index = try MCAPReader(file).index()
        #expect(index.channels.count == 65535 && index.statistics.channelMessages.count == 65535)
        #expect(index.channels(ofTopic: "t").last?.metadata["n"] == "65535")
    }

    @Test func `a failed write is made again and leaves no trace`() throws {
        let file = FailingFile()
        let writer = try MCAPWriter(to: file, options: Sample.options())
        try Sample.define(writer)
        let sent = Sample.messages(200)
        var failures = 0
        for message in sent {
            file.failing = message.header.sequence % 3 == 0
            do {
                try writer.append(message.data, message.header)
            } catch {
                failures += 1
                file.failing = false
                #expect(try MCAPReader(file.file).check().ending == .open)
                try writer.append(message.data, message.header)
            }
        }
        file.failing = true
        #expect(throws: MCAPError.self) { try writer.close() }
        #expect(throws: MCAPError.self) { try writer.close() }
        file.failing = false
        try writer.close()
        #expect(failures > 3)
        let reader = try MCAPReader(file.file)
        #expect(try reader.collect().messages == sent)
        #expect(try reader.check().ending == .closed)
    }
}

func sortedByTime(_ messages: [Sent]) -> [Sent] {
    messages.enumerated().sorted {
        ($0.element.header.logTimeNs, $0.offset) < ($1.element.header.logTimeNs, $1.offset)
    }.map(\.element)
}

/// Expects an error of that kind whose message has that text in it.
func expect(
    _ code: MCAPError.Code, _ text: String, _ location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("no error; expected \(text)", sourceLocation: location)
    } catch let error as MCAPError {
        #expect(error.code == code, sourceLocation: location)
        #expect(error.message.contains(text), sourceLocation: location)
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
}

/// A file whose writes stop halfway while `failing` is set.
final class FailingFile: ByteSink {
    let file = MemoryFile()
    var failing = false

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(MCAPError) {
        guard !failing else {
            file.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), at: offset)
            throw MCAPError(.system, "no space left", systemCode: 28)
        }
        file.write(bytes, at: offset)
    }

    func truncate(to length: UInt64) { file.truncate(to: length) }
    func synchronize() {}
}
