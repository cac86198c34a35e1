import Hunting
import Perturbation
import Records
import Testing

@Suite struct TrialScheduleTests {
    private let text = """
        {"in":"orders/0@0","op":"drop","by":"lossy"}
        {"in":"orders/0@1","op":"move","after":"orders/0@2"}
        {"in":"orders/1@0","op":"duplicate","copy":1,"after":"orders/1@2"}
        {"in":"orders/1@1","op":"delay","copy":0,"delay_us":2500}
        {"in":"orders/1@2","op":"corrupt","copy":0,"null":true}
        {"at":"orders/1@0","copy":1,"op":"kill","delay_us":2000}
        {"at":"orders/0@2","copy":0,"op":"pause","delay_us":0,"length_us":9}

        """

    @Test func `lines read back as they were written`() throws {
        let schedule = try TrialSchedule(parsing: text)
        #expect(schedule.text == text)
        #expect(schedule.atomCount == 7)
        #expect(
            schedule.kinds == ["corrupt", "delay", "drop", "duplicate", "kill", "move", "pause"])
    }

    @Test func `a fault's moment reads back, too`() throws {
        let text = """
            {"at":"orders/1@0","copy":1,"op":"kill","once":"committing","delay_us":0}
            {"at":"orders/0@2","copy":0,"op":"pause","once":"committed","delay_us":7,"length_us":9}

            """
        let schedule = try TrialSchedule(parsing: text)
        #expect(schedule.text == text)
        #expect(schedule.faults.map(\.once) == [.committing, .committed])
        #expect(schedule.faults[1].words == "pause once committed")
    }

    @Test(
        arguments: [
            (#"{"at":"orders/0","op":"kill"}"#, "is no record"),
            (#"{"at":"orders/0@1","op":"kil"}"#, "there are kill, term"),
            (#"{"at":"orders/0@1","op":"kill","delay_us":-1}"#, "no number from 0 on"),
            (#"{"at":"orders/0@1","op":"kill","when":1}"#, "\"when\""),
            (
                #"{"at":"orders/0@1","op":"kill","once":"soon"}"#,
                "write shown or committing or committed"
            ),
            (#"{"at":"orders/0@1","op":"lose_answer","once":"committed"}"#, "it has none"),
            (#"{"in":"orders/0@1","op":"mov"}"#, "\"mov\""),
        ])
    func `a line that is none is refused by its number`(line: String, words: String) throws {
        let error = #expect(throws: ScheduleError.self) { try TrialSchedule(parsing: "\n" + line) }
        #expect(error.map { "\($0)" }?.contains("line 2") == true)
        #expect(error.map { "\($0)" }?.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `what is fed stands in the order of the workload where nothing perturbs it`() throws
    {
        let feed = try FeedSequence(Sample.workload, TrialSchedule(), paceUs: 1000)
        #expect(feed.items.map(\.record) == Sample.workload.records)
        #expect(feed.items.map(\.dueUs) == [0, 1000, 2000, 3000, 4000, 5000])
    }

    @Test func `each kind of line does what it says, and any subset of them is a schedule`() throws
    {
        let schedule = try TrialSchedule(parsing: text)
        let feed = try FeedSequence(Sample.workload, schedule, paceUs: 1000)
        let order = feed.items.map { "\($0.name)\($0.copy > 0 ? "'" : "")" }
        // 0@0 is dropped, 0@1 goes behind 0@2; 1@1 is held back, and 1@2 and the copy with it.
        #expect(
            order == [
                "orders/1@0", "orders/0@2", "orders/0@1", "orders/1@1", "orders/1@2", "orders/1@0'",
            ])
        #expect(feed.items.first { $0.name.description == "orders/1@2" }?.record.value == nil)
        #expect(feed.items.last?.faults.map(\.kind) == [.kill])
        #expect(feed.items[1].faults.map(\.kind) == [.pause])
        for mask in 0..<(1 << 5) {
            var part = schedule
            part.lines = schedule.lines.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(
                \.element)
            let feed = try FeedSequence(Sample.workload, part, paceUs: 1000)
            #expect(feed.items.flatMap(\.faults).count + feed.atEnd.count == 2, "\(mask)")
        }
    }

    @Test func `a held record holds back its partition alone`() throws {
        let line = #"{"in":"orders/0@0","op":"delay","copy":0,"delay_us":50000}"#
        let feed = try FeedSequence(
            Sample.workload, try TrialSchedule(parsing: line), paceUs: 1000)
        #expect(feed.items.map(\.record.source.partition) == [1, 1, 1, 0, 0, 0])
    }

    @Test func `records that go take their lines along, and anchors pass to what remains`() throws {
        let schedule = try TrialSchedule(parsing: text)
        let workload = Sample.workload.keeping { RecordName($0).description != "orders/1@2" }
        let left = schedule.restricted(to: workload)
        #expect(left.lines.count == 4)
        #expect(left.text.contains(#""copy":1,"after":"orders/1@1""#))
        let one = Sample.workload.keeping { RecordName($0).description == "orders/0@1" }
        let last = schedule.restricted(to: one)
        // Behind itself is where it was.
        #expect(
            last.text == "{\"in\":\"orders/0@1\",\"op\":\"move\",\"after\":\"orders/0@1\"}\n"
                + "{\"at\":\"orders/0@1\",\"copy\":0,\"op\":\"pause\",\"delay_us\":0,\"length_us\":9}\n"
        )
        #expect(try FeedSequence(one, last, paceUs: 1).items.count == 1)
    }
}
