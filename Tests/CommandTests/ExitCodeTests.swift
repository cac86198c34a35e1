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
