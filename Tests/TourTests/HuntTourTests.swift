import Foundation
import Testing

/// The tour of docs/hunting.md, run as a newcomer would: every command of it, in one shell, beside the systems.
@Suite struct HuntTourTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]

    /// The blocks of one kind between the marks.
    private static func blocks(_ kind: String) throws -> [String] {
        let document = try String(
            contentsOf: root.appendingPathComponent("docs/hunting.md"), encoding: .utf8)
        let tour = try #require(
            document.components(separatedBy: "<!-- hunt tour -->").last?
                .components(separatedBy: "<!-- /hunt tour -->").first)
        // Fences stand in pairs: what is inside has an odd place.
        return tour.components(separatedBy: "```").enumerated().compactMap { index, text in
            guard index % 2 == 1 else { return nil }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.first.map(String.init) == kind else { return nil }
            return lines.dropFirst().joined(separator: "\n")
        }
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
    func `every command of the tour works, and says what the tour shows`() throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appendingPathComponent(
            "hunt-tour-\(UUID().uuidString)")
        try files.copyItem(at: Self.root.appendingPathComponent("Tests/Systems"), to: folder)
        defer { try? files.removeItem(at: folder) }
        let commands = try Self.blocks("sh")
        #expect(commands.count >= 4)
        let output = folder.appendingPathComponent("output.txt")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["400", "bash", "-c", "set -eu\n" + commands.joined(separator: "\n")]
        process.currentDirectoryURL = folder
        let python = URL(fileURLWithPath: Self.python ?? "").deletingLastPathComponent().path
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PATH": "\(TourTests.binaries):\(python):/usr/local/bin:/usr/bin:/bin"],
            uniquingKeysWith: { $1 })
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let said = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
        let lines = Set(said.split(separator: "\n"))
        for line in try Self.blocks("").flatMap({ $0.split(separator: "\n") }) {
            let isThere = lines.contains(line)
            #expect(isThere, "the tour does not say: \(line)\n\(said)")
        }
    }
}
