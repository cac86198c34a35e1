import Foundation
import Perturbation
import Testing

@Suite struct ExploreCommandTests {
    private static let topologies = Kerfuffle.repository
        .appendingPathComponent("topologies/explore").path

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "explore-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test(arguments: ["late-key", "poison-livelock", "lock-order", "write-skew", "one-delivery"])
    func `a reproducer holds all that shows what was found, and its fix shows nothing`(
        name: String
    ) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(Self.topologies)/\(name).yaml"
        let found = try Kerfuffle.run(
            "explore", file, "--output", "x", "--format", "json", "--junit", "x.xml", "--html",
            "x.html", in: folder)
        #expect(found.code == 1, "\(found.errors)")
        let json = try JSONValue(parsing: found.text)
        let reproducer = try #require(json["reproducer"]?.string)
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(reproducer)")
        let reduced = try #require(json["reduced"])
        let isReduced = reduced["changed"]?.array?.isEmpty == false
        #expect(
            files.sorted() == ["README.md", "choices.jsonl"]
                + (isReduced ? ["original.yaml"] : [])
                + ["reproducer.json", "timeline.svg", "topology.yaml"])
        // The certificate is the same in all places.
        #expect(reduced["minimal"]?["certain"] == .bool(true))
        let facts = try JSONValue(
            parsing: String(
                contentsOfFile: "\(folder)/\(reproducer)/reproducer.json", encoding: .utf8))
        #expect(facts["minimal"] == reduced["minimal"] && facts["changed"] == reduced["changed"])
        let tried = try #require(reduced["minimal"]?["tried"]?.integer)
        let readMe = try String(
            contentsOfFile: "\(folder)/\(reproducer)/README.md", encoding: .utf8)
        #expect(readMe.contains("minimal: none of \(tried) single removals shows it"))
        #expect(try Kerfuffle.run("reproduce", reproducer, in: folder).code == 1)
        #expect(
            try Kerfuffle.run("reproduce", reproducer, "--expect", "failure", in: folder).code == 0)
        let finding = try #require(json["counterexample"]?["finding"]?.string)
        let junit = try String(contentsOfFile: "\(folder)/x.xml", encoding: .utf8)
        #expect(junit.contains("<failure message=\"found: \(finding)"))
        // Of what else there is to be found a search that has ended says nothing.
        let cases = junit.components(separatedBy: "<testcase").count - 1
        #expect(junit.components(separatedBy: "<skipped").count == cases)
        let page = try String(contentsOfFile: "\(folder)/x.html", encoding: .utf8)
        #expect(page.contains("kerfuffle reproduce \(reproducer)") && page.contains("<svg"))
        // The correct twin in its place.
        let twin = try String(
            contentsOfFile: "\(Self.topologies)/\(name)-fixed.yaml", encoding: .utf8)
        try Data(twin.utf8).write(
            to: URL(fileURLWithPath: "\(folder)/\(reproducer)/topology.yaml"))
        let fixed = try Kerfuffle.run("reproduce", reproducer, in: folder)
        #expect(fixed.code == 0, "\(fixed.text)")
    }

    @Test func `which keys were drawn is said, for what is complete is so for these alone`() throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func explored(_ seed: String, _ keys: String) throws -> Kerfuffle.Result {
            try Kerfuffle.run(
                "explore", "\(Self.topologies)/lost-update.yaml", "--seed", seed, "--set",
                "sources.orders.keys=\(keys)", in: folder)
        }
        // One seed gives both messages one key, where an update is lost, and another gives each its own.
        var codes: Set<Int32> = []
        for seed in (1...20).map({ "\($0)" }) {
            let ended = try explored(seed, "uniform(2)")
            let line = try #require(
                ended.text.split(separator: "\n").first { $0.hasPrefix("keys ") })
            #expect(line.hasSuffix(", as seed \(seed) draws them; it is about these alone"))
            let keys = line.dropFirst(4).prefix { $0 != "," }.split(separator: " ")
            #expect(keys.count == 2 && ended.code == (keys[0] == keys[1] ? 1 : 0))
            codes.insert(ended.code)
        }
        #expect(codes == [0, 1])
        #expect(try !explored("1", "one").text.contains("\nkeys "))
    }

    @Test func `what cannot be run again ends with 125 and says why`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try Kerfuffle.run(
            "explore", "\(Self.topologies)/oversell.yaml", "--output", "x", in: folder)
        let reproducer = "x/reproducers/noOversell"
        func spoil(_ name: String, _ text: String?, _ expected: String) throws {
            let url = URL(fileURLWithPath: "\(folder)/\(reproducer)/\(name)")
            let before = try Data(contentsOf: url)
            if let text {
                try Data(text.utf8).write(to: url)
            } else {
                try FileManager.default.removeItem(at: url)
            }
            let result = try Kerfuffle.run("reproduce", reproducer, in: folder)
            #expect(result.code == 125)
            #expect(result.errors.contains(expected), "\(result.errors)")
            try before.write(to: url)
        }
        try spoil("choices.jsonl", nil, "it has no choices.jsonl")
        try spoil("choices.jsonl", "{\"exploration\":1}\n{\"delivery\":-1}", "choices.jsonl:2")
        try spoil("topology.yaml", "sources: 3", "topology.yaml:1")
        try spoil("reproducer.json", "{\"exploration\":7}", "the version that is read")
        let set = try Kerfuffle.run(
            "reproduce", reproducer, "--set", "handlers.reserve.wrkers=1", in: folder)
        #expect(set.code == 125 && set.errors.contains("workers"), "\(set.errors)")
        #expect(try Kerfuffle.run("reproduce", reproducer, in: folder).code == 1)
    }

    @Test func `a signal stops an exploration, and the way to go on is said`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Kerfuffle.path)
        process.arguments = [
            "explore", "\(Self.topologies)/lost-update-fixed.yaml", "--strategy", "random",
            "--output",
            "x",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let errors = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while process.isRunning, ContinuousClock.now < deadline {
            if FileManager.default.fileExists(atPath: "\(folder)/x/exploration.db-wal") { break }
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.terminationReason == .exit && process.terminationStatus == 2)
        #expect(text.contains("stopped by a signal"), "\(text)")
        #expect(text.contains("--output x --resume goes on"), "\(text)")
    }

    @Test func `what a failure does not need is not in its reproducer`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let found = try Kerfuffle.run(
            "explore", "\(Self.topologies)/lost-update.yaml", "--output", "x", "--messages", "4",
            "--set", "handlers.reserve.nodes=2", "--set", "sources.orders.keys=uniform(2)",
            in: folder)
        #expect(found.code == 1, "\(found.errors)")
        let lines = found.text.split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(lines.contains(["messages", "4", "2", "1"]), "\(found.text)")
        #expect(lines.contains(["nodes", "2", "1", "0"]), "\(found.text)")
        let reproducer = "\(folder)/x/reproducers/noLostUpdate"
        let topology = try String(contentsOfFile: "\(reproducer)/topology.yaml", encoding: .utf8)
        #expect(topology.contains("messages: 2") && topology.contains("workers: 2"))
        #expect(try Kerfuffle.run("reproduce", reproducer, in: folder).code == 1)
        // By itself it is a topology as any.
        let again = try Kerfuffle.run("explore", "\(reproducer)/topology.yaml", in: folder)
        #expect(again.code == 1 && again.text.contains("found: noLostUpdate"), "\(again.errors)")
    }

    @Test func `an exploration that is killed goes on, and comes to what an undisturbed one does`()
        throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = [
            "explore", "\(Self.topologies)/lost-update-fixed.yaml", "--strategy", "random",
            "--executions", "35000", "--format", "json",
        ]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Kerfuffle.path)
        process.arguments = words + ["--output", "x"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        // Until something of it was written down: then there is more than empty tables.
        let log = "\(folder)/x/exploration.db-wal"
        let deadline = ContinuousClock.now + .seconds(60)
        func size() -> Int {
            let facts = try? FileManager.default.attributesOfItem(atPath: log)
            return (facts?[.size] as? Int) ?? 0
        }
        var tables = 0
        while process.isRunning, ContinuousClock.now < deadline {
            if tables == 0 { tables = size() }
            if tables > 0, size() > tables { break }
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let refused = try Kerfuffle.run(words + ["--output", "x"], in: folder)
        #expect(refused.code == 74 && refused.errors.contains("--resume"))
        let resumed = try Kerfuffle.run(words + ["--output", "x", "--resume"], in: folder)
        let whole = try Kerfuffle.run(words, in: folder)
        #expect(resumed.code == whole.code)
        #expect(resumed.text == whole.text)
        let other = try Kerfuffle.run(
            words + ["--output", "x", "--resume", "--seed", "2"], in: folder)
        #expect(other.code == 65 && other.errors.contains("another"), "\(other.errors)")
        #expect(other.errors.contains("--seed is 2 and was 1"), "\(other.errors)")
        let set = try Kerfuffle.run(
            words + ["--output", "x", "--resume", "--set", "handlers.reserve.workers=3"], in: folder
        )
        #expect(set.code == 65, "\(set.errors)")
        #expect(
            set.errors.contains("handlers.reserve.workers is 3 and was 2"), "\(set.errors)")
    }

    @Test(arguments: ["dfs", "ample", "delay", "preemption"])
    func `a search that keeps no histories is refused where anomalies are forbidden`(
        strategy: String
    ) throws {
        let refused = try Kerfuffle.run(
            "explore", "\(Self.topologies)/write-skew.yaml", "--strategy", strategy)
        #expect(refused.code == 65 && refused.text.isEmpty)
        #expect(refused.errors.contains("G2-item") && refused.errors.contains("dpor"))
    }

    @Test func `as many messages are explored as are asked for, in reproducers too`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = ["--messages", "3", "--format", "json"]
        let whole = try Kerfuffle.run(
            ["explore", "\(Self.topologies)/oversell-fixed.yaml"] + words)
        #expect(try JSONValue(parsing: whole.text)["messages"]?.integer == 3)
        let found = try Kerfuffle.run(
            ["explore", "\(Self.topologies)/oversell.yaml", "--output", "x"] + words, in: folder)
        let json = try JSONValue(parsing: found.text)
        #expect(json["messages"]?.integer == 3)
        let reproducer = try #require(json["reproducer"]?.string)
        #expect(try Kerfuffle.run("reproduce", reproducer, in: folder).code == 1)
        let fewer = try Kerfuffle.run(
            "explore", "\(Self.topologies)/saga.yaml", "--messages", "9")
        #expect(fewer.errors.contains("make 2 together"), "\(fewer.errors)")
    }

    @Test
    func `what is asked for of a finding is not written where there is none, and that is said`()
        throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clean = try Kerfuffle.run(
            "explore", "\(Self.topologies)/lost-update-fixed.yaml", "--to-hunt", "h", "--timeline",
            "t.svg", "--choices-out", "c.steps", in: folder)
        #expect(clean.code == 0)
        for name in ["h", "t.svg", "c.steps"] {
            #expect(clean.errors.contains("\(name) is not written: nothing was found"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)"))
        }
    }

    @Test func `a recording of the real system is the workload of an exploration`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let orders = Kerfuffle.recordings + "/orders.mcap"
        let words = ["--workload", orders, "--messages", "6", "--format", "json"]
        let found = try Kerfuffle.run(
            ["explore", "\(Self.topologies)/lost-update.yaml", "--output", "x"] + words, in: folder)
        let json = try JSONValue(parsing: found.text)
        #expect(found.code == 1 && json["messages"]?.integer == 6, "\(found.errors)")
        let reproducer = try #require(json["reproducer"]?.string)
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(reproducer)/recording.mcap"))
        #expect(try Kerfuffle.run("reproduce", reproducer, in: folder).code == 1)
        let fixed = try Kerfuffle.run(
            ["explore", "\(Self.topologies)/lost-update.yaml", "--under", "partitioned"] + words)
        #expect(fixed.code == 0, "\(fixed.text)")
        let many = try Kerfuffle.run(
            "explore", "\(Self.topologies)/lost-update.yaml", "--workload", orders, "--messages",
            "65")
        #expect(many.code == 65 && many.errors.contains("--messages"), "\(many.errors)")
    }

    @Test
    func `steps are taken again under another strategy as far as they can be, and then to the end`()
        throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, strategy, code) in [
            ("effect-before-ack", "partitioned", Int32(1)), ("write-skew", "naive", 1),
            ("lost-update", "optimistic", 0), ("lost-update", "lock", 0),
        ] {
            let file = "\(Self.topologies)/\(name).yaml"
            _ = try Kerfuffle.run("explore", file, "--choices-out", "steps", in: folder)
            let own = try Kerfuffle.run("explore", file, "--replay", "steps", in: folder)
            #expect(own.code == 1 && own.text.contains("\nfound: "), "\(name): \(own.text)")
            let other = try Kerfuffle.run(
                "explore", file, "--replay", "steps", "--under", strategy, in: folder)
            #expect(other.code == code, "\(name) \(strategy): \(other.text) \(other.errors)")
            #expect(
                other.errors.contains("can be taken under \(strategy)") || name == "write-skew")
        }
    }

    @Test func `steps of another topology are taken, and what differs is said`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(Self.topologies)/lost-update.yaml"
        _ = try Kerfuffle.run("explore", file, "--choices-out", "steps", in: folder)
        let same = try Kerfuffle.run("explore", file, "--replay", "steps", in: folder)
        #expect(same.code == 1 && same.errors.isEmpty, "\(same.errors)")
        let other = try Kerfuffle.run(
            "explore", file, "--replay", "steps", "--set", "stores.inventory.initial=3", in: folder)
        #expect(
            other.errors.contains("another topology: stores.inventory.initial is 3 and was"),
            "\(other.errors)")
        #expect(other.code == 1)
    }

    @Test func `a reproducer can be moved without the recording that its topology names`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder)/in/data", withIntermediateDirectories: true)
        try files.copyItem(
            atPath: Kerfuffle.recordings + "/orders.mcap", toPath: "\(folder)/in/data/o.mcap")
        let yaml = """
            sources: {orders: {to: jobs, workload: {recording: data/o.mcap}, messages: 6}}
            stores: {a: {initial: 10}}
            handlers: {h: {from: jobs, workers: 2, steps: [{load: a}, {change: -1}, {store: a}]}}
            invariants: [noLostUpdate]
            """
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: "\(folder)/in/t.yaml"))
        let found = try Kerfuffle.run("explore", "in/t.yaml", "--output", "x", in: folder)
        #expect(found.code == 1, "\(found.errors)")
        let elsewhere = try self.folder()
        defer { try? files.removeItem(atPath: elsewhere) }
        try files.moveItem(
            atPath: "\(folder)/x/reproducers/noLostUpdate", toPath: "\(elsewhere)/moved")
        try files.removeItem(atPath: folder)
        let facts = try String(
            contentsOfFile: "\(elsewhere)/moved/reproducer.json", encoding: .utf8)
        #expect(!facts.contains(folder) && !facts.contains("\"root\""), "\(facts)")
        let again = try Kerfuffle.run("reproduce", "moved", in: elsewhere)
        #expect(again.code == 1, "\(again.errors)")
    }

    @Test func `a hypothesis and the hunt that it is made of may be moved together`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let systems = Kerfuffle.repository.appendingPathComponent("Tests/Systems").path
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder)/one", withIntermediateDirectories: true)
        try files.copyItem(atPath: systems, toPath: "\(folder)/one/systems")
        // Behind a link `..` is somewhere else.
        try files.createSymbolicLink(
            atPath: "\(folder)/link", withDestinationPath: "\(folder)/one/systems")
        let made = try Kerfuffle.run(
            "explore", "\(Self.topologies)/late-key.yaml", "--to-hunt", "one/tried", "--hunt",
            "link/charge.yaml", in: folder)
        #expect(made.code == 1, "\(made.errors)")
        try files.moveItem(atPath: "\(folder)/one", toPath: "\(folder)/other")
        let text = try String(contentsOfFile: "\(folder)/other/tried/hunt.yaml", encoding: .utf8)
        let named = text.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("root:") || line.hasPrefix("  - \"") || line.hasPrefix("workload")
            else { return nil }
            return line.split(separator: "\"").dropFirst().first.map(String.init)
        }
        #expect(named.count > 8 && named.allSatisfy { !$0.hasPrefix("/") }, "\(text)")
        let root = try #require(named.first { $0.hasSuffix("systems") })
        for name in named {
            let base = name == root ? "" : "\(root)/"
            #expect(files.fileExists(atPath: "\(folder)/other/tried/\(base)\(name)"), "\(name)")
        }
    }
}
