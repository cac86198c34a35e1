import Foundation
import Perturbation
import Records
import Testing

@testable import Hunting

/// Reproducers as folders, and how they become smaller where a moment counts.
@Suite struct ReproducerTests {
    @Test func `one whose hunt file's folder is gone says how to name another`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let facts = """
            {"failure":{"anomaly":"duplicate","entityKind":"","invariant":"uniqueness(out)","role":"out","words":"w"},
             "root":"../gone","seed":"hunt-1","settings":[],"version":1}
            """
        try facts.write(
            toFile: folder + "/reproducer.json", atomically: true, encoding: .utf8)
        let error = #expect(throws: HuntError.self) { try Reproducer(opening: folder) }
        let words = error.map { "\($0)" } ?? ""
        #expect(words.contains("/gone, which is no folder here"), "\(words)")
        #expect(words.contains("--root FOLDER"), "\(words)")
    }

    @Test func `each line of a record that is not there is named`() throws {
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/schedule.jsonl"
        func problems(_ lines: String) throws -> [String] {
            try lines.write(toFile: path, atomically: true, encoding: .utf8)
            let error = #expect(throws: HuntError.self) {
                try TrialSchedule(file: path, for: Sample.workload)
            }
            return error?.description.split(separator: "\n").map(String.init) ?? []
        }
        let strangers = [
            #"{"in":"orders/0@99","op":"drop"}"#,
            #"{"in":"orders/0@1","op":"move","after":"orders/0@98"}"#,
            #"{"at":"items/0@1","copy":0,"op":"kill","delay_us":0}"#,
        ]
        let good = #"{"in":"orders/1@1","op":"duplicate","copy":1}"#
        let found = try problems((strangers + [good]).joined(separator: "\n"))
        let names = ["orders/0@99", "orders/0@98", "items/0@1"]
        #expect(
            found
                == zip(names, strangers).map { name, line in
                    "\(path): \(name) is none of the records here: \(line)"
                })
        #expect(try problems(#"{"in":"orders/0@1","op":"dorp"}"#).count == 1)
    }

    @Test func `every second schedule near a reproducer is on what it was shrunk from`() throws {
        var small = Sample.workload
        small.records = [small.records[2]]
        let schedule = try TrialSchedule(
            parsing: #"{"in":"orders/0@1","op":"duplicate","copy":1}"#)
        let input = TrialInput(
            number: 1, seed: "s", workload: small, schedule: schedule, origin: "test")
        let near = Neighbourhood(of: input, in: Sample.workload)
        let neighbours = (1...20).map(near.neighbour)
        #expect(neighbours.map(\.workload.records.count) == (1...20).map { $0 % 2 == 0 ? 6 : 1 })
        // Behind a later record of the partition, which the reproducer has none of.
        #expect(
            neighbours.contains { neighbour in
                neighbour.schedule.text.contains(#""after":"orders/0@2""#)
            }, "\(neighbours.map(\.schedule.text))")
        // Of another workload nothing is known that the lines could be about.
        let stranger = Neighbourhood(of: input, in: Workload([Sample.workload.records[0]]))
        #expect((1...4).allSatisfy { stranger.neighbour($0).workload.records.count == 1 })
    }

    private func input(_ records: Int, _ lines: String) throws -> TrialInput {
        let workload = Workload(
            (0..<records).map { index in
                Record(
                    source: TopicPartition("orders", 0), offset: Offset(index * 2), key: [107],
                    value: Array("v\(index)".utf8))
            })
        return TrialInput(
            number: 1, seed: "s", workload: workload, schedule: try TrialSchedule(parsing: lines),
            origin: "test")
    }

    @Test(
        arguments: [
            (#"{"in":"orders/0@4","op":"move","after":"orders/0@6"}"#, ["2 0", "0 4 2"]),
            (#"{"in":"orders/0@6","op":"move","after":"orders/0@2"}"#, ["2 0", "0 4 2"]),
            (
                #"{"in":"orders/0@4","op":"duplicate","copy":1,"after":"orders/0@6"}"#,
                ["0 2 0", "0 2 4 2"]
            ),
            (#"{"in":"orders/0@4","op":"duplicate","copy":1}"#, []),
            (#"{"in":"orders/0@4","op":"duplicate","copy":1,"after":"orders/0@4"}"#, []),
            (#"{"in":"orders/0@0","op":"move","after":"orders/0@2"}"#, []),
        ])
    func `what is done to late records of a key is tried with its first ones`(
        line: String, fed: [String]
    ) throws {
        let choices = HuntRun.earlierPlaces(of: try input(4, line))
        let order = try choices.map { choice in
            try FeedSequence(choice.workload, choice.schedule, paceUs: 1).items
                .map { "\($0.record.offset)" }.joined(separator: " ")
        }
        #expect(order == fed)
    }

    @Test func `a copy elsewhere is tried as a move of its record`() throws {
        let moved = HuntRun.moves(
            of: try input(
                4,
                """
                {"in":"orders/0@0","op":"duplicate","copy":1,"after":"orders/0@4"}
                {"in":"orders/0@2","op":"duplicate","copy":1,"after":"orders/0@2"}
                {"in":"orders/0@4","op":"duplicate","copy":1,"after":"orders/0@0"}
                {"in":"orders/0@6","op":"duplicate","copy":1,"after":"orders/0@0"}
                {"in":"orders/0@6","op":"delay","copy":1,"delay_us":5}
                """))
        #expect(
            moved.map { $0.schedule.lines.map(\.kind).joined(separator: " ") } == [
                "move duplicate move duplicate delay", "move duplicate duplicate duplicate delay",
                "duplicate duplicate move duplicate delay",
            ])
    }

    /// A record at a fault and one that is moved stay to the last; every other one may go.
    @Test func `the smallest workload that is tried is what something is done to`() throws {
        let schedule = try TrialSchedule(
            parsing: """
                {"in":"orders/0@0","op":"move","after":"orders/0@1"}
                {"at":"orders/1@1","copy":0,"op":"kill","delay_us":2000}
                """)
        let input = TrialInput(
            number: 1, seed: "s", workload: Sample.workload, schedule: schedule, origin: "test")
        let choices = HuntRun.smallerWorkloads(of: input)
        #expect(choices.map(\.workload.records.count) == [2, 4, 4, 5, 5, 5, 5, 5, 5])
        #expect(
            choices[0].workload.records.map { "\(RecordName($0))" } == ["orders/0@0", "orders/1@1"])
        #expect(choices[0].schedule.faults == schedule.faults)
    }

    /// Between two steps of a system a clock meets now and then, a moment every time.
    @Test func `faults that strike by a clock are tried at each moment, others stay`() throws {
        let input = try input(
            3,
            #"{"at":"orders/0@1","copy":0,"op":"kill","delay_us":4000}"# + "\n"
                + #"{"at":"orders/0@2","copy":0,"op":"kill","once":"committed","delay_us":0}"#
                + "\n"
                + #"{"at":"orders/0@2","copy":0,"op":"lose_answer","sink":"charges"}"#)
        let shown = try #require(input.struck(at: .shown))
        #expect(shown.schedule.faults.map(\.once) == [.shown, .committed, nil])
        #expect(shown.schedule.faults.map(\.delayUs) == [0, 0, 0])
        #expect(shown.struck(at: .committing) == nil)
    }

    /// What is held back for longer than a fetch waits is fed behind all that is due meanwhile.
    @Test
    func `records of several partitions are held back, one and two at a time, alone at first`()
        throws
    {
        let schedule = try TrialSchedule(
            parsing: #"{"in":"orders/0@0","op":"delay","copy":0,"delay_us":2000}"#)
        let input = TrialInput(
            number: 1, seed: "s", workload: Sample.workload, schedule: schedule, origin: "test")
        let choices = HuntRun.holds(of: input)
        #expect(choices.count == 2 * (6 + 30))
        #expect(choices[1].schedule.lines.count == 1 && choices[7].schedule.lines.count == 2)
        // In place of the time for which it is held, and not twice.
        #expect(choices[0].schedule == choices[6].schedule)
        let order = try FeedSequence(choices[0].workload, choices[0].schedule, paceUs: 1000)
        #expect(
            order.items.map { "\($0.name)" }.prefix(4) == [
                "orders/1@0", "orders/1@1", "orders/1@2", "orders/0@0",
            ])
        #expect((order.items.first { $0.name.offset == 0 && $0.dueUs > 500_000 }) != nil)
        #expect(HuntRun.longerHolds(of: input).map(\.schedule) == [choices[0].schedule])
        #expect(HuntRun.longerHolds(of: choices[0]).isEmpty)
    }
}
