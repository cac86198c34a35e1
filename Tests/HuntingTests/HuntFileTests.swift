import Configuration
import Foundation
import Hunting
import Perturbation
import Testing

@Suite struct HuntFileTests {
    @Test func `an external system is told of its trials, and has neither copies nor output here`()
        throws
    {
        let text = Sample.text(
            system: "{external: {after: ./end.sh}, ready: {output: up}, copies: 2}",
            extra: "faults: [{kill: 20%}]")
        let error = #expect(throws: ConfigurationError.self) { try Sample.document(text) }
        #expect(
            Set((error?.problems ?? []).map(\.path)) == [
                "system.external", "system.ready", "system.copies", "faults",
            ], "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `every problem of a file is reported with its place`() throws {
        let text = """
            workload: {generate: {records: 0, keys: x, operations: [{value: "${nope}"}]}}
            input: {topics: {orders: 2}, pase: 3}
            observe: [{topik: a}, {command: []}]
            system: {comand: x, ready: joind}
            faults: [{kil: 3%}, {join: 10%, length: 1s}]
            invariants: [{convergance: {}}]
            broker: realy
            budget: {trials: 0}
            """
        let error = #expect(throws: ConfigurationError.self) { try Sample.document(text) }
        let found = (error?.problems ?? []).map { "\($0.place.map { "\($0)" } ?? "") \($0.path)" }
        #expect(
            Set(found).isSuperset(of: [
                "1:32 workload.generate.records", "1:41 workload.generate.keys",
                "1:65 workload.generate.operations[0].value", "2:30 input.pase",
                "3:12 observe[0].topik", "3:33 observe[1].command", "4:10 system.comand",
                "4:28 system.ready", "5:11 faults[0].kil", "5:41 faults[1].length",
                "6:15 invariants[0].convergance", "7:9 broker", "8:18 budget.trials",
            ]))
    }

    @Test(
        arguments: [
            ("observe: []", "nothing is observed"),
            ("observe: [{topic: a}, {topic: a}]", "called `a`"),
            ("invariants_: []", "no invariant is here"),
        ])
    func `what would hunt for nothing is refused`(line: String, words: String) throws {
        let kept = Sample.text().split(separator: "\n").filter { each in
            !each.hasPrefix("observe") || !line.hasPrefix("observe")
        }.filter { !$0.hasPrefix("invariants") }
        let invariants = line.hasPrefix("observe") ? ["invariants: [{custom: {jq: 'true'}}]"] : []
        let text = (kept.map(String.init) + invariants + [line]).joined(separator: "\n")
        let error = #expect(throws: ConfigurationError.self) { try Sample.document(text) }
        #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test(
        arguments: [
            ("input: {topics: {orders: 2}}", "input: {topics: {'no good!': 2}}", "no topic name"),
            ("input: {topics: {orders: 2}}", "input: {topics: [..]}", "no topic name"),
            ("observe: [{topic: out}]", "observe: [{topic: 'a b'}]", "no topic name"),
            ("system:", "settle: {quiet: 10s, limit: 1s}\nsystem:", "no trial could settle"),
            ("system:", "settle: {quiet: 2m}\nsystem:", "no trial could settle"),
        ])
    func `what no trial could ever do is refused before one is made`(
        part: String, other: String, words: String
    ) throws {
        let text = Sample.text().replacing(part, with: other)
        let error = #expect(throws: ConfigurationError.self) { try Sample.document(text) }
        #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `a team's own command is words or a text for the shell, as everywhere`() throws {
        for (written, words) in [
            ("[./check.py, --strict]", ["./check.py", "--strict"]),
            ("'jq -e .fed | head'", ["/bin/sh", "-c", "jq -e .fed | head"]),
        ] {
            let text = Sample.text().replacing(
                "{uniqueness: {stream: out, key: .id}}", with: "{custom: {command: \(written)}}")
            let invariants = try Sample.document(text).hunt.judging.plan.invariants
            #expect(invariants.map(\.rule) == [.custom(.command(words))])
        }
    }

    @Test func `a value is put in place of the file's, and a way that leads nowhere is refused`()
        throws
    {
        let bytes = Array(Sample.text().utf8)
        let document = try HuntDocument(
            yaml: bytes, path: "/tmp/h.yaml",
            settings: ["budget.trials=7", "system.environment.A=b", "broker={real: \"x:1\"}"])
        #expect(document.hunt.budget.trials == 7)
        #expect(document.hunt.system.environment == ["A": "b"])
        #expect(
            document.hunt.broker
                == .real(bootstrapServers: "x:1", properties: [:], replication: 1))
        for bad in ["budget", "input.topics.orders.x=3"] {
            #expect(throws: HuntError.self) {
                try HuntDocument(yaml: bytes, path: "/tmp/h.yaml", settings: [bad])
            }
        }
    }

    @Test func `what the command line puts in is named by it, and has no place in the file`() {
        let settings = ["budget.trials=abc", "system.comand=x", "observe=[{topik: a}]"]
        let error = #expect(throws: ConfigurationError.self) {
            try HuntDocument(
                yaml: Array(Sample.text().utf8), path: "/tmp/h.yaml", settings: settings)
        }
        let lines = error?.description.split(separator: "\n").map(String.init) ?? []
        for start in [
            "--set budget.trials=abc: \"abc\" is no whole number", "--set system.comand=x: ",
            "--set observe=[{topik: a}]: observe[0].topik: ",
        ] { #expect(lines.contains { $0.hasPrefix(start) }, "\(lines)") }
    }

    @Test func `files that it names and that are not there have their place, too`() throws {
        let text = Sample.text().replacing("system:", with: "schedules: [a.jsonl]\nsystem:")
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/h.yaml"
        try text.replacing("workload:", with: "workload: {recording: b.mcap}\nx:")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: ConfigurationError.self) { try HuntDocument(path: path) }
        let problems = (error?.problems ?? []).filter { $0.found.hasPrefix("there is no /") }
        #expect(problems.map(\.path) == ["workload.recording", "schedules[0]"])
        #expect(problems.allSatisfy { $0.place != nil })
    }

    @Test func `a file to start from is a hunt file, whatever its names look like`() throws {
        for recording in [nil, "a'b: #.mcap"] {
            let template = HuntTemplate(
                command: "./x --y 'z' # no", inputs: [("1e3", 3)],
                outputs: [("-", 1), ("null", 2)], calls: ["e-mail: '#"], state: "./dump",
                recording: recording)
            let hunt = try Sample.document(template.text).hunt
            #expect(hunt.input.topics.map(\.name) == ["1e3"])
            #expect(hunt.observe.map(\.name) == ["-", "null", "e-mail: '#", "state"])
            #expect(template.text.contains("KERFUFFLE_HTTP_E_MAIL____;"))
            // At any moment: a delay would keep faults from waiting for commits.
            #expect(hunt.faults.map(\.kind) == [.kill] && hunt.faults[0].isStretched)
            #expect(hunt.system.start == .command(["/bin/sh", "-c", "./x --y 'z' # no"]))
        }
    }
}
