import Testing

@testable import MCAP

/// What a machine that lost its power leaves: an end of a file that is there, and holds zeros.
@Suite struct ZerosTests {
    @Test(arguments: DamageTests.kinds)
    func `of a file that is zeros from any byte on, what is in front of them is recovered`(
        compression: Compression
    ) throws {
        let whole = try Sample.file(24, Sample.options(compression))
        let sent = Sample.messages(24)
        let index = try MCAPReader(whole).index()
        let first = try #require(index.chunks.first?.chunkStart)
        for start in Int(first)..<Int(index.dataBytes) {
            let zeros = [UInt8](repeating: 0, count: whole.bytes.count - start)
            let reader = try MCAPReader(MemoryFile(whole.bytes.prefix(start) + zeros))
            let copy = MemoryFile()
            let report = try reader.recover(to: copy)
            let damage = try #require(report.ending.damage, "zeros from \(start)")
            let recovered = try MCAPReader(copy).collect()
            #expect(recovered.ending == .closed, "zeros from \(start)")
            #expect(sent.starts(with: recovered.messages), "zeros from \(start)")
            #expect(damage.messages == UInt64(recovered.messages.count), "zeros from \(start)")
            let chunks = index.chunks.count { $0.chunkStart + $0.chunkLength <= UInt64(start) }
            #expect(report.written.statistics.chunks >= UInt32(chunks), "zeros from \(start)")
            #expect(
                damage.chunks == UInt64(report.written.statistics.chunks), "zeros from \(start)")
        }
    }

    @Test func `a chunk without records is whole, wherever it stands`() throws {
        let open = try Sample.file(16, closed: false)
        let chunks = try MCAPReader(open).index().chunks
        let empty: [UInt8] = [6, 40] + [UInt8](repeating: 0, count: 47)
        for place in [try #require(chunks.first).chunkStart, UInt64(open.bytes.count)] {
            var bytes = open.bytes
            bytes.insert(contentsOf: empty, at: Int(place))
            let reader = try MCAPReader(MemoryFile(bytes))
            let report = try reader.check()
            #expect(report.ending == .open)
            #expect(report.statistics.messages == 16)
            #expect(report.statistics.messageStartTimeNs > 0)
            let copy = MemoryFile()
            let recovered = try reader.recover(to: copy)
            #expect(recovered.written.ending == .closed)
            #expect(recovered.written.statistics.chunks == UInt32(chunks.count + 1))
            #expect(try MCAPReader(copy).collect().messages == Sample.messages(16))
        }
    }
}
