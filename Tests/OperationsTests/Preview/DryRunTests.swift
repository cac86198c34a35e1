import Foundation
import KafkaClient
import Metrics
import Testing

/// `--dry-run` says all that a run would find, and does nothing.
@Suite struct DryRunTests {
    private let broker: EmbeddedBroker
    private let folder: Folder

    init() throws {
        broker = try EmbeddedBroker()
        folder = try Folder()
        for topic in ["orders", "orders.shadow"] { try broker.createTopic(topic, partitions: 3) }
        try broker.createTopic("few.shadow", partitions: 2)
        let made = try Run([
            "produce-sample", "-b", broker.bootstrapServers, "--records", "300",
        ])
        try #require(try made.wait() == 0, "\(made.errors)")
    }

    private func run(_ words: [String]) throws -> (code: Int32, run: Run) {
        let run = try Run([words[0], "-b", broker.bootstrapServers] + words.dropFirst())
        return (try run.wait(), run)
    }

    private func json(_ words: [String]) throws -> (code: Int32, [String: Any]) {
        let (code, run) = try run(words + ["--dry-run", "--format", "json"])
        let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return (code, try #require(value as? [String: Any]))
    }

    private var proxy: [String] {
        [
            "proxy", "--in", "orders", "--out", "orders.shadow", "--seed", "s", "--delivery",
            "at-least-once", "-X", "session.timeout.ms=4000", "--record", folder.path("r.mcap"),
        ]
    }

    @Test func `it prints plan, topics, partitions and files, and makes nothing`() throws {
        let (code, told) = try json(proxy)
        #expect(code == 0)
        #expect(told["refusals"] as? [String] == [])
        #expect((told["plan"] as? [String: Any])?["seed"] as? String == "s")
        let topics = try #require(told["topics"] as? [[String: Any]])
        #expect(topics.count == 1 && topics[0]["output_partitions"] as? Int == 3)
        let partitions = try #require(told["partitions"] as? [[String: Any]])
        #expect(partitions.map { $0["start"] as? Int } == [0, 0, 0])
        #expect(partitions.compactMap { $0["end"] as? Int }.reduce(0, +) == 300)
        let files = try #require(told["files"] as? [[String: Any]])
        #expect(files.map { $0["state"] as? String } == ["new", "new"])
        #expect(folder.names == [])
        let (again, text) = try run(proxy + ["--dry-run"])
        #expect(again == 0)
        #expect(text.output.contains("orders (3 partitions) -> orders.shadow (3 partitions)\n"))
        #expect(text.output.hasSuffix("\nnothing was touched\n"))
        #expect(text.errors == "")
    }

    @Test func `after a run it goes on from there, and changes no byte`() throws {
        let (code, _) = try run(proxy + ["--until-end"])
        #expect(code == 0)
        func bytes() throws -> [Data] {
            try folder.names.map { try Data(contentsOf: URL(filePath: folder.path($0))) }
        }
        let before = try bytes()
        #expect(before.count == 2)
        let (second, told) = try json(proxy)
        #expect(second == 0)
        let partitions = try #require(told["partitions"] as? [[String: Any]])
        for partition in partitions {
            #expect(partition["start"] as? Int == partition["end"] as? Int)
            #expect(partition["epoch"] as? Int == 2)
        }
        let files = try #require(told["files"] as? [[String: Any]])
        #expect(files.map { $0["state"] as? String } == ["goes on", "goes on"])
        #expect(told["recording"] is String)
        // Another plan on the same files.
        let (third, other) = try json(proxy + ["--drop", "50%"])
        #expect(third == 77)
        #expect((other["refusals"] as? [String])?.first?.contains("another plan") == true)
        #expect(try bytes() == before)
    }

    @Test func `every refusal is told, not the first alone`() throws {
        let (code, told) = try json([
            "proxy", "--in", "orders", "--out", "few.shadow", "--in", "nix", "--out", "prod",
            "--record", folder.path("no/r.mcap"), "--from", "offset:250", "-X",
            "auto.offset.reset=latest",
        ])
        #expect(code == 77)
        let refusals = try #require(told["refusals"] as? [String])
        for part in [
            "prod has no segment", "auto.offset.reset=latest", "no/r.mcap: the folder",
            "no real transactions", "few.shadow has 2 partitions", "input topic nix is not there",
            "output topic prod is not there",
        ] {
            #expect(refusals.filter { $0.contains(part) }.count == 1, "\(part)")
        }
        #expect(folder.names == [])
    }

    @Test func `a plan, a key, a port or a file that will not do hides nothing else`() throws {
        let taken = try PageServer(host: "127.0.0.1", port: 0) { _ in nil }
        let port = String(try #require(taken.address.split(separator: ":").last))
        let plan = folder.path("plan.yaml")
        try "version: 1\nwindow: {records: no}\n".write(
            toFile: plan, atomically: true, encoding: .utf8)
        let other = [
            "--in", "orders", "--out", "few.shadow", "--record", folder.path("no/r.mcap"),
            "--delivery", "at-least-once", "--metrics-port", port,
        ]
        let later = [
            "--metrics-port", "no/r.mcap: the folder", "no/r.jsonl: the folder",
            "few.shadow has 2 partitions",
        ]
        for (ofPlan, first, code) in [
            (plan, "plan.yaml:2", Int32(65)),
            (folder.path("nix.yaml"), "nix.yaml: cannot be read", 74),
        ] {
            let (ended, told) = try json(["proxy", "--plan", ofPlan] + other)
            #expect(ended == code)
            let refusals = try #require(told["refusals"] as? [String])
            #expect(refusals.count == 5)
            for (part, refusal) in zip([first] + later, refusals) {
                #expect(refusal.contains(part))
            }
        }
        try "version: 1\nmask: {key: token}\n".write(
            toFile: plan, atomically: true, encoding: .utf8)
        let (ended, told) = try json(
            [
                "proxy", "--plan", plan, "--mask-key-file", folder.path("nix"),
            ] + other)
        #expect(ended == 77)
        let refusals = try #require(told["refusals"] as? [String])
        #expect(refusals.count == 5 && refusals[0].contains("the mask key cannot be read"))
        // Each by itself ends with the code of the run.
        for (words, code) in [
            (["--metrics-port", port], Int32(64)), (["--record", folder.path("no/r.mcap")], 74),
            (["-X", "no.such=1"], 64),
        ] {
            let line = [
                "proxy", "--in", "orders", "--out", "orders.shadow", "--delivery", "at-least-once",
            ]
            let (dry, _) = try json(line + words)
            let (real, _) = try run(line + words + ["--until-end"])
            #expect(dry == code && real == code, "\(words)")
        }
    }

    @Test func `a position that will not do is told partition by partition`() throws {
        let (code, told) = try json([
            "record", "--in", "orders", "--record", folder.path("r.mcap"), "--from", "offset:250",
        ])
        #expect(code == 77)
        let refusals = try #require(told["refusals"] as? [String])
        #expect(refusals.count == 3)
        for partition in 0..<3 {
            #expect(
                refusals[partition].hasPrefix("--from offset:250 is not in orders/\(partition)"))
        }
    }

    @Test func `without a broker the rest is told all the same`() throws {
        broker.stop()
        let (code, told) = try json(proxy + ["--out", "x", "--in", "y"])
        #expect(code == 77)
        let refusals = try #require(told["refusals"] as? [String])
        #expect(refusals.count == 2)
        #expect(refusals[0].hasPrefix("x has no segment"))
        #expect(refusals[1].hasPrefix("no broker answers at"))
    }
}
