import Foundation
import Testing

/// The README's tour, run as a newcomer would: every command of it, in one shell, in an empty folder.
@Suite struct TourTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where the program was built, which is where the tests were.
    static var binaries: String {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().path
    }

    private static func readme() throws -> String {
        try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    }

    /// The blocks of one kind between the marks of the tour.
    private static func blocks(_ fence: String) throws -> [String] {
        let tour = try #require(
            try readme().components(separatedBy: "<!-- tour -->").last?
                .components(separatedBy: "<!-- /tour -->").first)
        var blocks: [String] = []
        var open: String?
        for line in tour.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```"), open == nil {
                open = String(line.dropFirst(3))
                blocks.append("")
            } else if line.hasPrefix("```") {
                if open != fence { blocks.removeLast() }
                open = nil
            } else if open != nil {
                blocks[blocks.count - 1] += line + "\n"
            }
        }
        return blocks
    }

    @Test func `every command of the tour works, and shows what the README shows`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("kerfuffle-tour-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let commands = try Self.blocks("sh")
        #expect(commands.count >= 7)
        let script = """
            set -eu
            trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
            \(commands.joined(separator: "\n"))
            """
        let output = folder.appendingPathComponent("output.txt")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["180", "bash", "-c", script]
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(
            // What the README shows is what a terminal shows.
            [
                "PATH": "\(Self.binaries):/usr/local/bin:/usr/bin:/bin",
                "KERFUFFLE_LOG_FORMAT": "text",
            ], uniquingKeysWith: { $1 })
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let said = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
        // The order stream comes from a seed and the plan has one: the output is the README's own.
        let lines = Set(said.split(separator: "\n"))
        for block in try Self.blocks("") {
            for line in block.split(separator: "\n") {
                let isThere = lines.contains(line)
                #expect(isThere, "the tour does not say: \(line)")
            }
        }
    }

    /// The tour of the flash sale, docs/strategies.md, and the pictures: what they show is what the program
    /// prints today.
    @Test func `what documents show of the simulation is what it says`() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = [
            "180", "python3", Self.root.appendingPathComponent("scripts/make-docs").path, "--check",
            "--program", "\(Self.binaries)/kerfuffle",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            process.terminationStatus == 0,
            "\(said) run scripts/make-docs, and read what changed")
    }
}
