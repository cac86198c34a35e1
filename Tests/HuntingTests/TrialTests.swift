import Foundation
import Hunting
import Perturbation
import Results
import Testing

/// Trials of programs that every machine has.
@Suite(.serialized) struct TrialTests {
    private static let kcat = ["/usr/bin/kcat", "/usr/local/bin/kcat"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private func outcome(
        _ system: String, observe: String = "[{topic: out}]", extra: String = "",
        schedule: String = ""
    ) throws -> (TrialOutcome, String) {
        let document = try Sample.document(
            Sample.text(system: system, observe: observe, extra: extra))
        let folder = try Sample.folder()
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let input = TrialInput(
            number: 3, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: try TrialSchedule(parsing: schedule), origin: "test")
        return (try bench.run(input, keepsFolder: true), folder)
    }

    @Test(
        arguments: [
            ("{command: 'echo why; exit 3', ready: {after: 5s}}", "not-started", "said last: why"),
            ("{command: [/no/such/program]}", "not-started", "cannot be started"),
            ("{command: [sleep, '60'], startWithin: 200ms}", "never-ready", "did not come to be"),
            ("{command: 'sleep 2; kill -SEGV $$', ready: {after: 100ms}}", "crashed", "SEGV"),
        ])
    func `what keeps a trial from settling is a verdict of its own`(
        system: String, word: String, reason: String
    ) throws {
        let (outcome, folder) = try outcome(system)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending.word == word)
        #expect(outcome.ending.reason?.contains(reason) == true, "\(outcome.ending)")
    }

    @Test func `a start that fails once, where others do not, is made again and says so`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The second and the fourth and fifth start are no good.
        let command =
            "echo >> \(folder)/starts; case $(wc -l < \(folder)/starts) in 2|4|5) ;; *) echo ready;; esac; exec sleep 60"
        let document = try Sample.document(
            Sample.text(
                system: "{command: '\(command)', ready: {output: ready}, startWithin: 2s}",
                extra: "settle: {quiet: 20ms, unread: 100ms}"))
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: TrialSchedule(), origin: "test")
        let outcomes = try (1...3).map { _ in try bench.run(input) }
        #expect(outcomes.map(\.ending.word) == ["settled", "settled", "never-ready"])
        #expect(outcomes.map(\.isSecondStart) == [false, true, true])
    }

    @Test func `what the reset of an external system starts goes on until the trial ends`() throws {
        let mark = "62.\(Int.random(in: 100_000...999_999))"
        let (outcome, folder) = try outcome(
            """
            {external: {reset: 'sleep \(mark) & exec true', after: 'pgrep -f "^sleep \(mark)" > $KERFUFFLE_STATE/alive'},
             ready: {after: 20ms}}
            """, observe: "[{file: alive, name: out}]",
            extra: "settle: {quiet: 50ms, unread: 200ms}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        #expect(outcome.observed["out"]?.count == 1)
        let deadline = ContinuousClock.now + .seconds(30)
        while try !processes(with: mark).isEmpty, .now < deadline { usleep(10_000) }
        #expect(try processes(with: mark) == [])
    }

    @Test func `where this process stands still itself nobody is called late`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let document = try Sample.document(
            Sample.text(system: "{command: [sleep, '60'], startWithin: 150ms}"))
        // Asked at every turn: each takes 300 ms, of which a tenth counts as the system's.
        let bench = try TrialBench(
            document.hunt, folder: folder,
            shouldStop: {
                usleep(300_000)
                return false
            })
        let input = TrialInput(
            number: 1, seed: "s", workload: try document.hunt.makeWorkload(),
            schedule: TrialSchedule(), origin: "test")
        let outcome = try bench.run(input)
        #expect(outcome.ending.word == "never-ready" && outcome.standstillMs >= 1000)
        #expect(outcome.isOverloaded && outcome.isSecondStart)
        let run = try HuntRun(
            document, bench: bench,
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 1)
        let summary = try run.summary(of: input, phase: "search", number: 1)
        #expect(summary.ending == "overloaded" && summary.isClean)
    }

    @Test func `a baseline is tried again until the machine has gone on`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        @Sendable func starts() -> Int {
            let text = try? String(contentsOfFile: folder + "/starts", encoding: .utf8)
            return text?.count { $0 == "\n" } ?? 0
        }
        let command =
            "echo >> \(folder)/starts; test $(wc -l < \(folder)/starts) -le 3 || echo ready; exec sleep 60"
        let document = try Sample.document(
            Sample.text(
                system: "{command: '\(command)', ready: {output: ready}, startWithin: 150ms}",
                extra: "settle: {quiet: 20ms, unread: 100ms}\nbudget: {trials: 1, calibration: 1}"))
        let bench = try TrialBench(
            document.hunt, folder: folder,
            shouldStop: {
                if starts() <= 3 { usleep(300_000) }
                return false
            })
        let run = try HuntRun(
            document, bench: bench,
            results: try TrialResults(path: folder + "/hunt.db", identity: "t"), width: 1)
        let result = try run.run(reproducers: folder + "/reproducers")
        #expect(result.conclusion == .clean && result.search.settled == 1)
        // Three in vain, the baseline, the calibration and the search.
        #expect(starts() == 6)
    }

    @Test func `nothing that a system started is left, not even what left no other trace`() throws {
        let mark = "61.\(Int.random(in: 100_000...999_999))"
        let (outcome, folder) = try outcome(
            "{command: 'sleep \(mark) & sleep \(mark)', ready: {after: 50ms}}",
            extra: "settle: {quiet: 50ms, unread: 200ms}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        // A busy machine takes its time to end what was killed.
        let deadline = ContinuousClock.now + .seconds(20)
        while try !processes(with: mark).isEmpty, .now < deadline { usleep(10_000) }
        #expect(try processes(with: mark) == [])
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid"),
            "no setsid: it is in util-linux"),
        // By its environment, and by its limits where it has none.
        arguments: ["setsid", "setsid env -i"])
    func `who leaves the process group ends with its copy all the same`(leaving: String) throws {
        let mark = "63.\(Int.random(in: 100_000...999_999))"
        // The second copy notes how many of the first one's are left.
        let script =
            "pgrep -fc \"^sleep \(mark)\" >> $KERFUFFLE_STATE/left; \(leaving) sleep \(mark) & exec sleep 60"
        let (outcome, folder) = try outcome(
            "{command: ['sh', '-c', '\(script)'], ready: {after: 300ms}}",
            observe: "[{file: left, name: out}]",
            extra: "settle: {quiet: 50ms, unread: 200ms}",
            schedule: #"{"at":"orders/0@0","op":"kill"}"#)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        let left = outcome.observed["out"]?.map { String(decoding: $0.value ?? [], as: UTF8.self) }
        #expect(left == ["0", "0"])
        let deadline = ContinuousClock.now + .seconds(30)
        while try !processes(with: mark).isEmpty, .now < deadline { usleep(10_000) }
        #expect(try processes(with: mark) == [])
    }

    /// Those whose command line holds the text.
    private func processes(with mark: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
            guard Int($0) != nil,
                let line = FileManager.default.contents(atPath: "/proc/\($0)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(mark)
        }
    }

    @Test func `a program behind a shell has its time to stop, too`() throws {
        let inner =
            "trap \"sleep 0.3; echo bye > $KERFUFFLE_STATE/bye; exit\" TERM; echo hears; while :; do sleep 0.02; done"
        let (outcome, folder) = try outcome(
            "{command: [sh, -c, 'sh -c ''\(inner)''; :'], ready: {output: hears}}",
            observe: "[{file: bye, name: out}]",
            extra: "settle: {quiet: 50ms, unread: 200ms}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        #expect(outcome.observed["out"]?.count == 1)
    }

    @Test func `a command that never answers is its trial's hang, and not the end of the hunt`()
        throws
    {
        let (outcome, folder) = try outcome(
            "{command: [sleep, '60'], ready: {after: 20ms}}",
            observe: "[{command: [sleep, '60'], name: out}]",
            extra: "settle: {quiet: 20ms, unread: 50ms}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending.word == "hung")
        #expect(outcome.ending.reason?.contains("observe out") == true)
    }

    @Test func `who still writes to its state is at work`() throws {
        let (outcome, folder) = try outcome(
            "{command: 'for i in $(seq 30); do sleep 0.15; echo $i >> $KERFUFFLE_STATE/lines; done; exec sleep 60', ready: {after: 50ms}}",
            observe: "[{file: lines, name: out}]",
            extra: "settle: {quiet: 50ms, unread: 3s, limit: 30s}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        #expect(outcome.observed["out"]?.count == 30)
    }

    @Test func `a log that never ends is no work`() throws {
        let (outcome, folder) = try outcome(
            "{command: 'while :; do echo tick; sleep 0.02; done', ready: {after: 50ms}}",
            extra: "settle: {quiet: 50ms, unread: 300ms, limit: 30s}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
    }

    @Test(.enabled(if: kcat != nil, "no kcat: scripts/setup --tests installs it"))
    func `kcat reads what is fed in the order of the schedule`() throws {
        let program = Self.kcat ?? ""
        let options =
            "-X session.timeout.ms=4000 -X heartbeat.interval.ms=500 -X auto.offset.reset=earliest"
        let (outcome, folder) = try outcome(
            "{command: 'exec \(program) -q -u -b $KAFKA_BOOTSTRAP_SERVERS -G $KAFKA_GROUP_ID \(options) -f \"%o\\n\" orders'}",
            observe: "[{command: 'cat ${folder}/system-1.log', name: out}]",
            extra: "settle: {quiet: 300ms, unread: 20s}",
            schedule: #"{"in":"orders/0@0","op":"duplicate","copy":1,"after":"orders/0@1"}"#)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(outcome.ending == .settled)
        #expect(outcome.fed.count == 13)
        #expect(outcome.observed["out"]?.count == 13)
    }

    @Test func `an HTTP sink notes what the system asks of it`() throws {
        let python = "/usr/bin/python3"
        let call =
            "import os,urllib.request as r;"
            + "r.urlopen(r.Request(os.environ[\"KERFUFFLE_HTTP_CHARGES\"]+\"/c?x=1\",data=b\"[7]\"));"
            + "print(\"called\",flush=True);import time;time.sleep(9)"
        let (outcome, folder) = try outcome(
            "{command: ['\(python)', '-c', '\(call)'], ready: {output: called}}",
            observe: "[{http: charges}, {topic: out}]",
            extra: "settle: {quiet: 300ms, unread: 1s}")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = outcome.observed["charges"]?.first?.value.map {
            String(decoding: $0, as: UTF8.self)
        }
        let said = #"{"method":"POST","path":"/c?x=1","body":[7],"headers":{"#
        #expect(text?.hasPrefix(said) == true, "\(text ?? "none")")
    }
}
