import Recording
import Records
import Testing

@Suite struct MemoryTests {
    /// Ten times the records: what a command holds at a time must not follow.
    @Test func `whole files are read in the memory of a tenth`() throws {
        let folder = try TemporaryFolder()
        let sizes = [2_000, 20_000]
        for records in sizes {
            let made = try Kerfuffle.run(
                "produce-sample", "--to-recording", folder.path("\(records).mcap"), "--records",
                "\(records)", "--value-bytes", "1KiB", "--chunk", "128KiB")
            try #require(made.code == 0, "\(made.errors)")
        }
        let invariants = folder.path("invariants.yaml")
        try "invariants: [{monotonicReads: {version: offset}}]".write(
            toFile: invariants, atomically: true, encoding: .utf8)
        for command in [
            "check @ --invariants \(invariants)", "cat @", "cat @ --format json",
            "cat @ --order arrival", "export @ --as csv",
            "export @ --as kcat", "info @", "info @ --check",
        ] {
            let memory = try sizes.map { records in
                let words = command.split(separator: " ").map {
                    $0 == "@" ? folder.path("\(records).mcap") : String($0)
                }
                let result = try Kerfuffle.run(words)
                #expect(result.code == 0, "\(result.errors)")
                let lines = result.output.count { $0 == UInt8(ascii: "\n") }
                #expect(
                    command.hasPrefix("info") || command.hasPrefix("check") || lines >= records,
                    "\(command)")
                return result.maximumResidentBytes
            }
            #expect(memory[1] < memory[0] + memory[0] / 5 + 2 << 20, "\(command): \(memory)")
        }
    }

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
