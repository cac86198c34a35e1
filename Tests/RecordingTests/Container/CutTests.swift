import Foundation
import MCAP
import Recording
import Records
import Testing

@Suite struct CutTests {
    /// A small recording, and for each of its chunks where its records end up behind.
    private func sample(
        _ folder: TemporaryFolder
    ) throws -> (bytes: [UInt8], records: [Arrived], ends: [(byte: Int, records: Int)]) {
        var random = TestRandom("cut")
        let records = Awkward.records(60, topics: ["a", "b"], partitions: 2, random: &random)
        try Recorded.write(records, to: folder.path("a.mcap"), chunkBytes: 400)
        let index = try MCAPReader(path: folder.path("a.mcap")).index()
        let reader = try RecordingReader(path: folder.path("a.mcap"))
        var counts: [Int64: Int] = [:]
        while try reader.next() { counts[reader.place.bytes, default: 0] += 1 }
        var sum = 0
        let ends = index.chunks.map { chunk in
            sum += counts[Int64(chunk.chunkStart)] ?? 0
            return (byte: Int(chunk.chunkStart + chunk.chunkLength), records: sum)
        }
        return (try folder.bytes("a.mcap"), records, ends)
    }

    @Test func `a recording cut at any byte is readable up to its last whole chunk`() throws {
        let folder = try TemporaryFolder()
        let (bytes, records, ends) = try sample(folder)
        #expect(ends.count > 5)
        #expect(ends.last?.records == 60)
        var stops = 0
        for cut in 0..<bytes.count {
            try folder.write(bytes.prefix(cut), "cut.mcap")
            let whole = ends.last { $0.byte <= cut }?.records ?? 0
            do {
                let (found, error) = try Recorded.readable(folder.path("cut.mcap"))
                // Exactly the whole chunks, and what they hold is what was written.
                #expect(found == Array(records.prefix(whole)), "cut at \(cut)")
                if let error {
                    stops += 1
                    #expect(error.kind == .damaged, "cut at \(cut): \(error)")
                    #expect(error.message.contains("cut at byte"), "cut at \(cut): \(error)")
                }
            } catch let error as RecordingError {
                // Not even the header: nothing can be opened.
                #expect(whole == 0 && cut < 60, "cut at \(cut): \(error)")
                #expect(error.kind == .damaged)
            }
        }
        // Cuts between two records are open files, all others are told.
        #expect(stops > bytes.count * 3 / 4)
    }

    @Test func `what recovers from a recording cut at any byte is that, whole and closed`() throws {
        let folder = try TemporaryFolder()
        let (bytes, records, ends) = try sample(folder)
        for cut in stride(from: 120, to: bytes.count, by: 7) {
            try folder.write(bytes.prefix(cut), "cut.mcap")
            let whole = ends.last { $0.byte <= cut }?.records ?? 0
            let recovery = try RecordingRecovery(
                of: folder.path("cut.mcap"), to: folder.path("whole.mcap"))
            #expect(recovery.records == UInt64(whole), "cut at \(cut)")
            #expect(
                try Recorded.read(folder.path("whole.mcap")) == Array(records.prefix(whole)))
            let summary = try RecordingSummary(path: folder.path("whole.mcap"), checking: true)
            #expect(summary.ending == .closed)
            try folder.remove("whole.mcap")
        }
    }

    @Test func `a folder is recovered file by file`() throws {
        var random = TestRandom("recover")
        let records = Awkward.records(400, random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a"), chunkBytes: 500, rotateBytes: 6000)
        let names = try folder.names(in: "a")
        let last = try #require(names.last)
        let bytes = try folder.bytes("a/\(last)")
        try folder.write(bytes.prefix(bytes.count / 2), "a/\(last)")
        let (readable, error) = try Recorded.readable(folder.path("a"))
        #expect(error != nil)
        let recovery = try RecordingRecovery(of: folder.path("a"), to: folder.path("b"))
        #expect(recovery.isPartial)
        #expect(recovery.files.count == names.count)
        #expect(try folder.names(in: "b") == names)
        #expect(try Recorded.read(folder.path("b")) == readable)
    }

    @Test func `nothing is left of a recovery that fails`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("not a recording".utf8), "text.mcap")
        #expect(throws: RecordingError.self) {
            try RecordingRecovery(of: folder.path("text.mcap"), to: folder.path("out.mcap"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.mcap")))
    }

    @Test(arguments: [0, 3, 40])
    func `nothing is left of a recovery that is stopped, while it writes or reads again`(
        after count: Int
    ) throws {
        let folder = try TemporaryFolder()
        _ = try sample(folder)
        var asked = 0
        let error = #expect(throws: RecordingError.self) {
            try RecordingRecovery(
                of: folder.path("a.mcap"), to: folder.path("out.mcap"),
                shouldStop: {
                    asked += 1
                    return asked > count
                })
        }
        #expect(error?.kind == .stopped && asked == count + 1)
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.mcap")))
    }

    @Test func `a flipped byte is told or of no consequence, wherever it is`() throws {
        let folder = try TemporaryFolder()
        let (bytes, records, _) = try sample(folder)
        var told = 0
        for place in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            try folder.write(changed, "flipped.mcap")
            do {
                let (found, error) = try Recorded.readable(folder.path("flipped.mcap"))
                guard let error else {
                    #expect(found == records, "byte \(place)")
                    continue
                }
                told += 1
                // Channels stand in front of the chunks, and only the checksum over everything
                // covers them: that is told behind the last record.
                if !error.message.contains("a byte outside of the chunks") {
                    #expect(found == Array(records.prefix(found.count)), "byte \(place)")
                }
            } catch let error as RecordingError {
                told += 1
                #expect([.damaged, .mismatch].contains(error.kind), "byte \(place): \(error)")
            }
        }
        #expect(told > bytes.count / 5 / 2)
    }
}
