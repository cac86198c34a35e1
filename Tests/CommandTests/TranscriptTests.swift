import Foundation
import Testing

/// Whole runs of the program: each transcript in `Golden` holds command lines and what they print.
@Suite struct TranscriptTests {
    private static let folder = Kerfuffle.repository
        .appendingPathComponent("Tests/CommandTests/Golden")

    static let names: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasSuffix(".transcript") }.sorted()
    }()

    @Test func `there are transcripts to hold the program against`() {
        #expect(Self.names.count >= 7)
    }

    /// With KERFUFFLE_RECORD_GOLDEN set, what the program prints now replaces the transcript, and the
    /// test fails, so that recording never looks like passing.
    @Test(arguments: names)
    func `the program prints what its transcript says`(name: String) throws {
        let url = Self.folder.appendingPathComponent(name)
        let golden = try String(contentsOf: url, encoding: .utf8)
        let scratch = try TemporaryFolder()
        try scratch.copy(Kerfuffle.recordings, to: "recordings")
        let commands = golden.split(separator: "\n").filter { $0.hasPrefix("$ kerfuffle") }
        #expect(!commands.isEmpty)
        var transcript = ""
        for command in commands {
            let words = command.split(separator: " ").dropFirst(2).map(String.init)
            let result = try Kerfuffle.run(words, in: scratch.path("recordings"))
            transcript += command + "\n" + result.text
            if !result.text.isEmpty && !result.text.hasSuffix("\n") { transcript += "\n" }
            for line in result.errors.split(separator: "\n") { transcript += "2> \(line)\n" }
            if result.code != 0 { transcript += "exit \(result.code)\n" }
            transcript += "\n"
        }
        if ProcessInfo.processInfo.environment["KERFUFFLE_RECORD_GOLDEN"] != nil {
            try transcript.write(to: url, atomically: true, encoding: .utf8)
            Issue.record("\(name) was written; read it, and run the tests again without recording")
            return
        }
        #expect(
            transcript == golden,
            "\(name): \(Self.firstDifference(transcript, golden) ?? "line ends")")
    }

    private static func firstDifference(_ found: String, _ expected: String) -> String? {
        let left = found.split(separator: "\n", omittingEmptySubsequences: false)
        let right = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let (one, other) = (left.dropFirst(index).first, right.dropFirst(index).first)
            if one != other { return "line \(index + 1) is \(one ?? "missing")" }
        }
        return nil
    }
}
