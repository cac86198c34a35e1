import Foundation
import Testing

/// A counterexample of a model, tried on the systems of Tests/Systems that have the same mistake, and on their twins.
@Suite struct HypothesisTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]

    private func run(_ command: String, in folder: URL) throws -> (code: Int32, said: String) {
        let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["400", "bash", "-c", command]
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
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        arguments: [("late-key", "charge"), ("effect-before-ack", "sum")])
    func
        `what was found in a model is found at once in a consumer with that mistake, and not in its twin`(
            model: String, system: String
        ) throws
    {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appendingPathComponent(
            "hypothesis-\(UUID().uuidString)")
        try files.copyItem(at: Self.root.appendingPathComponent("Tests/Systems"), to: folder)
        defer { try? files.removeItem(at: folder) }
        let topology = Self.root.appendingPathComponent("topologies/explore/\(model).yaml").path
        let made = try run(
            "kerfuffle explore \(topology) --to-hunt tried --hunt \(system).yaml", in: folder)
        #expect(made.code == 1, "\(made.said)")
        // Of a kill the moment counts, which is not the same on a busy machine: one repetition is enough here.
        let least =
            "--set budget.calibration=1 --set budget.shrinking=0 --set 'confirm={runs: 4, needed: 1}'"
        let found = try run("kerfuffle hunt tried/hunt.yaml \(least) -o buggy", in: folder)
        #expect(found.code == 1, "\(found.said)")
        #expect(found.said.contains("FOUND convergence(balances)"), "\(found.said)")
        let twin = try run(
            "kerfuffle hunt tried/hunt.yaml \(least) --set system.environment.VARIANT=fixed -o fixed",
            in: folder)
        #expect(twin.code == 0, "\(twin.said)")
    }
}
