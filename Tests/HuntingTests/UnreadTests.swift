import Foundation
import Hunting
import Testing

/// What a group leaves uncommitted at its end.
@Suite struct UnreadTests {
    private static let python: String? = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]

    private func outcome(
        _ words: String, schedule: String, isBaseline: Bool = false
    ) throws -> TrialOutcome {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Python/skip.py").path
        let document = try Sample.document(
            Sample.text(
                topics: "{orders: 1}",
                system: "{command: ['\(try #require(Self.python))', -B, '\(script)'\(words)]}",
                extra: "settle: {quiet: 300ms, unread: 3s}"))
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: try TrialSchedule(parsing: schedule), origin: "test")
        return try bench.run(input, isBaseline: isBaseline)
    }

    private static let repeatedAtTheEnd =
        #"{"in":"orders/0@10","op":"duplicate","copy":1,"after":"orders/0@11"}"#

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
    func `who skips a repetition without committing it has not hung, who stops reading has`() throws
    {
        let skipping = try outcome("", schedule: Self.repeatedAtTheEnd)
        #expect(skipping.ending == .settled && skipping.unread.count == 1)
        let stopping = try outcome(", stop", schedule: Self.repeatedAtTheEnd)
        #expect(stopping.ending.word == "hung")
        #expect(stopping.ending.reason?.contains("committed to 3 of 13") == true)
        // Of a baseline nobody knows yet what it commits.
        #expect(try outcome(", stop", schedule: "", isBaseline: true).ending == .settled)
    }
}
