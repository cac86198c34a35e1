import Foundation
import Recording
import Records
import Testing

@Suite struct SegmentTests {
    private func rotated() throws -> (TemporaryFolder, [Arrived], [String]) {
        var random = TestRandom("rotated")
        let records = Awkward.records(600, random: &random)
        let folder = try TemporaryFolder()
        try Recorded.write(records, to: folder.path("a"), chunkBytes: 500, rotateBytes: 6000)
        return (folder, records, try folder.names(in: "a"))
    }

    @Test func `files of a folder follow each other without a seam`() throws {
        let (folder, records, names) = try rotated()
        #expect(names.count > 4)
        #expect(names.prefix(2) == ["000000.mcap", "000001.mcap"])
        #expect(try Recorded.read(folder.path("a")) == records)
        // Each file is a recording by itself, all of one id.
        let single = try names.flatMap { try Recorded.read(folder.path("a/\($0)")) }
        #expect(single == records)
        for name in names {
            let reader = try RecordingReader(path: folder.path("a/\(name)"))
            #expect(reader.identity == Recorded.identity)
        }
    }

    @Test func `a file that is missing in the middle is named`() throws {
        let (folder, _, names) = try rotated()
        try folder.remove("a/\(names[2])")
        let error = #expect(throws: RecordingError.self) { try Recorded.read(folder.path("a")) }
        #expect(error?.message.contains("file 2 ") == true)
    }

    @Test func `the first files may be gone`() throws {
        let (folder, records, names) = try rotated()
        let gone = try names.prefix(2).map { try Recorded.read(folder.path("a/\($0)")).count }
            .reduce(0, +)
        for name in names.prefix(2) { try folder.remove("a/\(name)") }
        #expect(try Recorded.read(folder.path("a")) == Array(records.dropFirst(gone)))
        let summary = try RecordingSummary(path: folder.path("a"))
        #expect(summary.firstFile == 2)
        #expect(summary.files.count == names.count - 2)
    }

    @Test func `a folder without recordings and a path without anything are told apart`() throws {
        let folder = try TemporaryFolder()
        try folder.write([], "other.txt")
        let empty = #expect(throws: RecordingError.self) {
            try RecordingReader(path: folder.path(""))
        }
        #expect(empty?.message.contains("without the files of a recording") == true)
        let nothing = #expect(throws: RecordingError.self) {
            try RecordingReader(path: folder.path("nowhere"))
        }
        #expect(nothing?.kind == .system)
    }

    @Test func `a recording is never written over another`() throws {
        let (folder, _, _) = try rotated()
        for path in ["a", "a/000000.mcap"] {
            let error = #expect(throws: RecordingError.self) {
                try RecordingWriter(creating: folder.path(path), identity: Recorded.identity)
            }
            #expect(error?.message.contains("exists already") == true)
        }
    }
}
