import Foundation
import Hunting
import Results
import Synchronization
import Testing

/// Whole hunts of systems in Tests/Systems.
@Suite(.serialized) struct HuntTests {
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
    private static let systems = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Systems").path

    private func result(
        _ system: String, _ variant: String, trials: Int, in folder: String,
        results: TrialResults,
        stopsWhen: @escaping @Sendable (HuntProgress) -> Bool = { _ in false }
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
        let isStopped = Atomic<Bool>(false)
        let bench = try TrialBench(
            document.hunt, folder: folder + "/trials",
            shouldStop: { isStopped.load(ordering: .relaxed) })
        let run = try HuntRun(
            document, bench: bench, results: results, width: 8,
            progress: { if stopsWhen($0) { isStopped.store(true, ordering: .relaxed) } })
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

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
    func `a hunt that is stopped while it shrinks writes what it has come to, and goes on`() throws
    {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try TrialResults(path: folder + "/hunt.db", identity: "sum")
        let whole = Mutex(0)
        let stopped = try result("sum", "buggy", trials: 6, in: folder, results: results) { step in
            // What is left is told as `failing`; something was left out by then.
            guard step.step == .shrinking else { return false }
            return whole.withLock { whole in
                whole = max(whole, step.failing)
                return step.failing < whole / 2
            }
        }
        #expect(stopped.stoppedAt == .shrinking && stopped.conclusion == .found)
        let part = try #require(stopped.clusters.first?.reproducer)
        #expect(part.isStopped && !part.isMinimal && part.reproductionRuns == 0)
        #expect(part.records < 30)
        let kept = try Reproducer(opening: part.folder)
        #expect(kept.input.workload.records.count == part.records)
        let readMe = try String(contentsOfFile: part.folder + "/README.md", encoding: .utf8)
        #expect(readMe.contains("The hunt was stopped before"))

        // What lies beside it under another name goes, too.
        try FileManager.default.copyItem(atPath: part.folder, toPath: part.folder + "-move")

        let all = try result("sum", "buggy", trials: 6, in: folder, results: results)
        let small = try #require(all.clusters.first?.reproducer)
        #expect(small.folder == part.folder && small.isMinimal && !small.isStopped)
        #expect(small.records + small.atoms < part.records + part.atoms)
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: folder + "/reproducers")
        #expect(folders.count == all.clusters.count { $0.reproducer != nil })
    }
}
