import Foundation
import KafkaClient
import Records
import Testing

@testable import Proxy

@Suite struct ReplayCommandTests {
    @Test func `as it was: the same records in the order of arrival`() throws {
        try Fixture.with { fixture in
            let replayed = try fixture.run("replay in.mcap --to-recording same.mcap")
            #expect(replayed.code == 0)
            #expect(replayed.output == "")
            #expect(replayed.errors == "300 deliveries\n")
            let before = try fixture.run("export in.mcap")
            let after = try fixture.run("export same.mcap")
            #expect(before.output == after.output)
            #expect(before.output.split(separator: "\n").count == 300)
        }
    }

    @Test func `text on standard output is what export writes, with the copy's number`() throws {
        try Fixture.with { fixture in
            let plain = try fixture.run("replay in.mcap")
            let exported = try fixture.run("export in.mcap")
            #expect(plain.output == exported.output)
            let text = try fixture.run("replay in.mcap --schedule s.jsonl --in orders --out-text x")
            #expect(text.code == 64)
            let copies = try fixture.run("replay in.mcap --schedule s.jsonl")
            #expect(copies.code == 0)
            let lines = copies.output.split(separator: "\n")
            #expect(lines.count == Fixture.deliveries)
            let duplicates = try fixture.lines.filter { $0.contains("\"op\":\"duplicate\"") }
            #expect(lines.filter { $0.contains(",\"copy\":1,") }.count == duplicates.count)
            #expect(lines[0].hasPrefix("{\"topic\":\"orders\",\"partition\":"))
            // It can be read back.
            try fixture.write(copies.output, to: "copies.ndjson")
            let imported = try fixture.run("import copies.ndjson -o copies.mcap")
            #expect(imported.code == 0, "\(imported.errors)")
            #expect(imported.output == "\(Fixture.deliveries) records in copies.mcap\n")
        }
    }

    @Test func `a foreign recording, by a plan and then by the schedule of that`() throws {
        try Fixture.with { fixture in
            let text = """
                {"topic":"t","partition":0,"offset":5,"key":null,"value":"a"}
                {"topic":"t","partition":1,"offset":0,"key":"","value":""}
                {"topic":"t","partition":0,"offset":6,"key":"k","value":null}
                {"topic":"t","partition":0,"offset":9,"key":{"base64":"/w=="},"value":"é"}

                """
            try fixture.write(text, to: "foreign.ndjson")
            _ = try fixture.run("import foreign.ndjson -o foreign.mcap")
            let planned = try fixture.run(
                "replay foreign.mcap --plan plan.yaml --schedule-out f.jsonl --to-recording f.mcap")
            #expect(planned.code == 0, "\(planned.errors)")
            let verified = try fixture.run(
                "verify --recording foreign.mcap --schedule f.jsonl --output f.mcap")
            #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
            let again = try fixture.run(
                "replay foreign.mcap --schedule f.jsonl --to-recording g.mcap")
            #expect(again.code == 0)
            let both = try fixture.run(
                "verify --recording foreign.mcap --schedule f.jsonl --output g.mcap")
            #expect(both.code == 0)
            // The plan again, obeying the ends that its own schedule names: the same windows.
            let obeying = try fixture.run(
                "replay foreign.mcap --schedule f.jsonl --plan plan.yaml --schedule-out h.jsonl "
                    + "--to-recording h.mcap")
            #expect(obeying.code == 0)
            let difference = try fixture.run("schedule diff f.jsonl h.jsonl")
            #expect(difference.code == 0, "\(difference.output)")
        }
    }

    @Test func `options of a plan win over its file, or over the default plan`() throws {
        try Fixture.with { fixture in
            let pairs = [
                (
                    "--seed t --drop 7%",
                    "seed: t\nrules: [order: shuffle, drop: 7%, duplicate: 2%]\n"
                ),
                (
                    "--plan plan.yaml --seed t --window 9",
                    Fixture.plan.replacing("seed: s\n", with: "seed: t\n")
                        .replacing("records: 3..6", with: "records: 9")
                ),
            ]
            for (index, (options, plan)) in pairs.enumerated() {
                try fixture.write(plan, to: "p\(index).yaml")
                let by = ["\(options)", "--plan p\(index).yaml"]
                for (side, arguments) in by.enumerated() {
                    let name = "\(index)-\(side)"
                    let made = try fixture.run(
                        "replay in.mcap \(arguments) --schedule-out \(name).jsonl "
                            + "--to-recording \(name).mcap")
                    #expect(made.code == 0, "\(made.errors)")
                }
                let one = try fixture.bytes("\(index)-0.jsonl")
                #expect(try one == fixture.bytes("\(index)-1.jsonl"))
                #expect(try one != fixture.bytes("s.jsonl"))
            }
        }
    }

    @Test func `offsets that do not rise are refused by a plan, and kept as they were`() throws {
        try Fixture.with { fixture in
            let text = """
                {"topic":"t","partition":0,"offset":5,"key":null,"value":"a"}
                {"topic":"t","partition":0,"offset":0,"key":null,"value":"b"}

                """
            try fixture.write(text, to: "anew.ndjson")
            _ = try fixture.run("import anew.ndjson -o anew.mcap")
            let refused = try fixture.run("replay anew.mcap --plan plan.yaml")
            #expect(refused.code == 65)
            #expect(
                refused.errors.contains(
                    "anew.mcap: the offsets of t/0 do not rise: 0 follows 5"), "\(refused.errors)")
            let kept = try fixture.run("replay anew.mcap")
            #expect(kept.output.split(separator: "\n").count == 2)
        }
    }

    @Test func `a replay that fails leaves nothing behind, and nothing that was there changed`()
        throws
    {
        try Fixture.with { fixture in
            var lines = try fixture.lines
            let truncation = try #require(lines.firstIndex { $0.contains("\"to_bytes\":") })
            lines[truncation] = lines[truncation].replacing(
                /"to_bytes":\d+/, with: "\"to_bytes\":999999")
            try fixture.write(lines: lines, to: "bad.jsonl")
            let foreign = try fixture.lines.map {
                $0.replacing("\"recording\":\"sample-orders\"", with: "\"recording\":\"other\"")
            }
            try fixture.write(lines: foreign, to: "foreign.jsonl")
            let before = try fixture.bytes("s.jsonl")
            for (command, code) in [
                ("schedule apply bad.jsonl --recording in.mcap -o new.mcap", Int32(65)),
                ("replay in.mcap --schedule bad.jsonl --to-recording new.mcap", 65),
                ("replay in.mcap --schedule foreign.jsonl --to-recording new.mcap", 65),
                ("replay in.mcap --schedule none.jsonl --to-recording new.mcap", 74),
                ("replay in.mcap --plan none.yaml --to-recording new.mcap", 74),
                ("replay in.mcap --seed t --schedule-out s.jsonl --to-recording new.mcap", 74),
                ("replay in.mcap --seed t --schedule-out new.jsonl --to-recording out.mcap", 74),
            ] {
                let failed = try fixture.run(command)
                #expect(failed.code == code, "\(command): \(failed.errors)")
                for name in ["new.mcap", "new.jsonl"] {
                    let path = fixture.folder.appendingPathComponent(name).path
                    #expect(!FileManager.default.fileExists(atPath: path), "\(command): \(name)")
                }
            }
            #expect(try fixture.bytes("s.jsonl") == before)
            #expect(try fixture.run("info out.mcap --check").code == 0)
        }
    }

    @Test func `names that cannot be are refused before anything is done`() throws {
        try withFolder { folder in
            let sample = ["produce-sample", "--to-recording", "x.mcap", "--records", "1"]
            let proxy = ["proxy", "-b", "127.0.0.1:1", "--in", "a", "--out", "a.shadow"]
            let id = "is no id of a recording; write 1 to 64 letters"
            for (arguments, sentence) in [
                (sample + ["--recording-id", ""], id), (sample + ["--recording-id", "a b"], id),
                (sample + ["--recording-id", "a/b"], id), (sample + ["--recording-id", "é"], id),
                (sample + ["--recording-id", String(repeating: "a", count: 65)], id),
                (proxy + ["--group", ""], "--group: \"\" is no name"),
                (proxy + ["--instance", ""], "--instance: \"\" is no name"),
                (["positions", "-b", "127.0.0.1:1", "--in", "a", "--group", ""], "is no name"),
                (proxy + ["--memory", "1KiB"], "\"1KiB\" is too small; write 1MiB or more\n"),
                (sample + ["--chunk", "1GiB"], "\"1GiB\" is too large; write 1 to 64MiB\n"),
            ] {
                let refused = try Program.run(arguments, in: folder)
                #expect(refused.code == 64, "\(arguments): \(refused.errors)")
                #expect(refused.errors.contains(sentence), "\(refused.errors)")
            }
            let most = sample + ["--recording-id", String(repeating: "a.-_", count: 16)]
            #expect(try Program.run(most, in: folder).code == 0)
        }
    }

    @Test func `a signal stops it with whole files that fit each other`() throws {
        try Fixture.with { fixture in
            // So slow that it would not end by itself; env(1) becomes the program under its number.
            let line =
                "replay in.mcap --plan plan.yaml --schedule-out stopped.jsonl "
                + "--to-recording stopped.mcap --pace 1/s"
            let schedule = fixture.folder.appendingPathComponent("stopped.jsonl").path
            let stopped = try Program.run(
                line.split(separator: " ").map(String.init), in: fixture.folder
            ) { process in
                let deadline = ContinuousClock.now + .seconds(30)
                while !FileManager.default.fileExists(atPath: schedule),
                    ContinuousClock.now < deadline
                {
                    Thread.sleep(forTimeInterval: 0.005)
                }
                kill(process, SIGINT)
            }
            #expect(stopped.code == 0, "\(stopped.errors)")
            #expect(stopped.errors.hasSuffix(" deliveries, then stopped\n"), "\(stopped.errors)")
            let info = try fixture.run("info stopped.mcap")
            #expect(info.output.hasPrefix("recording  stopped.mcap, closed\n"), "\(info.output)")
            let checked = try fixture.run("schedule check stopped.jsonl --recording in.mcap")
            #expect(checked.code == 0, "\(checked.output)")
            let verified = try fixture.run(
                "verify --recording in.mcap --schedule stopped.jsonl --output stopped.mcap")
            #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        }
    }

    @Test func `what a replay refuses`() throws {
        try Fixture.with { fixture in
            let refusals: [(String, Int32, String)] = [
                (
                    "replay in.mcap --in orders --out copy -b localhost:1", 77,
                    "copy has no segment \"shadow\" in its name; write to copy.shadow, or allow this one "
                        + "with --allow-topic copy"
                ),
                (
                    "replay in.mcap --in payments --out payments.shadow -b localhost:1", 77,
                    "the recording holds records of orders, which no --in names"
                ),
                ("replay in.mcap --in orders", 64, "1 --in and 0 --out: they go in pairs"),
                (
                    "replay in.mcap --in orders --out a.shadow --to-recording x.mcap", 64,
                    "--to-recording and --out: a replay goes to one place"
                ),
                ("replay in.mcap --schedule-out x.jsonl", 64, "--schedule-out goes with --plan"),
                ("replay in.mcap --drop 200%", 64, "--drop: \"200%\" is more than 1"),
                ("replay in.mcap in.mcap --schedule s.jsonl", 64, "they go in pairs"),
                (
                    "replay in.mcap out.mcap", 65,
                    "several recordings go together by their schedules"
                ),
                ("replay in.mcap --pace 0x", 64, "\"0x\" is no pace"),
                ("replay in.mcap --pace soon", 64, "write full, recorded, 2x or 500/s"),
                ("replay in.mcap --to-recording out.mcap", 74, "out.mcap: exists already"),
                (
                    "replay in.mcap --plan plan.yaml --schedule-out s.jsonl", 74,
                    "s.jsonl: "
                ),
                (
                    "replay in.mcap --plan nowhere.yaml", 74,
                    "nowhere.yaml: cannot be read: No such file or directory"
                ),
                ("replay in.mcap --plan .", 74, ".: cannot be read: Is a directory"),
                (
                    "replay in.mcap --plan in.mcap", 65,
                    "in.mcap:1:1: not UTF-8 from here on; save it as UTF-8"
                ),
                ("replay nowhere.mcap", 74, "nowhere.mcap: no such file or folder"),
            ]
            for (command, code, text) in refusals {
                let refused = try fixture.run(command)
                #expect(refused.code == code, "\(command): \(refused.errors)")
                #expect(refused.errors.contains(text), "\(command): \(refused.errors)")
                #expect(refused.output == "", "\(command)")
            }
            // Nothing of what was refused is left behind.
            let kept = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
            #expect(Set(kept) == ["in.mcap", "out.mcap", "plan.yaml", "s.jsonl"])
        }
    }

    @Test func `to a topic, and verify finds it there`() throws {
        let broker = try EmbeddedBroker()
        for topic in ["orders.shadow", "again.shadow"] {
            try broker.createTopic(topic, partitions: 4)
        }
        let brokers = "-b \(broker.bootstrapServers)"
        try Fixture.with { fixture in
            let replayed = try fixture.run(
                "replay in.mcap --schedule s.jsonl --in orders --out orders.shadow \(brokers)")
            #expect(replayed.code == 0, "\(replayed.errors)")
            let verified = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --in orders --out orders.shadow "
                    + brokers)
            #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
            #expect(verified.output == "\(Fixture.deliveries) deliveries, each as it should be\n")

            // Records without a timestamp get lines that say so.
            try fixture.write(
                """
                {"topic":"orders","partition":0,"offset":0,"key":null,"value":"a"}
                {"topic":"orders","partition":3,"offset":0,"timestamp_type":"create",\
                "timestamp_ms":0,"key":"x","value":"b","headers":[{"name":"h","value":null}]}

                """, to: "untimed.ndjson")
            _ = try fixture.run("import untimed.ndjson -o untimed.mcap")
            try fixture.write("seed: a\n", to: "none.yaml")
            let planned = try fixture.run(
                "replay untimed.mcap --plan none.yaml --schedule-out u.jsonl --in orders "
                    + "--out again.shadow \(brokers)")
            #expect(planned.code == 0, "\(planned.errors)")
            #expect(
                try fixture.text("u.jsonl").split(separator: "\n")
                    .filter { $0.contains("\"op\":\"untimed\"") }.count == 2)
            let shown = try fixture.run("info u.jsonl")
            #expect(shown.output.contains("(by the proxy)  untimed"), "\(shown.output)")
            let found = try fixture.run(
                "verify --recording untimed.mcap --schedule u.jsonl --in orders --out again.shadow "
                    + brokers)
            #expect(found.code == 0, "\(found.output)\(found.errors)")

            let twice = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --in orders --out again.shadow "
                    + brokers)
            #expect(twice.code == 1)
        }
    }
}
