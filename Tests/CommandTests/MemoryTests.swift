import Recording
import Records
import Testing

@Suite struct MemoryTests {
    @Test func `memory does not grow with the recording`() throws {
        let folder = try TemporaryFolder()
        // 300 MB in values of 100 kB that do not repeat within a chunk.
        var options = RecordingWriter.Options()
        options.compression = .none
        let writer = try RecordingWriter(
            creating: folder.path("large.mcap"),
            identity: RecordingIdentity(id: "large", tool: "tests"), options: options)
        let source = TopicPartition("large", 0)
        let value = [UInt8](repeating: 0x61, count: 100_000)
        for index in 0..<3000 {
            var block = RecordBlock(source: source)
            try block.append(
                Record(source: source, offset: Offset(index), value: value),
                arrivalNs: UInt64(index) + 1)
            try writer.append(block)
        }
        try writer.close()
        let runs: [[String]] = [
            ["info", folder.path("large.mcap"), "--check"],
            ["cat", folder.path("large.mcap"), "--offset", "2990.."],
            ["recover", folder.path("large.mcap"), "-o", folder.path("again.mcap")],
        ]
        for arguments in runs {
            let result = try Kerfuffle.run(arguments)
            #expect(result.code == 0, "\(result.errors)")
            // Without a file to look into (/proc of Linux) nothing can be said.
            let memory = result.maximumResidentBytes
            #expect(memory < 64 << 20, "\(arguments[0]) took \(memory) bytes")
            #if os(Linux)
                #expect(memory > 1 << 20)
            #endif
        }
    }
}
