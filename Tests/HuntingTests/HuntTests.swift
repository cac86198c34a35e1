import Foundation
import Hunting
import Results
import Testing

/// Whole hunts of systems in Tests/Systems.
@Suite(.serialized) struct HuntTests {
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
    private static let systems = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Systems").path

    private func result(
        _ system: String, _ variant: String, trials: Int, in folder: String,
        results: TrialResults
    ) throws -> HuntResult {
        let program = "[\(Self.python ?? ""), \(system).py]"
        let dump = "[{command: [\(Self.python ?? ""), harness.py, dump], name: balances}]"
        let document = try HuntDocument(
            path: "\(Self.systems)/\(system).yaml",
            settings: [
                "system.command=\(program)", "observe=\(dump)",
                "system.environment.VARIANT=\(variant)", "budget.trials=\(trials)",
                "budget.calibration=2", "confirm.runs=2", "confirm.needed=2",
            ])
        let bench = try TrialBench(
            document.hunt, folder: folder + "/trials", shouldStop: { false })
        let run = try HuntRun(document, bench: bench, results: results, width: 8)
        return try run.run(reproducers: folder + "/reproducers")
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        arguments: ["sum", "last_write"])
    func `a bug is found and shrunk to what it takes, and its twin is clean`(system: String) throws
    {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try TrialResults(path: folder + "/hunt.db", identity: system)
        let found = try result(system, "buggy", trials: 8, in: folder, results: results)
        #expect(found.conclusion == .found)
        let small = try #require(found.clusters.first?.reproducer)
        #expect(small.records <= 4 && small.atoms <= 3 && small.isMinimal)
        #expect(small.reproductions == small.reproductionRuns)
        let readMe = try String(contentsOfFile: small.folder + "/README.md", encoding: .utf8)
        for words in ["\nExpected: `", "\nSeen: ", "\nfed  ", "\nbaseline  ", "\nobserved  "] {
            #expect(readMe.contains(words), "\(words) is not in \(readMe)")
        }

        // Going on with it runs nothing again and says the same.
        let again = try result(system, "buggy", trials: 8, in: folder, results: results)
        #expect(again.trials == found.trials)
        #expect(again.search.counts == found.search.counts)
        #expect(again.clusters.map(\.firstTrial) == found.clusters.map(\.firstTrial))

        let reproducer = try Reproducer(
            opening: small.folder, settings: ["system.environment.VARIANT=fixed"])
        let fixed = try Reproduction(
            of: reproducer, runs: 2, width: 2, folder: folder + "/fixed", shouldStop: { false })
        #expect(fixed.shown == 0 && fixed.others.isEmpty)

        let twin = try TrialResults(path: folder + "/twin.db", identity: system)
        let clean = try result(system, "fixed", trials: 8, in: folder + "/twin", results: twin)
        #expect(clean.conclusion == .clean)
    }
}
