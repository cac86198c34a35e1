import Foundation
import Testing

/// The short form of `scripts/torture`: a client and a reference that were not written in Swift say
/// whether kills at random instants and at every failpoint lose or repeat anything.
@Suite(.enabled(if: ClusterKind.hasReal, "no real broker is at hand, and exactly-once needs one"))
struct TortureTests {
    @Test func `kills while members come and go leave the output as the reference has it`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kerfuffle-torture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let brokers = try #require(ClusterKind.realBrokers)
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [
            "-B", Self.repository.appending(path: "Tests/Torture").path(), "--short", "--brokers",
            brokers,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["KERFUFFLE_PROGRAM": Child.program.path(), "TMPDIR": folder.path()]) { $1 }
        let output = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        #expect(process.terminationStatus == 0, "\(said.suffix(4000))")
        #expect(said.contains("1 cases, 0 wrong"))
    }

    private static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The one that scripts/setup makes, unless another is named.
    private static let python =
        ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
        ?? repository.appending(path: ".build/python/bin/python3").path()
}
