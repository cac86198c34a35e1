import Foundation
import Perturbation
import Recording
import Records
import Testing

@Suite struct VerifyCommandTests {
    @Test func `the same: 0, and how many`() throws {
        try Fixture.with { fixture in
            let same = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --output out.mcap")
            #expect(same.code == 0)
            #expect(same.output == "\(Fixture.deliveries) deliveries, each as it should be\n")
            #expect(same.errors == "")
            let json = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --output out.mcap --format json")
            #expect(
                json.output
                    == "{\"verified\":\(Fixture.deliveries),\"again\":0,\"lost_offsets\":0,\"unrecorded\":[],"
                    + "\"differences\":[]}\n"
            )
        }
    }

    @Test func `another: 1, where and what`() throws {
        try Fixture.with { fixture in
            var lines = try fixture.lines
            lines.removeAll { $0.contains("\"in\":\"orders/3@0\",\"op\":\"drop\"") }
            try fixture.write(lines: lines, to: "edited.jsonl")
            let other = try fixture.run(
                "verify --recording in.mcap --schedule edited.jsonl --output out.mcap")
            #expect(other.code == 1)
            #expect(
                other.output
                    == "orders/3, delivery 0: missing: orders/3@0 is missing; orders/3@1 stands here\n"
                    + "212 deliveries as they should be before the first difference of each "
                    + "partition\n")
            let json = try fixture.run(
                "verify --recording in.mcap --schedule edited.jsonl --output out.mcap --format json"
            )
            #expect(json.code == 1)
            #expect(
                json.output
                    == "{\"verified\":212,\"again\":0,\"lost_offsets\":0,\"unrecorded\":[],\"differences\":["
                    + "{\"output\":\"orders/3\",\"delivery\":0,"
                    + "\"kind\":\"missing\",\"explanation\":\"orders/3@0 is missing; orders/3@1 stands "
                    + "here\"}]}\n")
        }
    }

    @Test func `a partition that the group committed, and no file has, is named`() throws {
        try Fixture.with { fixture in
            let metadata = "kerfuffle/1 recording=elsewhere epoch=2 plan=p"
            try fixture.write(
                "{\"topic\":\"orders\",\"partition\":9,\"offset\":5,\"metadata\":\"\(metadata)\"}\n",
                to: "positions.txt")
            for command in ["verify --output out.mcap --recording", "merge -o all.mcap"] {
                let refused = try fixture.run(
                    "\(command) in.mcap --schedule s.jsonl --positions positions.txt")
                #expect(refused.code == 65, "\(command): \(refused.output)")
                #expect(
                    refused.errors
                        == "error: s.jsonl: the group has committed orders/9 in epoch 2 of recording "
                        + "elsewhere, and no file given has anything of that partition; give all files "
                        + "of the group\n")
            }
        }
    }

    @Test func `a schedule of which the front is left does not pass for a whole one`() throws {
        try Fixture.with { fixture in
            try fixture.write(lines: Array(fixture.lines.prefix(1)), to: "cut.jsonl")
            for command in [
                "verify --output out.mcap --recording in.mcap --schedule cut.jsonl",
                "schedule apply cut.jsonl --recording in.mcap -o again.mcap",
                "replay in.mcap --schedule cut.jsonl --to-recording again.mcap",
            ] {
                let refused = try fixture.run(command)
                #expect(refused.code == 65, "\(command)")
                #expect(
                    refused.errors
                        == "error: cut.jsonl: it is open or was cut: behind line 1 it ends without a "
                        + "checkpoint, and in.mcap, which is closed, has records that none covers\n"
                )
            }
        }
    }

    @Test func `a topic that was not recorded is named`() throws {
        try Fixture.with { fixture in
            let refused = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --output out.mcap --in nothere --out x"
            )
            #expect(refused.code == 65)
            #expect(
                refused.errors
                    == "error: in.mcap: no topic nothere in what was recorded; there is orders\n")
        }
    }

    @Test func `an edited recording is known by its digest`() throws {
        try Fixture.with { fixture in
            // The same records but one, under the same id.
            let recorder = try BulkRecorder(
                creating: fixture.folder.appendingPathComponent("forged.mcap").path,
                identity: RecordingIdentity(id: "sample-orders", tool: "tests"))
            let reader = try RecordingReader(
                path: fixture.folder.appendingPathComponent("in.mcap").path)
            while try reader.next() {
                var record = try reader.record()
                if record.source.partition == 2, record.offset == 40 { record.key = nil }
                try recorder.append(record, arrivalNs: reader.arrivalNs)
            }
            try recorder.close()
            let refused = try fixture.run(
                "verify --recording forged.mcap --schedule s.jsonl --output out.mcap")
            #expect(refused.code == 65)
            let line = try fixture.lines.count - 1
            #expect(
                refused.errors
                    == "error: forged.mcap: the records of orders/2 below 82 are not those that s.jsonl "
                    + "was written with (line \(line), checkpoint 1)\n")
            let checked = try fixture.run("schedule check s.jsonl --recording forged.mcap")
            #expect(checked.code == 65)
            #expect(
                checked.output.hasPrefix(
                    "s.jsonl: line \(line): the records of orders/2 below 82 are not those that this "
                        + "checkpoint was written with"))
        }
    }

    @Test func `a recording that ends too soon, or is damaged`() throws {
        try Fixture.with { fixture in
            var bytes = try fixture.bytes("in.mcap")
            try bytes.prefix(30_000).write(to: fixture.folder.appendingPathComponent("cut.mcap"))
            let cut = try fixture.run(
                "verify --recording cut.mcap --schedule s.jsonl --output out.mcap")
            #expect(cut.code == 65)
            #expect(cut.errors.hasPrefix("error: cut.mcap: cut at byte "), "\(cut.errors)")
            bytes[20_000] ^= 1
            try bytes.write(to: fixture.folder.appendingPathComponent("flipped.mcap"))
            let flipped = try fixture.run(
                "verify --recording flipped.mcap --schedule s.jsonl --output out.mcap")
            #expect(flipped.code == 65)
            #expect(
                flipped.errors.hasPrefix("error: flipped.mcap: damaged at byte "),
                "\(flipped.errors)")
            for ended in [cut, flipped] {
                #expect(ended.errors.split(separator: "\n").count == 1)
                #expect(ended.output == "")
            }
        }
    }

    @Test func `a missing file of the chain, an end in doubt, a pair twice`() throws {
        try withFolder { folder in
            var dice = Dice(11)
            var world = World.random(&dice, partitions: 1, records: 400...400)
            let (first, second) = (Host("first", in: folder), Host("second", in: folder))
            for host in [first, second] {
                try host.start(world)
                try host.assign(world.sources[0], world)
                for _ in 0..<6 { try host.transact(&world, &dice, .committed) }
                host.revoke(world.sources[0])
            }
            try first.stop()
            try second.assign(world.sources[0], world)
            try second.transact(&world, &dice, .killedBeforeCommit, isLast: true)
            try #require(!second.isRunning)
            let files = { (host: Host) in
                "--recording \(host.name).mcap --schedule \(host.name).jsonl"
            }
            let both = "\(files(first)) \(files(second))"
            for (command, code, text) in [
                (
                    "verify \(files(second)) --output first.mcap", Int32(65),
                    "what became of the last transaction of orders/0 is in doubt"
                ),
                ("verify \(both) --output first.mcap", 65, "is in doubt; the files cannot tell"),
                (
                    "verify \(files(first)) \(files(first)) --output first.mcap", 65,
                    "give each pair of files once"
                ),
            ] {
                let refused = try Program.run(command, in: folder)
                #expect(refused.code == code, "\(command)")
                #expect(refused.errors.contains(text), "\(refused.errors)")
                #expect(refused.errors.split(separator: "\n").count == 1)
            }
            // The last transaction settled, the first file is still missing.
            try second.start(world)
            try second.stop()
            let missing = try Program.run("verify \(files(second)) --output first.mcap", in: folder)
            #expect(missing.code == 65)
            #expect(
                missing.errors.contains(
                    "second.jsonl: orders/0 goes on at "), "\(missing.errors)")
            #expect(
                missing.errors.contains(
                    "of recording id-first, which is in none of the files given; give all files of the "
                        + "group"), "\(missing.errors)")
        }
    }

    @Test func `what is no file, no schedule, no pair`() throws {
        try Fixture.with { fixture in
            try fixture.write("", to: "empty.jsonl")
            try fixture.write("{\"in\":\"orders/0@1\",\"op\":\"drop\"}\n", to: "headless.jsonl")
            let pairs: [(String, Int32, String)] = [
                (
                    "--recording in.mcap --schedule no.jsonl", 74,
                    "no.jsonl: cannot open: No such file"
                ),
                ("--recording no.mcap --schedule s.jsonl", 74, "no.mcap: no such file or folder"),
                (
                    "--recording in.mcap --schedule empty.jsonl", 65,
                    "empty.jsonl: line 1: no first line of a schedule"
                ),
                (
                    "--recording in.mcap --schedule headless.jsonl", 65,
                    "headless.jsonl: line 1: no first line of a schedule"
                ),
                ("--recording in.mcap --schedule in.mcap", 65, "in.mcap: line 1: "),
                ("--recording s.jsonl --schedule s.jsonl", 65, "s.jsonl: no MCAP file"),
                (
                    "--recording in.mcap --recording in.mcap --schedule s.jsonl", 64,
                    "2 --recording and 1 --schedule: they go in pairs"
                ),
                (
                    "--recording in.mcap", 74,
                    "in.mcap: no schedule in.jsonl or in.jsonl.zst beside it"
                ),
            ]
            for (files, code, text) in pairs {
                let refused = try fixture.run("verify \(files) --output out.mcap")
                #expect(refused.code == code, "\(files): \(refused.errors)")
                #expect(refused.errors.contains(text), "\(refused.errors)")
                #expect(refused.output == "")
            }
            let nothing = try fixture.run("verify --recording in.mcap --schedule s.jsonl")
            #expect(nothing.code == 64)
            #expect(nothing.errors.contains("nothing to compare with"))
        }
    }
}
