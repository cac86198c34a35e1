import Foundation
import Testing

@Suite struct ExitCodeTests {
    private func text(_ path: String) throws -> String {
        try String(
            contentsOf: Kerfuffle.repository.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func `the codes of the program are those of its document`() throws {
        let source = try text("Sources/kerfuffle/Failure.swift")
        let document = try text("docs/exit-codes.md")
        let declared = source.matches(of: #/case (\w+) = (\d+)/#).map { "\($0.2) \($0.1)" }
        let documented = document.matches(of: #/\n\| (\d+) \| (\w+) \|/#).map { "\($0.1) \($0.2)" }
        #expect(declared.count == 11)
        #expect(declared == documented)
        let codes = declared.compactMap { $0.split(separator: " ").first }
        #expect(Set(codes).count == codes.count)
    }

    @Test func `a pipe that nobody writes to is refused, not waited for`() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        for arguments in [
            ["info", "pipe"], ["cat", "pipe"], ["schedule", "check", "pipe"],
            ["recover", "pipe", "-o", "whole.mcap"],
        ] {
            let refused = try Kerfuffle.run(arguments, in: folder.path("."))
            #expect(refused.code == 74, "\(arguments)")
            #expect(refused.errors.contains("pipe: cannot open"), "\(refused.errors)")
            #expect(refused.errors.hasSuffix(": it is no regular file\n"), "\(refused.errors)")
        }
    }

    @Test(arguments: [
        "", "a:9092,", "localhost:99999", "localhost:0", "localhost:kafka", "[::1]:123456",
    ])
    func `an address that is none is refused before anybody is asked`(brokers: String) throws {
        let folder = try TemporaryFolder()
        let refused = try Kerfuffle.run(
            ["positions", "-b", brokers, "--group", "g", "--in", "orders"], in: folder.path("."))
        #expect(refused.code == 64, "\(refused.errors)")
        #expect(refused.errors.contains("write "), "\(refused.errors)")
    }

    /// A block of ulimit is 512 bytes or 1,024, as the shell has it.
    @Test(arguments: [
        ["export", "orders.mcap", "-o", "out"], ["recover", "orders.mcap", "-o", "out"],
        ["import", "payments.ndjson", "-o", "out"],
    ])
    func `a limit on the size of files is an error that leaves nothing behind`(
        arguments: [String]
    ) throws {
        let folder = try TemporaryFolder()
        var arguments = arguments
        arguments[1] = Kerfuffle.recordings + "/" + arguments[1]
        let limited = try Subprocess(
            "/bin/sh", ["-c", "ulimit -f 1; exec \"$0\" \"$@\"", Kerfuffle.path] + arguments,
            in: folder.path(".")
        ).run()
        #expect(limited.code == 74, "\(limited.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test func `what the transcripts show is documented`() throws {
        let document = try text("docs/exit-codes.md")
        let folder = Kerfuffle.repository.appendingPathComponent("Tests/CommandTests/Golden")
        var codes: Set<Substring> = []
        for name in TranscriptTests.names {
            let transcript = try String(
                contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            codes.formUnion(transcript.matches(of: #/\nexit (\d+)\n/#).map(\.1))
        }
        #expect(codes.isSuperset(of: ["1", "64", "65", "74"]))
        for code in codes { #expect(document.contains("| \(code) |")) }
    }
}
