import Foundation
import Testing

@Suite struct ProcessTests {
    /// The digest of fixed windows under plans with every rule. It is the same for every build of version
    /// 1 of plans; where it changes, output that somebody recorded can no longer be made again.
    private static let digest =
        "92c51d28b93a5cfbde465e624cc50389dc94e2d8f8a06fe12f6e7f71bb5238be"

    @Test(arguments: 0..<2)
    func `every process makes the same decisions`(run: Int) throws {
        let folder = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        let process = Process()
        process.executableURL = folder.appending(path: "perturbation-bench")
        process.arguments = ["digest"]
        // Seeds of Swift's own hashing differ from process to process; nothing may depend on them.
        var environment = ProcessInfo.processInfo.environment
        environment["SWIFT_DETERMINISTIC_HASHING"] = run == 0 ? "1" : nil
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: text, as: UTF8.self) == Self.digest + "\n")
    }
}
