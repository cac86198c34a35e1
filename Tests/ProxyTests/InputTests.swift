import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// Inputs that are not a plain row of records: on a real broker, for the embedded one knows none of
/// this.
@Suite(.enabled(if: Administration.isAtHand)) struct InputTests {
    @Test func `a compacted topic is what is left of it`() throws {
        let scene = try Scene(
            Cluster(.real), partitions: 1,
            inputSettings: [
                "cleanup.policy": "compact", "segment.ms": "1000",
                "min.cleanable.dirty.ratio": "0.01",
            ])
        let records = SampleRecords.numbered(0..<3000, partitions: 1)
        try scene.cluster.produce(records, to: scene.input)
        // The active segment is never compacted: more records until the broker has done it.
        var next = 10_000
        try wait(for: "compaction", seconds: 90) {
            try scene.cluster.produce(
                SampleRecords.numbered(next..<next + 1, partitions: 1), to: scene.input)
            next += 10_000
            return try scene.cluster.contents(of: scene.input)[0]?.count ?? 0 < 1000
        }
        try Administration.set("cleanup.policy", to: "delete", of: scene.input)
        let plan = Plan.windows(3...5)
        try scene.run(scene.recorded(plan))
        try scene.expectOutput(of: plan)
        try scene.verify()
    }

    @Test func `aborted transactions and control records do not exist`() throws {
        let scene = try Scene(Cluster(.real))
        let producer = try Producer(
            scene.cluster.configuration, transactionalID: "\(scene.group)-input")
        try producer.initTransactions(timeout: .seconds(60))
        let topic = try producer.topic(scene.input)
        let records = SampleRecords.numbered(0..<1200, partitions: 3)
        for (round, start) in stride(from: 0, to: records.count, by: 40).enumerated() {
            try producer.beginTransaction()
            for record in records[start..<start + 40] {
                let outcome = try producer.produce(
                    record, to: topic, partition: record.source.partition)
                #expect(outcome == .queued)
            }
            #expect(producer.flush(timeout: .seconds(30)))
            if round % 3 == 2 {
                try producer.abortTransaction(timeout: .seconds(60))
            } else {
                try producer.commitTransaction(timeout: .seconds(60))
            }
        }
        let statistics = try scene.run(scene.recorded())
        #expect(statistics.passed == 800)
        try scene.expectOutput(of: .standard)
        try scene.verify()
    }

    @Test func `partitions that are added are read soon, and from their beginning`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1, outputPartitions: 3)
        try scene.cluster.produce(SampleRecords.numbered(0..<300, partitions: 1), to: scene.input)
        let began = ContinuousClock.now
        // Nothing of before is read, but all of what is added.
        let child = try scene.child(
            ["--from", "latest", "--max-wait", "100ms", "--drop", "0", "--duplicate", "0"],
            untilEnd: false)
        try wait(for: "the proxy to begin") { child.said.contains("\(scene.input)/0: from") }
        try Administration.addPartitions(to: scene.input, upTo: 3)
        let added = ContinuousClock.now
        let more = SampleRecords.numbered(0..<300, partitions: 3)
            .filter { $0.source.partition > 0 }
        try wait(for: "the producer to see them") {
            (try? scene.cluster.produce(more, to: scene.input)) != nil
        }
        try wait(for: "the records of new partitions") {
            try !child.isRunning || scene.sent().values.reduce(0) { $0 + $1.count } >= 200
        }
        // Not within the default five minutes, or the library's own ten seconds.
        #expect(ContinuousClock.now - added < .seconds(60), "began at \(began)")
        child.signal(SIGTERM)
        #expect(try child.wait() == 0, "\(child.said)")
        try scene.verify()
    }

    @Test func `without a partition of its number in the output it ends`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<300, partitions: 1), to: scene.input)
        let child = try scene.child(untilEnd: false)
        try wait(for: "the first records") { try !child.isRunning || scene.visible() > 10 }
        try Administration.addPartitions(to: scene.input, upTo: 2)
        let records = SampleRecords.numbered(300..<500, partitions: 2)
        try wait(for: "the producer to see them") {
            (try? scene.cluster.produce(records, to: scene.input)) != nil
        }
        #expect(try child.wait() == 69, "\(child.said)")
        #expect(
            child.said.contains(
                "the output has no partition \(scene.output)/1; add partitions to "
                    + "\(scene.output) and start again, nothing is lost"), "\(child.said)")
        try Administration.addPartitions(to: scene.output, upTo: 2)
        let again = try scene.child()
        #expect(try again.wait() == 0, "\(again.said)")
        try scene.expectOutput(of: .standard)
        try scene.verify()
    }

    @Test func `an output that grew before its input did is written to`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<300, partitions: 1), to: scene.input)
        let child = try scene.child(["--max-wait", "100ms"], untilEnd: false)
        try wait(for: "the first records") { try !child.isRunning || scene.visible() > 10 }
        try Administration.addPartitions(to: scene.output, upTo: 2)
        // What grows within a moment comes to the client in one answer.
        Thread.sleep(forTimeInterval: 3)
        try Administration.addPartitions(to: scene.input, upTo: 2)
        let records = SampleRecords.numbered(300..<500, partitions: 2)
        try wait(for: "the producer to see them") {
            (try? scene.cluster.produce(records, to: scene.input)) != nil
        }
        try wait(for: "the records of the new partition") {
            try !child.isRunning || scene.sent()[1]?.count ?? 0 > 10
        }
        child.signal(SIGTERM)
        #expect(try child.wait() == 0, "\(child.said)")
        try scene.verify()
        #expect(try scene.sent()[1]?.count ?? 0 > 10)
    }

    @Test(arguments: [Loss.Policy.earliest, .latest])
    func `what retention took before it was read is named, if the user says so`(
        policy: Loss.Policy
    ) throws {
        let scene = try Scene(Cluster(.real), partitions: 2)
        let numbered = { SampleRecords.numbered($0, partitions: 2) }
        try scene.cluster.produce(numbered(0..<600), to: scene.input)
        try scene.run(scene.recorded())
        try scene.cluster.produce(numbered(600..<1200), to: scene.input)
        try Administration.deleteRecords(of: scene.input, partition: 0, below: 450)

        let refusal = #expect(throws: ProxyError.self) { try scene.run(scene.recorded()) }
        #expect(
            refusal?.message
                == "\(scene.input)/0 begins at 450 and 300 is to be read next: records were deleted "
                + "before they were read (retention); go on without them with "
                + "--on-offset-out-of-range earliest, which the schedule will say, or begin anew with "
                + "another group and new files")
        // Refused, and the files are whole.
        try scene.verify()

        let child = try scene.child(
            ["--on-offset-out-of-range", policy.rawValue], untilEnd: false)
        try wait(for: "it to go on") { !child.isRunning || child.said.contains("going on at") }
        try scene.cluster.produce(numbered(1200..<1500), to: scene.input)
        try wait(for: "the last records") {
            try !child.isRunning
                || scene.committed().allSatisfy { $0.value.offset > 600 }
        }
        child.signal(SIGTERM)
        #expect(try child.wait() == 0, "\(child.said)")
        let end = policy == .earliest ? 449 : 599
        let lines = try String(contentsOfFile: scene.schedule, encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("{\"lost\"") }
        #expect(
            lines == [
                "{\"lost\":\"\(scene.input)/0@300\",\"through\":\"\(scene.input)/0@\(end)\","
                    + "\"went_on\":\"\(policy)\"}"
            ])
        try scene.verify()
        try scene.verify(committed: scene.committed())
        let expected = try ExpectedOutput([(scene.recording, scene.schedule)])
        var records: [Offset] = []
        while let pieces = try expected.next() {
            for piece in pieces where piece.source.partition == 0 {
                records += piece.records.entries[piece.slots].map(\.offset)
            }
        }
        // Everything else was passed, in order.
        let passed = Set(records)
        #expect(expected.lostOffsets == Int64(end - 299))
        #expect(passed.isSuperset(of: 0..<300))
        #expect(passed.isDisjoint(with: 300...Offset(end)))
        #expect(passed.isSuperset(of: Offset(end + 1)...600))
    }

    /// Nothing is in a window yet when it stops: the offset beside which it goes on is committed all the same.
    @Test func `where it goes on behind what is gone does not move from run to run`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        func produce(_ range: Range<Int>) throws {
            try scene.cluster.produce(
                SampleRecords.numbered(range, partitions: 1), to: scene.input)
        }
        try produce(0..<100)
        var plan = Plan.standard
        plan.window.maxWait = nil
        try scene.run(scene.recorded(plan))
        try produce(100..<200)
        try Administration.deleteRecords(of: scene.input, partition: 0, below: 150)
        var configuration = scene.recorded(plan)
        configuration.onOffsetOutOfRange = .latest
        #expect(try scene.run(configuration).passed == 0)
        try produce(200..<230)
        #expect(try scene.run(configuration).passed == 30)
        #expect(
            scene.notices.filter { $0.contains("were gone") } == [
                "\(scene.input)/0: 100 to 199 were gone before they were read; going on at 200"
            ])
        let lines = try String(contentsOfFile: scene.schedule, encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("{\"lost\"") }
        #expect(
            lines == [
                "{\"lost\":\"\(scene.input)/0@100\",\"through\":\"\(scene.input)/0@199\",\"went_on\":\"latest\"}"
            ])
        try scene.verify()
        try scene.verify(committed: scene.committed())
    }

    @Test func `a topic that was deleted and made again is another one`() throws {
        let scene = try Scene(Cluster(.real), partitions: 2)
        let records = SampleRecords.numbered(0..<600, partitions: 2)
        try scene.cluster.produce(records, to: scene.input)
        let child = try scene.child(untilEnd: false)
        try wait(for: "most records") { try !child.isRunning || scene.visible() > 400 }
        // Made again and filled within a second it would look the same to any client.
        try scene.cluster.delete(scene.input)
        try wait(for: "the proxy to miss it") {
            !child.isRunning || child.said.contains("topic does not exist")
        }
        try scene.cluster.make(again: scene.input, partitions: 2)
        try wait(for: "the producer to see it") {
            (try? scene.cluster.produce(records + records, to: scene.input)) != nil
        }
        let code = try child.wait()
        #expect(code == 65 || code == 69, "\(child.said)")
        // What was in the files stays true of the output.
        try scene.verify()
        let again = try scene.child()
        #expect(try again.wait() == 65, "\(again.said)")
        #expect(
            again.said.contains("deleted, with the topic perhaps")
                || again.said.contains("the topic was made anew"), "\(again.said)")
        try scene.verify()
    }

    @Test func `a log that has another record where the last one stood is another log`() throws {
        let scene = try Scene(Cluster(.real), partitions: 1)
        try scene.cluster.produce(SampleRecords.numbered(0..<100, partitions: 1), to: scene.input)
        try scene.run(scene.recorded())
        // As if another topic of this name had been there: positions stay, records are others.
        let position = try #require(try scene.committed().first).value
        let metadata = CommitMetadata(
            recording: position.recording, epoch: position.epoch, plan: Plan.standard.digest,
            last: .init(offset: 99, timestampMs: 5))
        let consumer = try Consumer(scene.cluster.configuration, group: scene.group)
        let source = TopicPartition(scene.input, 0)
        try consumer.assign([source: .earliest])
        try consumer.commit(
            [CommittedPosition(source, offset: 100, metadata: metadata.text)],
            timeout: .seconds(20))
        try scene.cluster.produce(SampleRecords.numbered(100..<200, partitions: 1), to: scene.input)
        let failure = #expect(throws: ProxyError.self) { try scene.run(scene.recorded()) }
        #expect(
            failure?.message.contains("has a record of another time") == true, "\(failure as Any)")
    }

    @Test func `records of the largest size that the topics take pass`() throws {
        let most = ["max.message.bytes": "12000000"]
        let scene = try Scene(
            Cluster(.real), partitions: 1, outputSettings: most, inputSettings: most)
        var records = SampleRecords.numbered(0..<40, partitions: 1)
        var random = TestRandom(5)
        for index in [3, 17, 18, 30] { records[index].value = random.bytes(11_999_800) }
        try scene.cluster.produce(records, to: scene.input, largest: 13_000_000)
        let plan = Plan.windows(2...6)
        var configuration = scene.recorded(plan)
        configuration.memoryBytes = 64 << 20
        try scene.run(configuration)
        try scene.expectOutput(of: plan)
        try scene.verify()
    }

    @Test func `a record that no queue of this size holds ends the run and says why`() throws {
        let most = ["max.message.bytes": "12000000"]
        let scene = try Scene(
            Cluster(.real), partitions: 1, outputSettings: most, inputSettings: most)
        var records = SampleRecords.numbered(0..<40, partitions: 1)
        records[20].value = [UInt8](repeating: 9, count: 8_000_000)
        try scene.cluster.produce(records, to: scene.input, largest: 13_000_000)
        let plan = Plan.windows(2...6, rules: [])
        var configuration = scene.recorded(plan)
        configuration.memoryBytes = 8 << 20
        let failure = #expect(throws: ProxyError.self) { try scene.run(configuration) }
        #expect(
            failure?.message.hasPrefix(
                "\(scene.input)/0@20 has 8000005 bytes, and the client holds 4096 KiB of records")
                == true, "\(failure as Any)")
        configuration.memoryBytes = 64 << 20
        try scene.run(configuration)
        try scene.expectOutput(of: plan)
        try scene.verify()
    }

    @Test func `an empty topic for longer than session and poll interval`() throws {
        let scene = try Scene(Cluster(.real))
        let child = try scene.child(
            ["-X", "session.timeout.ms=6000", "-X", "max.poll.interval.ms=6000"], untilEnd: false)
        try wait(for: "the proxy to begin") { child.said.contains("/2: from") }
        let began = ContinuousClock.now
        // There is no other sign of nothing happening than the clock.
        try wait(for: "two intervals") {
            usleep(100_000)
            return !child.isRunning || ContinuousClock.now - began > .seconds(12)
        }
        #expect(child.isRunning, "\(child.said)")
        try scene.cluster.produce(SampleRecords.numbered(0..<900, partitions: 3), to: scene.input)
        try wait(for: "records") { try !child.isRunning || scene.visible() > 700 }
        #expect(!child.said.contains("lost") && !child.said.contains("given away"), "\(child.said)")
        child.signal(SIGTERM)
        #expect(try child.wait() == 0, "\(child.said)")
        try scene.verify()
    }
}
