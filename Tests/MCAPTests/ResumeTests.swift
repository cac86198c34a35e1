import Testing

@testable import MCAP

@Suite struct ResumeTests {
    private static let sent = Sample.messages(60)

    /// Writes messages from `first` on, closing a chunk behind every seventh, and answers where.
    private func write(_ first: Int, to writer: MCAPWriter) throws -> [(next: Int, at: UInt64)] {
        var places: [(Int, UInt64)] = []
        for (index, message) in Self.sent.enumerated().dropFirst(first) {
            if index == 30 {
                try writer.add(Sample.attachment)
                try writer.addChannel(topic: "late", messageEncoding: "", schemaID: 0)
            }
            try writer.append(message.data, message.header)
            if index % 7 == 6 { places.append((index + 1, try writer.closeChunk())) }
        }
        return places
    }

    @Test(arguments: [Compression.zstd(level: 1), .lz4, .none], [true, false])
    func `a resumed file is byte for byte the one that was never interrupted`(
        compression: Compression, closed: Bool
    ) throws {
        let whole = MemoryFile()
        let options = Sample.options(compression)
        let writer = try MCAPWriter(to: whole, header: Sample.header, options: options)
        try Sample.define(writer)
        let start = try writer.closeChunk()
        let places = [(0, start)] + (try write(0, to: writer))
        if closed { try writer.close() } else { try writer.closeChunk() }
        let uninterrupted = whole.bytes
        #expect(places.count == 9)
        for (next, at) in places {
            for rest in [uninterrupted, Array(uninterrupted.prefix(Int(at)))] {
                let file = MemoryFile(rest)
                let resumed = try MCAPWriter(resuming: file, at: at, options: options)
                #expect(resumed.position == at && file.byteCount == at)
                #expect(resumed.statistics.messages == UInt64(next))
                #expect(resumed.header == Sample.header && resumed.channels.count >= 3)
                _ = try write(next, to: resumed)
                if closed { try resumed.close() } else { try resumed.closeChunk() }
                #expect(file.bytes == uninterrupted, "resumed at \(at)")
            }
        }
    }

    @Test(arguments: [true, false])
    func `a file cut at any byte goes on behind its last whole record`(verifying: Bool) throws {
        let options = Sample.options()
        let whole = try Sample.file(30, options)
        let index = try MCAPReader(whole).index()
        let extra = Sent(
            header: MessageHeader(channelID: 5, sequence: 9, logTimeNs: 9999), data: [1, 2, 3])
        for cut in Int(index.metadata[0].start)...whole.bytes.count {
            let file = MemoryFile(Array(whole.bytes.prefix(cut)))
            let before = try MCAPReader(file).collect().messages
            let writer = try MCAPWriter(resuming: file, options: options, verifying: verifying)
            try writer.add(Channel(id: 5, schemaID: 0, topic: "extra", messageEncoding: ""))
            try writer.append(extra.data, extra.header)
            try writer.close()
            let reader = try MCAPReader(file)
            #expect(try reader.check().ending == .closed, "cut at \(cut)")
            #expect(try reader.collect().messages == before + [extra], "cut at \(cut)")
            let resumedIndex = try reader.index()
            #expect(resumedIndex.isFromSummary)
            #expect(resumedIndex.chunks.allSatisfy { !$0.messageIndexOffsets.isEmpty })
        }
    }

    @Test func `a position that is no boundary is refused and nothing is changed`() throws {
        let whole = try Sample.file(30)
        let index = try MCAPReader(whole).index()
        let first = index.chunks[0]
        let firstEnd = try #require(first.end)
        let bad: [(UInt64, String)] = [
            (firstEnd - 1, "no whole record ends at byte"),
            (firstEnd + 4, "no whole record ends at byte"),
            (first.chunkStart + first.chunkLength, "between a chunk and its message indexes"),
            (UInt64(whole.bytes.count) + 1, "cannot be resumed at"),
            (UInt64(whole.bytes.count), "the data end at byte"),
            (index.dataBytes + 13, "the data end at byte"),
            (3, "no whole record"),
            (0, "no whole record"),
        ]
        for (position, text) in bad {
            let file = MemoryFile(whole.bytes)
            expect(.position, text) { _ = try MCAPWriter(resuming: file, at: position) }
            #expect(file.bytes == whole.bytes)
        }
        // Where message indexes are not wanted, their absence is no fault.
        var options = Sample.options()
        options.messageIndexes = false
        let file = MemoryFile(whole.bytes)
        let writer = try MCAPWriter(
            resuming: file, at: first.chunkStart + first.chunkLength, options: options)
        try writer.close()
        #expect(try MCAPReader(file).check().ending == .closed)
    }

    @Test func `damage before the position is refused`() throws {
        let whole = try Sample.file(30)
        let index = try MCAPReader(whole).index()
        let end = try #require(index.chunks[1].end)
        var bytes = whole.bytes
        bytes[Int(index.chunks[0].chunkStart)] = 0
        expect(.damaged, "opcode 0") {
            _ = try MCAPWriter(resuming: MemoryFile(bytes), at: end)
        }
        // Inside a chunk it takes decompressing to see it.
        bytes = whole.bytes
        bytes[Int(index.chunks[0].chunkStart) + 9 + 24] ^= 0x10
        expect(.damaged, "damaged at byte \(index.chunks[0].chunkStart)") {
            _ = try MCAPWriter(resuming: MemoryFile(bytes), at: end, verifying: true)
        }
        let file = MemoryFile(bytes)
        try MCAPWriter(resuming: file, at: end).close()
        #expect(
            try MCAPReader(file).check().ending.damage?.byte == index.chunks[0].chunkStart)
    }

    @Test func `a file with its definitions in chunks goes on`() throws {
        var options = Sample.options()
        options.definitions = .chunk
        for indexed in [true, false] {
            options.messageIndexes = indexed
            let file = try Sample.file(30, options)
            let writer = try MCAPWriter(resuming: file, options: Sample.options())
            #expect(writer.channels.count == 3 && writer.schemas.count == 1)
            #expect(try writer.addChannel(topic: "n", messageEncoding: "", schemaID: 1) == 4)
            #expect(writer.statistics.messages == 30)
            try writer.append([], MessageHeader(channelID: 4, logTimeNs: 1))
            try writer.close()
            let report = try MCAPReader(file).check()
            #expect(report.ending == .closed && report.statistics.messages == 31)
        }
    }

    @Test func `files on disk are made, resumed and recovered`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("one.mcap")
        let options = Sample.options()
        let writer = try MCAPWriter(
            to: DiskFile(path, .create), header: Sample.header, options: options)
        try Sample.define(writer)
        try Sample.append(Self.sent.prefix(20), to: writer)
        let checkpoint = try writer.closeChunk()
        try Sample.append(Self.sent.dropFirst(20), to: writer)
        try writer.closeChunk()
        // Everything closed is with the system: a reader of its own sees it while the writer lives.
        let open = try MCAPReader(path: path).collect()
        #expect(open.messages == Self.sent && open.ending == .open)
        try writer.synchronize()

        expect(.system, "File exists") { _ = try DiskFile(path, .create) }
        let resumed = try MCAPWriter(
            resuming: DiskFile(path, .update), at: checkpoint, options: options)
        try Sample.append(Self.sent.dropFirst(20), to: resumed)
        try resumed.close()
        #expect(try MCAPReader(path: path).collect().messages == Self.sent)

        let cut = try DiskFile(path, .update)
        try cut.truncate(to: checkpoint + 20)
        let copy = try DiskFile(folder.path("two.mcap"), .create)
        let report = try MCAPReader(path: path).recover(to: copy)
        #expect(report.ending.damage?.byte == checkpoint && report.wholeBytes == checkpoint)
        #expect(report.written.statistics.messages == 20)
        expect(.recovery, "not empty") { _ = try MCAPReader(path: path).recover(to: copy) }
        #expect(try MCAPReader(copy).collect().messages == Array(Self.sent.prefix(20)))
    }
}
