import Testing

@testable import MCAP

@Suite struct DamageTests {
    static let kinds: [Compression] = [.zstd(level: 1), .lz4, .none]

    /// One bit (another one from byte to byte) and all of them.
    private static func flips(_ position: Int) -> [UInt8] { [1 << (position % 8), 0xff] }

    /// Where the records of a file begin, and the kinds of those.
    private func places(_ bytes: [UInt8]) throws -> [(start: Int, opcode: Opcode)] {
        var all: [(Int, Opcode)] = []
        bytes.withUnsafeBytes { buffer in
            var walk = RecordWalk(UnsafeRawBufferPointer(rebasing: buffer[8..<(buffer.count - 8)]))
            while let place = walk.next() {
                if let opcode = Opcode(rawValue: place.opcode) {
                    all.append((place.start + 8, opcode))
                }
            }
        }
        return all
    }

    @Test(arguments: kinds)
    func `a file cut at any byte gives everything up to its last whole chunk`(
        compression: Compression
    ) throws {
        let whole = try Sample.file(18, Sample.options(compression))
        let sent = Sample.messages(18)
        let index = try MCAPReader(whole).index()
        let places = try places(whole.bytes)
        let headerEnd = places[1].start
        #expect(index.chunks.count >= 2)
        for cut in 0..<whole.bytes.count {
            let file = MemoryFile(Array(whole.bytes.prefix(cut)))
            guard cut >= headerEnd else {
                let error = #expect(throws: MCAPError.self) { try MCAPReader(file) }
                #expect(error?.damage?.kind == .cut && error?.damage?.messages == 0)
                continue
            }
            let reader = try MCAPReader(file)
            let chunks = index.chunks.prefix { $0.chunkStart + $0.chunkLength <= UInt64(cut) }
            let expected = try messages(of: chunks, sent)
            let read = try reader.collect()
            #expect(read.messages == expected, "cut at \(cut)")
            let record = places.last { $0.start <= cut }
            let inIndexes = index.chunks.contains {
                $0.chunkStart + $0.chunkLength < UInt64(cut)
                    && UInt64(cut) < $0.end ?? 0
            }
            if places.contains(where: { $0.start == cut })
                && !inIndexes && cut <= Int(index.dataBytes)
            {
                #expect(read.ending == .open, "cut at \(cut)")
            } else {
                let damage = try #require(read.ending.damage, "cut at \(cut)")
                #expect(damage.kind == .cut)
                let lastMagic = whole.bytes.count - Layout.magic.count
                let place = cut >= lastMagic ? lastMagic : record?.start ?? 0
                #expect(damage.byte == UInt64(place), "cut at \(cut)")
                #expect(damage.chunks == UInt64(chunks.count))
                #expect(damage.messages == UInt64(expected.count))
            }
            let sorted = try reader.collect(MessageQuery(order: .logTime))
            #expect(sorted.messages == sortedByTime(expected), "cut at \(cut)")
            #expect((sorted.ending.damage == nil) == (read.ending.damage == nil), "cut at \(cut)")
            #expect(try reader.check().ending == read.ending)

            let copy = MemoryFile()
            let report = try reader.recover(to: copy)
            #expect(report.ending == read.ending)
            #expect(report.written.statistics.messages == UInt64(expected.count))
            let recovered = try MCAPReader(copy).collect()
            #expect(recovered.messages == expected && recovered.ending == .closed)
        }
    }

    @Test(arguments: kinds)
    func `a flipped byte anywhere in a closed file is told with its place`(
        compression: Compression
    ) throws {
        let whole = try Sample.file(16, Sample.options(compression))
        let sent = Sample.messages(16)
        let places = try places(whole.bytes)
        let dataEnd = places.first { $0.opcode == .dataEnd }.map { UInt64($0.start) }
        var bytes = whole.bytes
        for position in bytes.indices {
            for flip in Self.flips(position) {
                bytes[position] ^= flip
                defer { bytes[position] ^= flip }
                let file = MemoryFile(bytes)
                guard let reader = try? MCAPReader(file) else {
                    #expect(position < places[1].start, "byte \(position)")
                    continue
                }
                let read = try reader.collect()
                #expect(sent.starts(with: read.messages), "byte \(position) flip \(flip)")
                let damage = try #require(read.ending.damage, "byte \(position) flip \(flip)")
                #expect(damage.messages == UInt64(read.messages.count))
                // The place is that of the record itself, of the next one where a length is wrong, or
                // of the data end where only the checksum over everything knows.
                let record = places.last { $0.start <= position }
                let covered: [Opcode] = [.chunk, .messageIndex, .attachment, .dataEnd]
                if let record, covered.contains(record.opcode), position - record.start >= 9 {
                    // Some bits of a zstd frame mean nothing: the chunk is whole without them.
                    let isIdle =
                        record.opcode == .chunk && read.messages.count == 16
                        && compression != .none && damage.byte == dataEnd
                    #expect(
                        isIdle || damage.byte == UInt64(record.start),
                        "byte \(position) flip \(flip)")
                }
                #expect(try reader.check().ending == read.ending)
                let sorted = try reader.collect(MessageQuery(order: .logTime))
                #expect(Set(sorted.messages.map(\.header.sequence)).count == sorted.messages.count)
                #expect(sorted.messages.allSatisfy(sent.contains), "byte \(position) flip \(flip)")
                #expect(sorted.messages.count == 16 || sorted.ending.damage != nil)
            }
        }
    }

    @Test func `a flipped byte in an open file is told unless only names of things change`() throws
    {
        let whole = try Sample.file(16, closed: false)
        let sent = Sample.messages(16)
        let places = try places(whole.bytes + [UInt8](repeating: 0, count: 8))
        var bytes = whole.bytes
        var silent: Set<Opcode> = []
        for position in bytes.indices {
            for flip in Self.flips(position) {
                bytes[position] ^= flip
                defer { bytes[position] ^= flip }
                guard let reader = try? MCAPReader(MemoryFile(bytes)) else { continue }
                let read = try reader.collect()
                if let damage = read.ending.damage {
                    #expect(sent.starts(with: read.messages), "byte \(position) flip \(flip)")
                    #expect(damage.messages == UInt64(read.messages.count))
                    let copy = MemoryFile()
                    let report = try reader.recover(to: copy)
                    #expect(report.written.statistics.messages == damage.messages)
                } else {
                    #expect(read.messages == sent, "byte \(position) flip \(flip)")
                    if let record = places.last(where: { $0.start <= position }) {
                        silent.insert(record.opcode)
                    }
                }
            }
        }
        // Idle bits of a zstd frame are in chunks. No checksum of the format covers these until the file is closed; an attachment whose kind
        // changes into one that nobody knows is passed over and counted.
        #expect(silent.isSubset(of: [.header, .schema, .channel, .metadata, .attachment, .chunk]))
    }

    @Test func `damage in one chunk leaves the others readable by way of the index`() throws {
        let whole = try Sample.file(60)
        let index = try MCAPReader(whole).index()
        let broken = index.chunks[2]
        var bytes = whole.bytes
        bytes[Int(broken.chunkStart) + 60] ^= 0x40
        let reader = try MCAPReader(MemoryFile(bytes))
        let late = try reader.collect(MessageQuery(firstByte: index.chunks[3].chunkStart))
        #expect(late.ending == .closed && late.messages.count > 20)
        let all = try reader.collect(MessageQuery(order: .logTime))
        #expect(all.ending.damage?.byte == broken.chunkStart)
        #expect(all.ending.damage?.chunks == 2)
    }

    @Test func `a summary that tells otherwise than the data is damage`() throws {
        let whole = try Sample.file(60)
        let places = try places(whole.bytes)
        let footer = try #require(places.last)
        for (opcode, offset) in [
            (Opcode.statistics, 9), (.chunkIndex, 9 + 8), (.chunkIndex, 9 + 24),
        ] {
            var bytes = whole.bytes
            let record = try #require(places.last { $0.opcode == opcode })
            bytes[record.start + offset] ^= 1
            // Without its checksum the summary has to be believed, or compared.
            for position in 0..<4 { bytes[footer.start + 25 + position] = 0 }
            let report = try MCAPReader(MemoryFile(bytes)).check()
            let damage = try #require(report.ending.damage)
            #expect(damage.reason.contains("summary"))
            #expect(damage.messages == 60)
        }
    }

    @Test func `what is no MCAP file is called that`() throws {
        for bytes in [Array("PK\u{3}\u{4}whatever".utf8), Array("{\"a\": 1}".utf8)] {
            expect(.notMCAP, "no MCAP file") { _ = try MCAPReader(MemoryFile(bytes)) }
        }
        expect(.damaged, "cut at byte 0") { _ = try MCAPReader(MemoryFile([])) }
        expect(.system, "No such file") { _ = try MCAPReader(path: "/nowhere/at/all.mcap") }
        expect(.system, "no regular file") { _ = try MCAPReader(path: "/") }
    }

    /// The messages that those chunks of the sample hold.
    private func messages(of chunks: some Sequence<ChunkIndex>, _ sent: [Sent]) throws -> [Sent] {
        var rest = sent[...]
        for chunk in chunks {
            var left = Int(chunk.uncompressedBytes)
            while left > 0 { left -= 31 + (rest.popFirst()?.data.count ?? left) }
        }
        return Array(sent.prefix(sent.count - rest.count))
    }
}
