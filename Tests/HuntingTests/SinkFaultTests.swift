import Foundation
import Hunting
import Perturbation
import Records
import Results
import Testing

/// Answers of an HTTP sink that fail, come late or not at all, as lines of a schedule.
@Suite(.serialized) struct SinkFaultTests {
    private static let tools = ["/usr/bin/kcat", "/usr/bin/curl"]
    private static let areThere = tools.allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Calls the sink for each record, and once more where that fails: it charges twice where an answer is lost.
    private func document(_ sink: String, topics: String = "{orders: 1}") throws -> HuntDocument {
        let text = """
            workload:
              generate: {records: 6, keys: 2, operations: [{value: {id: "${id}"}}]}
            input: {topics: \(topics), pace: 5ms}
            observe: [{http: \(sink), name: charges}]
            system:
              command: >
                kcat -C -b $KAFKA_BOOTSTRAP_SERVERS -t orders -o beginning -u -f '%s\\n'
                -X fetch.wait.max.ms=10 | while read v; do
                for attempt in 1 2 3 4; do curl -sf -d "$v" $KERFUFFLE_HTTP_CHARGES && break; done; done
              ready: {output: Reached end}
            settle: {quiet: 300ms, unread: 3s}
            budget: {calibration: 1, trials: 3, clusters: 2, shrinking: 60}
            confirm: {runs: 2, needed: 1}
            strategy: random
            plan: {}
            invariants:
              - uniqueness: {stream: charges, key: .body.id}
              - exactlyOnceEffect: {stream: charges, key: .body.id, input: .id}

            """
        return try HuntDocument(yaml: Array(text.utf8), path: "/tmp/charges.yaml")
    }

    private func schedule(_ document: HuntDocument, trial: Int = 1) throws -> TrialSchedule {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try HuntRun(
            document, bench: try TrialBench(document.hunt, folder: folder, shouldStop: { false }),
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 2)
        return try run.input(trial).schedule
    }

    @Test func `faults of a sink are lines that read back as they were written`() throws {
        let text = """
            {"at":"orders/0@1","copy":0,"op":"fail_answer","sink":"charges","status":503}
            {"at":"orders/0@2","copy":1,"op":"lose_answer"}
            {"at":"orders/0@3","copy":0,"op":"slow_answer","sink":"a \\"b\\"","length_us":800000}
            {"at":"orders/0@4","copy":0,"op":"fail_answer","status":500,"length_us":700000}

            """
        let schedule = try TrialSchedule(parsing: text)
        #expect(schedule.text == text)
        #expect(schedule.kinds == ["fail_answer", "lose_answer", "slow_answer"])
    }

    @Test(
        arguments: [
            (#"{"at":"orders/0@1","op":"fail_answer","status":200}"#, "refuses nothing"),
            (#"{"at":"orders/0@1","op":"kill","sink":"charges"}"#, "is of an HTTP sink"),
            (#"{"at":"orders/0@1","op":"lose_answer","sink":7}"#, "is no text"),
        ])
    func `a line that says nothing of a sink is refused`(line: String, words: String) {
        let error = #expect(throws: ScheduleError.self) { try TrialSchedule(parsing: line) }
        #expect(error.map { "\($0)" }?.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `what a sink does now and then is drawn by delivery, what it does always is not`()
        throws
    {
        let none = try schedule(try document("{fail: 100%, failure: 500}"))
        #expect(none.isEmpty)
        let half = try document("{fail: 30%, failure: 500, lose: 30%, slow: 30%, slowness: 70ms}")
        let drawn = try (1...20).map { try schedule(half, trial: $0) }
        let faults = drawn.flatMap(\.faults)
        // 120 deliveries, of which 0.3, 0.21 and 0.147 are struck.
        let counts = Dictionary(grouping: faults, by: \.kind).mapValues(\.count)
        #expect((20...52).contains(counts[.failAnswer] ?? 0), "\(counts)")
        #expect((10...42).contains(counts[.loseAnswer] ?? 0), "\(counts)")
        #expect((5...34).contains(counts[.slowAnswer] ?? 0), "\(counts)")
        #expect(faults.allSatisfy { $0.sink == "charges" })
        #expect(faults.first { $0.kind == .failAnswer }?.status == 500)
        // One in four of those that are refused or lost is late.
        let late = faults.filter { $0.kind != .slowAnswer && $0.lengthUs > 0 }
        #expect((5...30).contains(late.count), "\(late.count)")
        #expect(faults.first { $0.kind == .slowAnswer }?.lengthUs == 70_000)
        #expect(try schedule(half, trial: 7) == drawn[6])
    }

    @Test(.enabled(if: areThere, "no kcat or curl: scripts/setup --tests installs them"))
    func `a failed answer is not noted, a lost one is, and each strikes one request`() throws {
        let document = try document("{}")
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let lines = """
            {"at":"orders/0@1","copy":0,"op":"fail_answer"}
            {"at":"orders/0@3","copy":0,"op":"lose_answer","sink":"charges"}
            {"at":"orders/0@4","copy":0,"op":"slow_answer","length_us":100000}
            """
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: try TrialSchedule(parsing: lines), origin: "test")
        let outcome = try bench.run(input)
        #expect(outcome.ending == .settled)
        #expect(outcome.observed["charges"]?.count == 7)
        let stranger = TrialInput(
            number: 1, seed: "s", workload: input.workload,
            schedule: try TrialSchedule(
                parsing: #"{"at":"orders/0@1","op":"lose_answer","sink":"mail"}"#), origin: "test")
        let error = #expect(throws: HuntError.self) { try bench.run(stranger) }
        #expect(
            error?.description.contains("serves the sinks charges") == true,
            "\(error.map { "\($0)" } ?? "")")
    }

    /// Where a record is refused, the system looks at what has come meanwhile: with nothing newer there it goes on as it
    /// should. In the first trial alone it goes wrong without that, as a race would have it.
    @Test(.enabled(if: areThere, "no kcat or curl: scripts/setup --tests installs them"))
    func `what only flakes with a refusal in time repeats with a late one`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let line = #"{"at":"orders/0@1","copy":0,"op":"fail_answer","status":503}"#
        try line.write(toFile: folder + "/one.jsonl", atomically: true, encoding: .utf8)
        let text = """
            workload:
              generate: {records: 3, keys: 1, operations: [{value: {id: "${id}"}}]}
            input: {topics: {orders: 1}, pace: 1s}
            observe: [{http: {}, name: charges}]
            system:
              command: >
                kcat -C -b $KAFKA_BOOTSTRAP_SERVERS -t orders -o beginning -u -f '%s\\n'
                -X fetch.wait.max.ms=10 | while read v; do
                curl -sf -d "$v" $KERFUFFLE_HTTP_CHARGES || {
                n=$(kcat -C -b $KAFKA_BOOTSTRAP_SERVERS -t orders -o beginning -e -q | wc -l);
                curl -sf -d "$v" $KERFUFFLE_HTTP_CHARGES;
                if test $n -ge 3 || mkdir \(folder)/first;
                then curl -sf -d "$v" $KERFUFFLE_HTTP_CHARGES; fi; }; done
              ready: {output: Reached end}
            settle: {quiet: 300ms, unread: 10s}
            schedules: [one.jsonl]
            budget: {calibration: 1, trials: 1, clusters: 1, shrinking: 12}
            confirm: {runs: 2, needed: 2}
            invariants: [uniqueness: {stream: charges, key: .body.id}]

            """
        let document = try HuntDocument(yaml: Array(text.utf8), path: folder + "/late.yaml")
        let run = try HuntRun(
            document,
            bench: try TrialBench(
                document.hunt, folder: folder + "/trials", shouldStop: { false }),
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 4)
        let result = try run.run(reproducers: folder + "/reproducers")
        #expect(result.conclusion == .found, "\(result.clusters)")
        let small = try #require(result.clusters.first?.reproducer)
        #expect(small.kinds == ["fail_answer"])
    }

    @Test(.enabled(if: areThere, "no kcat or curl: scripts/setup --tests installs them"))
    func `a charge that is repeated for want of an answer shrinks to the answer that was lost`()
        throws
    {
        let document = try document("{lose: 40%, slow: 20%, slowness: 20ms}")
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try HuntRun(
            document, bench: try TrialBench(document.hunt, folder: folder, shouldStop: { false }),
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 6)
        let result = try run.run(reproducers: folder + "/reproducers")
        #expect(result.conclusion == .found)
        let small = try #require(result.clusters.first?.reproducer)
        #expect(small.kinds == ["lose_answer"])
        #expect(small.records == 1 && small.atoms == 1)
        // The other invariant that the same bug breaks begins where this one ended.
        #expect(result.clusters.count == 2)
        let other = try #require(result.clusters.last?.reproducer)
        #expect(other.kinds == ["lose_answer"] && other.partsAtFirst == 2)
    }
}
