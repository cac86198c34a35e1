import Foundation
import Perturbation
import Records
import Testing

@testable import Hunting

/// Faults that strike when the system is so far with a delivery.
@Suite struct MomentTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["KERFUFFLE_PYTHON"]
    private static let brokers = environment["KERFUFFLE_TEST_BROKERS"]

    /// A consumer that commits in front of its work or behind it, where it is killed, and what it then has done.
    struct Case: Sendable, CustomTestStringConvertible {
        var consumer: String
        var moment: String
        var done: [String]
        var testDescription: String { "\(consumer), killed once \(moment)" }
    }

    /// Four records are fed; the kill is behind the second.
    private static let cases = [
        Case(consumer: "first", moment: "committed", done: ["0", "2", "3"]),
        Case(consumer: "last", moment: "committed", done: ["0", "1", "2", "3"]),
        Case(consumer: "first", moment: "committing", done: ["0", "1", "2", "3"]),
        Case(consumer: "last", moment: "committing", done: ["0", "1", "1", "2", "3"]),
        // It shows nothing before it has committed.
        Case(consumer: "first", moment: "shown", done: ["0", "2", "3"]),
        Case(consumer: "last", moment: "shown", done: ["0", "1", "1", "2", "3"]),
    ]

    private func done(_ consumer: String, _ moment: String, broker: String) throws -> [String] {
        let outcome = try outcome(consumer, moment, broker: broker)
        #expect(outcome.ending == .settled)
        return (outcome.observed["out"] ?? []).map {
            String(decoding: $0.value ?? [], as: UTF8.self)
        }
    }

    private func outcome(
        _ consumer: String, _ moment: String, broker: String,
        pause: @escaping @Sendable (UInt32) -> Void = { usleep($0) }
    ) throws -> TrialOutcome {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Python/commits.py").path
        let python = try #require(Self.python)
        let document = try Sample.document(
            Sample.text(
                topics: "{orders: 1}",
                system: "{command: ['\(python)', -B, '\(script)', \(consumer)]}",
                observe: ["apart", "before"].contains(consumer)
                    ? "[{topic: out}]" : "[{file: done, name: out}]",
                extra: "settle: {quiet: 2s, unread: 30s}\nbroker: \(broker)"
            ).replacing("records: 12", with: "records: 4"))
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(
            document.hunt, folder: folder, pause: pause, shouldStop: { false })
        let schedule = try TrialSchedule(
            // The second record is done with before: nothing of it is under way when the third comes.
            parsing: """
                {"in":"orders/0@1","op":"delay","copy":0,"delay_us":3000000}
                {"at":"orders/0@1","copy":0,"op":"kill","once":"\(moment)","delay_us":0}
                """)
        return try bench.run(
            TrialInput(
                number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
                schedule: schedule, origin: "test"))
    }

    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        arguments: cases)
    func `a kill at a moment loses what is committed first, and repeats what is committed last`(
        one: Case
    ) throws {
        let done = try done(one.consumer, one.moment, broker: "embedded")
        #expect(done == one.done)
    }

    /// Its requests cannot be seen: there it commits when its work shows.
    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"),
        .enabled(if: brokers != nil, "KERFUFFLE_TEST_BROKERS names no broker"),
        arguments: [
            cases[0], cases[3],
            // Between the end of a transaction and a position that is no part of it nothing but a few milliseconds lie.
            Case(consumer: "apart", moment: "shown", done: ["0", "1", "1", "2", "3"]),
            // So it is between a position and the end of the transaction that it should be a part of.
            Case(consumer: "before", moment: "committed", done: ["0", "2", "3"]),
        ])
    func `so it does on a real broker`(one: Case) throws {
        let broker = "{real: '\(try #require(Self.brokers))'}"
        let done = try done(one.consumer, one.moment, broker: broker)
        #expect(done == one.done)
    }

    /// The system went on unseen, perhaps to the end of what it does: the schedule was not carried out for sure.
    @Test(
        .enabled(
            if: python != nil, "KERFUFFLE_PYTHON names no Python with scripts/requirements.txt"))
    func `a trial whose fault may have struck behind its moment is run again, three times at most`()
        throws
    {
        let late = try outcome(
            "last", "committed", broker: "embedded", pause: { usleep($0 + 3000) })
        #expect(late.folder.hasSuffix("/trial-4") && late.isLateToLook)
        #expect(late.ending == .settled)
    }

    @Test func `faults without a delay strike at moments now and then, those with one never`()
        throws
    {
        func moments(_ faults: String) throws -> [String: Int] {
            let hunt = try Sample.document(
                Sample.text(extra: "strategy: random\nfaults: [\(faults)]")
            ).hunt
            let workload = try hunt.makeWorkload()
            let feed = try FeedSequence(workload, TrialSchedule(), paceUs: 1000)
            return (0..<400).reduce(into: [:]) { counts, number in
                let fault = hunt.faults[0].fault(seed: "s-\(number)", index: 0, feed: feed)
                counts[fault?.once?.rawValue ?? "none", default: 0] += 1
            }
        }
        let drawn = try moments("{kill: 100%}")
        #expect(
            (70...130).contains(drawn["committed"] ?? 0)
                && (30...70).contains(drawn["committing"] ?? 0))
        #expect(try moments("{kill: 100%, delay: 0..5ms}") == ["none": 400])
        #expect(try moments("{kill: 100%, once: committing}") == ["committing": 400])
        #expect(try moments("{join: 100%}") == ["none": 400])
        #expect(try moments("{pause: 100%}")["committing"] == nil)
    }

    @Test func `who would meet the refused commit cannot strike while it is refused`() {
        for kind in ["term", "pause", "join", "leave"] {
            let text = Sample.text(extra: "faults: [{\(kind): 10%, once: committing}]")
            #expect(throws: (any Error).self) { try Sample.document(text) }
            #expect(throws: ScheduleError.self) {
                try TrialSchedule(
                    parsing: #"{"at":"orders/0@1","op":"\#(kind)","once":"committing"}"#)
            }
        }
    }
}
