import Foundation
import Hunting
import Testing

/// Outputs that a transaction holds back.
@Suite struct TransactionTests {
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
    private static let brokers: String? =
        ProcessInfo.processInfo.environment["KERFUFFLE_TEST_BROKERS"]

    private func outcome() throws -> TrialOutcome {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Python/held.py").path
        let document = try Sample.document(
            Sample.text(
                topics: "{orders: 1}",
                system:
                    "{command: ['\(try #require(Self.python))', -B, '\(script)'], startWithin: 3m}",
                extra: "settle: {quiet: 500ms, limit: 2m}\n"
                    + "broker: {real: '\(try #require(Self.brokers))'}"))
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: TrialSchedule(), origin: "test")
        return try bench.run(input)
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        .enabled(if: brokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"))
    func `what an open transaction holds back is waited for, and not lost`() throws {
        let settled = try outcome()
        #expect(settled.ending == .settled)
        #expect(settled.observed["out"]?.count == 12)
    }
}
