import Foundation
import Recording
import Records
import Testing

@Suite struct ScheduleCommandTests {
    // MARK: show

    @Test func `show draws windows`() throws {
        try Fixture.with { fixture in
            let shown = try fixture.run(
                "schedule show s.jsonl --recording in.mcap --partition orders/0 --limit 3")
            #expect(shown.code == 0)
            #expect(
                shown.output == """
                    orders/0@0..2  3 records, 4 delivered
                      in   0 1 2
                      out  0 0' 1 2
                    orders/0@3..8  6 records, 9 delivered
                      in   3 4 5 6 7 8
                      out  8 8' 5 7 3 3' 4 4' 6
                    orders/0@9..12  4 records, 3 delivered
                      in   9 10 11 12
                      out  9 10 10'
                      gone 11 12

                    """)
        }
    }

    @Test func `show tells decisions in words where no recording is given`() throws {
        try Fixture.with { fixture in
            let shown = try fixture.run("schedule show s.jsonl --partition orders/2 --limit 5")
            #expect(shown.code == 0)
            #expect(
                shown.output == """
                    schedule of recording sample-orders, seed "s"
                    orders/2 begins at 0, epoch 1
                    orders/2@3 is dropped (drop)
                    orders/2@2 is moved in front of 0 (shuffle)
                    orders/2@1 is repeated, copy 1, right behind it (duplicate)
                    orders/2@0 is moved behind 4 (shuffle)
                    orders/2@6 is dropped (drop)

                    """)
            let all = try fixture.run("schedule show s.jsonl --limit 100000")
            #expect(all.output.contains("orders/1@0 is delayed by 2000 us (delay)\n"))
            #expect(all.output.contains(" is changed: a cut to "))
            #expect(all.output.contains(" is a window: the traffic ended there\n"))
            #expect(all.output.contains("checkpoint 1: orders/0 next 62, orders/1 next "))
            #expect(
                all.output.split(separator: "\n").last?.hasPrefix("the end: orders/0 next") == true)
        }
    }

    // MARK: diff

    @Test func `diff of a schedule with itself, with an edited one, with another seed's`() throws {
        try Fixture.with { fixture in
            let same = try fixture.run("schedule diff s.jsonl s.jsonl")
            #expect(same.code == 0)
            let count = try fixture.lines.filter { $0.hasPrefix("{\"in\"") }.count
            #expect(same.output == "\(count) decisions the same, 0 not\n")

            var lines = try fixture.lines
            let drop = try #require(lines.firstIndex { $0.contains("\"op\":\"drop\"") })
            let gone = lines.remove(at: drop)
            let move = try #require(
                lines.firstIndex { $0.contains(Self.move) })
            let before = lines[move]
            lines[move] = "{\"in\":\"orders/3@3\",\"op\":\"move\",\"before\":\"orders/3@0\"}"
            try fixture.write(lines: lines, to: "edited.jsonl")
            let edited = try fixture.run("schedule diff s.jsonl edited.jsonl")
            #expect(edited.code == 1)
            #expect(
                edited.output
                    == "- \(gone)\n- \(before)\n+ \(lines[move])\n"
                    + "\(count - 2) decisions the same, 2 not\n")

            try fixture.write(Fixture.plan.replacing("seed: s\n", with: "seed: t\n"), to: "t.yaml")
            _ = try fixture.run(
                "replay in.mcap --plan t.yaml --schedule-out t.jsonl --to-recording t.mcap")
            let other = try fixture.run("schedule diff s.jsonl t.jsonl")
            #expect(other.code == 1)
            #expect(other.output.hasPrefix("! seed: s / t\n"))
            #expect(other.output.split(separator: "\n").count > 100)
        }
    }

    @Test func `diff and check for programs`() throws {
        try Fixture.with { fixture in
            var lines = try fixture.lines
            let drop = try #require(lines.firstIndex { $0.contains("\"op\":\"drop\"") })
            let gone = lines.remove(at: drop)
            try fixture.write(lines: lines, to: "edited.jsonl")
            let diff = try fixture.run("schedule diff s.jsonl edited.jsonl --format json")
            #expect(diff.code == 1)
            #expect(diff.output.contains("\"header\":[],\"differences\":[{\"in\":\"orders/"))
            #expect(diff.output.hasSuffix("\"left\":\(gone),\"right\":null}]}\n"))

            lines[drop] = "oops"
            try fixture.write(lines: lines, to: "bad.jsonl")
            let check = try fixture.run("schedule check bad.jsonl --format json")
            #expect(check.code == 65)
            let start = "{\"schedule\":\"bad.jsonl\",\"decisions\":"
            #expect(check.output.hasPrefix(start), "\(check.output)")
            #expect(
                check.output.contains(
                    "\"closed\":true,\"problems\":[{\"line\":\(drop + 1),\"message\":\"no JSON: "))
            let object = try JSONSerialization.jsonObject(with: Data(check.output.utf8))
            #expect((object as? [String: Any])?["checkpoints"] as? Int == 1)
        }
    }

    @Test func `no result is lost in silence`() throws {
        try Fixture.with { fixture in
            for command in [
                "schedule show s.jsonl", "schedule show s.jsonl --recording in.mcap",
                "schedule diff s.jsonl s.jsonl", "schedule check s.jsonl", "info s.jsonl",
                "verify --recording in.mcap --schedule s.jsonl --output out.mcap", "--help",
                "completion bash", "replay in.mcap", "cat in.mcap",
            ] {
                let refused = try fixture.run(command, output: "/dev/full")
                #expect(refused.code == 74, "\(command)")
                #expect(
                    refused.errors.contains("standard output: cannot be written"), "\(command)")
            }
        }
    }

    // MARK: check

    @Test func `check finds nothing in what a replay wrote`() throws {
        try Fixture.with { fixture in
            for recording in ["", " --recording in.mcap"] {
                let checked = try fixture.run("schedule check s.jsonl\(recording)")
                #expect(checked.code == 0)
                #expect(checked.output.hasSuffix(" decisions, 1 checkpoints, 0 problems\n"))
                #expect(checked.errors == "")
            }
        }
    }

    /// A hand's edit, the line it shows in (from the line it was made at) and what is said of it.
    private struct Edit: Sendable {
        var name: String
        /// The first line that holds this is edited.
        var at: String
        var edit: @Sendable (inout [String], Int) -> Void
        var problem: @Sendable (Int) -> String
        /// Only the recording shows it.
        var needsRecording = false
    }

    private static let move = "\"in\":\"orders/3@3\",\"op\":\"move\""

    private static let edits: [Edit] = [
        Edit(name: "unknown operation", at: "\"op\":\"drop\"") { lines, index in
            lines[index] = lines[index].replacing("\"drop\",", with: "\"lose\",")
        } problem: {
            "line \($0): the operation \"lose\"; there are drop, move, duplicate, delay, corrupt and "
                + "untimed"
        },
        Edit(name: "twice the same", at: Self.move) { lines, index in
            lines.insert(lines[index], at: index + 1)
        } problem: {
            "line \($0 + 1): move of orders/3@3 stands in line \($0) already"
        },
        Edit(name: "beside a drop", at: "orders/3@0\",\"op\":\"drop\"") { lines, index in
            lines.insert(
                #"{"in":"orders/3@0","op":"duplicate","copy":1}"#, at: index + 1)
        } problem: {
            "line \($0 + 1): orders/3@0 is dropped in line \($0), which excludes every other line on it"
        },
        Edit(name: "a drop beside others", at: Self.move) { lines, index in
            lines.insert(#"{"in":"orders/3@3","op":"drop"}"#, at: index + 1)
        } problem: {
            "line \($0 + 1): orders/3@3 is dropped here, which excludes every other line on it, and "
                + "line \($0) is one"
        },
        Edit(name: "no JSON", at: Self.move) { lines, index in
            lines[index].removeLast()
        } problem: {
            "line \($0): no JSON: "
        },
        Edit(name: "no JSON, and no decision's beginning", at: Self.move) { lines, index in
            lines[index] = "oops"
        } problem: {
            "line \($0): no JSON: "
        },
        Edit(name: "a key too many", at: "\"op\":\"drop\"") { lines, index in
            lines[index] = lines[index].replacing("\"by\"", with: "\"why\"")
        } problem: {
            "line \($0): the key \"why\" here; known are in, op, by"
        },
        Edit(name: "an anchor in another partition", at: Self.move) {
            lines, index in
            lines[index] = lines[index].replacing(
                "\"after\":\"orders/3", with: "\"after\":\"orders/2")
        } problem: {
            "line \($0): an anchor in orders/2 for a record of orders/3"
        },
        Edit(
            name: "an anchor in another window", at: Self.move,
            edit: {
                $0[$1] = #"{"in":"orders/3@3","op":"move","after":"orders/3@50"}"#
            },
            problem: {
                "line \($0): orders/3@50 is no record of the same window, which is orders/3@0..3"
            }, needsRecording: true),
        Edit(
            name: "before another than the first", at: Self.move,
            edit: {
                $0[$1] = #"{"in":"orders/3@3","op":"move","before":"orders/3@1"}"#
            },
            problem: {
                "line \($0): \"before\" is for the first record of the window, orders/3@0; write \"after\" "
                    + "the record in front of orders/3@1"
            }, needsRecording: true),
        Edit(
            name: "no such record", at: Self.move,
            edit: {
                $0[$1] = #"{"in":"orders/3@3000","op":"drop"}"#
            },
            problem: {
                "line \($0): orders/3@3000 is none of the records that the checkpoint in line "
            }, needsRecording: true),
        Edit(
            name: "a change that cannot be", at: Self.move,
            edit: {
                $0[$1] = #"{"in":"orders/3@3","op":"corrupt","copy":0,"to_bytes":100000}"#
            },
            problem: {
                "line \($0): orders/3@3: a cut to 100000 bytes cannot be done to a value of "
            }, needsRecording: true),
        Edit(
            name: "a closing of no window", at: "\"window\":\"orders/0@",
            edit: {
                $0[$1] = #"{"window":"orders/0@1","through":"orders/0@2","closed":"maxWait"}"#
            },
            problem: {
                "line \($0): no window of the recording starts at orders/0@1"
            }, needsRecording: true),
    ]

    @Test func `what no delivery can follow is not carried out`() throws {
        try Fixture.with { fixture in
            for edit in Self.edits
            where edit.name.contains("anchor") || edit.name.hasPrefix("before") {
                var lines = try fixture.lines
                let index = try #require(lines.firstIndex { $0.contains(edit.at) }, "\(edit.name)")
                edit.edit(&lines, index)
                try fixture.write(lines: lines, to: "edited.jsonl")
                for command in [
                    "schedule apply edited.jsonl --recording in.mcap --output made.mcap",
                    "replay in.mcap --schedule edited.jsonl --to-recording made.mcap",
                    "schedule show edited.jsonl --recording in.mcap",
                ] {
                    let result = try fixture.run(command)
                    #expect(result.code == 65, "\(edit.name): \(command)")
                    #expect(
                        result.errors.contains("edited.jsonl: \(edit.problem(index + 1))"),
                        "\(edit.name): \(result.errors)")
                    #expect(throws: (any Error).self) { try fixture.bytes("made.mcap") }
                }
            }
        }
    }

    @Test func `check names what a hand got wrong, by line, and goes on`() throws {
        try Fixture.with { fixture in
            for edit in Self.edits {
                var lines = try fixture.lines
                // A second mistake at the far end, to be found beside the first.
                let last = lines.count - 2
                lines.insert(#"{"in":"orders/0@57","op":"explode"}"#, at: last)
                let index = try #require(lines.firstIndex { $0.contains(edit.at) }, "\(edit.name)")
                edit.edit(&lines, index)
                try fixture.write(lines: lines, to: "edited.jsonl")
                for recording in ["", " --recording in.mcap"] {
                    let checked = try fixture.run("schedule check edited.jsonl\(recording)")
                    let found = checked.output.split(separator: "\n").map(String.init)
                    let isFound = found.contains {
                        $0.hasPrefix("edited.jsonl: \(edit.problem(index + 1))")
                    }
                    let isExpected = !recording.isEmpty || !edit.needsRecording
                    #expect(isFound == isExpected, "\(edit.name)\(recording): \(checked.output)")
                    #expect(checked.output.contains("the operation \"explode\""), "\(edit.name)")
                    #expect(checked.code == 65)
                    #expect(checked.errors == "")
                    let problems = isExpected ? 2 : 1
                    #expect(found.count == problems + 1, "\(edit.name): \(checked.output)")
                }
            }
        }
    }

    @Test func `check sees a line in front of the segment that it is of`() throws {
        try Fixture.with { fixture in
            let next = #"{"orders/0":{"offset":2,"epoch":1,"records":2,"digest":""}}"#
            let lines =
                try [fixture.lines[0]] + [
                    #"{"segment":"orders/0@0","epoch":1}"#, #"{"in":"orders/0@1","op":"drop"}"#,
                    #"{"checkpoint":1,"next":\#(next)}"#, #"{"in":"orders/0@2","op":"drop"}"#,
                    #"{"segment":"orders/0@2","epoch":2}"#, #"{"in":"orders/0@3","op":"drop"}"#,
                    #"{"checkpoint":2,"next":\#(next)}"#, #"{"end":2,"next":\#(next)}"#,
                ]
            try fixture.write(lines: lines, to: "early.jsonl")
            let checked = try fixture.run("schedule check early.jsonl")
            #expect(checked.code == 65)
            #expect(
                checked.output.hasPrefix(
                    "early.jsonl: line 6: orders/0 begins here, and line 5 of the same transaction "
                        + "speaks of it already\n3 decisions, 2 checkpoints, 1 problems"))
        }
    }

    @Test func `check misses the last line, and sees a cut one`() throws {
        try Fixture.with { fixture in
            let lines = try fixture.lines
            try fixture.write(lines: lines.dropLast(), to: "open.jsonl")
            let open = try fixture.run("schedule check open.jsonl --recording in.mcap")
            #expect(open.code == 65)
            #expect(
                open.output.hasPrefix(
                    "open.jsonl: line \(lines.count): the last line, {\"end\":…}, is not there: the "
                        + "file is open or was cut\n"))
            try fixture.write(String(try fixture.text("s.jsonl").dropLast(9)), to: "cut.jsonl")
            let cut = try fixture.run("schedule check cut.jsonl")
            #expect(cut.code == 65)
            #expect(
                cut.output.hasPrefix(
                    "cut.jsonl: line \(lines.count): the file ends inside this line\n"))
        }
    }

    @Test func `another recording is refused`() throws {
        try Fixture.with { fixture in
            for command in [
                "schedule check s.jsonl --recording out.mcap",
                "verify --recording out.mcap --schedule s.jsonl --output out.mcap",
                "replay out.mcap --schedule s.jsonl",
                "schedule show s.jsonl --recording out.mcap",
            ] {
                let refused = try fixture.run(command)
                #expect(refused.code == 65, "\(command)")
                #expect(
                    refused.errors
                        == "error: s.jsonl: it belongs to recording sample-orders, and out.mcap is "
                        + "sample-orders.replay\n", "\(command)")
                #expect(refused.output == "")
            }
        }
    }

    // MARK: apply

    @Test func `apply delivers what the schedule says`() throws {
        try Fixture.with { fixture in
            let applied = try fixture.run("schedule apply s.jsonl --recording in.mcap -o a.mcap")
            #expect(applied.code == 0)
            let verified = try fixture.run(
                "verify --recording in.mcap --schedule s.jsonl --output a.mcap")
            #expect(verified.code == 0, "\(verified.output)")
        }
    }

    @Test func `an error in a line that is applied names file and line`() throws {
        try Fixture.with { fixture in
            var lines = try fixture.lines
            let index = try #require(lines.firstIndex { $0.contains(Self.move) })
            try #require(lines[index - 1].hasPrefix(#"{"in":"orders/3@0","op":"drop""#))
            let cases = [
                (
                    #"{"in":"orders/3@3000","op":"drop"}"#,
                    "orders/3@3000 is none of the records that the next checkpoint covers"
                ),
                (
                    #"{"in":"orders/3@3","op":"move","after":"orders/3@3000"}"#,
                    "orders/3@3000 is no record of the same window, which is orders/3@0..3"
                ),
                (
                    #"{"in":"orders/3@3","op":"corrupt","copy":0,"to_bytes":100000}"#,
                    "orders/3@3: a cut to 100000 bytes cannot be done to a value of "
                ),
                (#"{"in":"orders/3@0","op":"untimed"}"#, "line \(index) drops the record"),
                (#"{"in":"orders/3@3""#, "no JSON: "),
            ]
            for (line, text) in cases {
                lines[index] = line
                try fixture.write(lines: lines, to: "bad.jsonl")
                for command in [
                    "schedule apply bad.jsonl --recording in.mcap -o never-\(UUID()).mcap",
                    "verify --recording in.mcap --schedule bad.jsonl --output out.mcap",
                ] {
                    let refused = try fixture.run(command)
                    // verify forms no windows: it can tell only that there is no such record at all.
                    let said =
                        command.hasPrefix("verify") && text.contains("same window")
                        ? "the record that orders/3@3 is to stand behind or in front of" : text
                    #expect(refused.code == 65, "\(command)")
                    #expect(
                        refused.errors.hasPrefix("error: bad.jsonl: line \(index + 1): \(said)"),
                        "\(refused.errors)")
                    #expect(refused.errors.split(separator: "\n").count == 1)
                }
            }
        }
    }

    // MARK: pack

    @Test func `every command reads a packed schedule`() throws {
        try Fixture.with { fixture in
            let packed = try fixture.run("schedule pack s.jsonl")
            #expect(packed.output == "s.jsonl.zst\n")
            #expect(packed.code == 0)
            let commands = [
                "schedule show @ --limit 9", "schedule show @ --recording in.mcap",
                "schedule diff @ s.jsonl", "schedule check @ --recording in.mcap",
                "verify --recording in.mcap --schedule @ --output out.mcap",
                "replay in.mcap --schedule @",
            ]
            for command in commands {
                let plain = try fixture.run(command.replacing("@", with: "s.jsonl"))
                let read = try fixture.run(command.replacing("@", with: "s.jsonl.zst"))
                #expect(plain.code == 0, "\(command): \(plain.errors)")
                #expect(read.code == 0, "\(command): \(read.errors)")
                #expect(read.output == plain.output, "\(command)")
            }
            let again = try fixture.run("schedule pack s.jsonl")
            #expect(again.code == 74)
            #expect(again.errors.hasPrefix("error: s.jsonl.zst: "), "\(again.errors)")

            try fixture.write(lines: try fixture.lines.dropLast(), to: "open.jsonl")
            let open = try fixture.run("schedule pack open.jsonl")
            #expect(open.code == 65)
            #expect(open.errors.hasPrefix("error: open.jsonl: it has no last line yet"))
        }
    }

    @Test func `a packed schedule that was cut says so`() throws {
        try Fixture.with { fixture in
            _ = try fixture.run("schedule pack s.jsonl")
            let bytes = try fixture.bytes("s.jsonl.zst")
            for length in [0, 1, 10, bytes.count / 2, bytes.count - 1] {
                try bytes.prefix(length)
                    .write(to: fixture.folder.appendingPathComponent("cut.jsonl.zst"))
                let refused = try fixture.run(
                    "verify --recording in.mcap --schedule cut.jsonl.zst --output out.mcap")
                #expect(refused.code == 65, "\(length)")
                #expect(refused.errors.hasPrefix("error: cut.jsonl.zst: "), "\(refused.errors)")
                #expect(refused.errors.split(separator: "\n").count == 1)
            }
        }
    }
}
