import Foundation
import Perturbation
import Recording
import Records
import Testing

/// What a merge does not take: one sentence each, and nothing is written.
@Suite struct MergeRefusalTests {
    private static let source = TopicPartition("orders", 0)

    /// Two instances, the second goes on where the first ended cleanly.
    private struct Group {
        var world: World
        let first: Host
        let second: Host
        let folder: URL

        init(_ folder: URL, seed: String = "s") throws {
            self.folder = folder
            let log = (0..<60).map {
                Record(
                    source: MergeRefusalTests.source, offset: Offset($0),
                    value: Array("\($0)".utf8))
            }
            let plan = Plan(seed: seed, window: WindowShape(records: 5...5, maxWait: nil))
            world = World(plan: plan, log: [MergeRefusalTests.source: log])
            first = Host("a-\(seed)", in: folder)
            second = Host("b-\(seed)", in: folder)
            var dice = Dice(3)
            for (host, isLast) in [(first, false), (second, true)] {
                try host.start(world)
                try host.assign(MergeRefusalTests.source, world)
                let before = world.positions
                while world.positions == before {
                    try host.transact(&world, &dice, .committed, isLast: isLast, impatience: 0)
                }
                try host.stop()
            }
        }

        var paths: JournalPaths {
            JournalPaths(
                recording: folder.appendingPathComponent("out.mcap").path,
                schedule: folder.appendingPathComponent("out.jsonl").path)
        }

        @discardableResult
        func merge(
            _ pairs: [(recording: String, schedule: String)],
            committed: [TopicPartition: Chain.Committed]? = nil
        ) throws -> Merge.Summary {
            let merge = try Merge(
                pairs, committed: committed, to: paths,
                identity: RecordingIdentity(id: "out", tool: "tests"))
            try merge.run()
            return merge.summary
        }

        func expectRefused(
            _ pairs: [(recording: String, schedule: String)], _ sentence: String,
            committed: [TopicPartition: Chain.Committed]? = nil,
            _ location: SourceLocation = #_sourceLocation
        ) {
            do {
                try merge(pairs, committed: committed)
                Issue.record("taken", sourceLocation: location)
            } catch {
                #expect("\(error)".contains(sentence), "\(error)", sourceLocation: location)
            }
            for path in [paths.recording, paths.schedule] {
                #expect(
                    !FileManager.default.fileExists(atPath: path ?? ""), sourceLocation: location)
            }
        }
    }

    @Test func `the same file twice`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            let pairs = [group.first.pair, group.second.pair]
            group.expectRefused(pairs + [pairs[0]], "it is given twice")
            let copy = folder.appendingPathComponent("copy").path
            for (path, end) in [(pairs[0].recording, ".mcap"), (pairs[0].schedule, ".jsonl")] {
                try FileManager.default.copyItem(atPath: path, toPath: copy + end)
            }
            group.expectRefused(
                pairs + [(copy + ".mcap", copy + ".jsonl")], "give each pair of files once")
        }
    }

    @Test func `files of another plan, and of another run`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            let other = try Group(folder, seed: "t")
            group.expectRefused(
                [group.first.pair, other.second.pair], "another plan than")
            let elsewhere = folder.appendingPathComponent("elsewhere")
            try FileManager.default.createDirectory(
                at: elsewhere, withIntermediateDirectories: true)
            let twin = try Group(elsewhere)
            // The ids of tests are those of the hosts: another run has others.
            try Self.rename(twin.first.pair, to: "id-other")
            try Self.rename(twin.second.pair, to: "id-twin", parent: "id-other")
            group.expectRefused(
                [group.first.pair, group.second.pair, twin.first.pair, twin.second.pair],
                "the files are of two groups")
        }
    }

    /// Gives a pair another recording id, in the schedule and in the recording.
    private static func rename(
        _ pair: (recording: String, schedule: String), to id: String, parent: String? = nil
    ) throws {
        let text = try String(contentsOfFile: pair.schedule, encoding: .utf8)
        let old = try ScheduleReader(path: pair.schedule).header.recording
        var changed = text.replacing("\"recording\":\"\(old)\"", with: "\"recording\":\"\(id)\"")
        if let parent {
            let first = old.replacing("id-b", with: "id-a")
            changed = changed.replacing(
                "\"recording\":\"\(first)\"", with: "\"recording\":\"\(parent)\"")
        }
        try changed.write(toFile: pair.schedule, atomically: true, encoding: .utf8)
        let blocks = try RecordingReader(path: pair.recording)
        let place = pair.recording + ".new"
        let writer = try RecordingWriter(
            creating: place, identity: RecordingIdentity(id: id, tool: "tests"))
        while try blocks.next() {
            try blocks.withRecord { try writer.append($0) }
        }
        try writer.close()
        try FileManager.default.removeItem(atPath: pair.recording)
        try FileManager.default.moveItem(atPath: place, toPath: pair.recording)
    }

    @Test func `a missing parent, and a missing child`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            group.expectRefused(
                [group.second.pair], "which is in none of the files given; give all files")
            group.expectRefused(
                [group.first.pair], "which is in none of the files given",
                committed: group.world.committed)
        }
    }

    @Test func `files that are being written`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            // As another process would.
            let lock = open(group.second.pair.schedule, O_RDONLY)
            defer { close(lock) }
            // A child that another test is starting holds all that is open until it has begun.
            let deadline = ContinuousClock.now + .seconds(10)
            var isLocked = flock(lock, LOCK_EX | LOCK_NB) == 0
            while !isLocked && ContinuousClock.now < deadline {
                usleep(10_000)
                isLocked = flock(lock, LOCK_EX | LOCK_NB) == 0
            }
            try #require(isLocked)
            group.expectRefused(
                [group.first.pair, group.second.pair],
                "another process is writing it; stop it first, then merge")
        }
    }

    @Test func `files that were cut`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            let pairs = [group.first.pair, group.second.pair]
            let schedule = try Data(contentsOf: URL(fileURLWithPath: pairs[1].schedule))
            let lines = schedule.split(separator: 0x0A)
            let front = lines.dropLast().map { Data($0) + Data([0x0A]) }.reduce(Data(), +)
            try front.write(to: URL(fileURLWithPath: pairs[1].schedule))
            // Nobody knows what became of its last transaction, but the group does.
            group.expectRefused(pairs, "in doubt; the files cannot tell")
            try group.merge(pairs, committed: group.world.committed)
            for path in [group.paths.recording, group.paths.schedule] {
                try FileManager.default.removeItem(atPath: path ?? "")
            }
            let recording = try Data(contentsOf: URL(fileURLWithPath: pairs[0].recording))
            try recording.prefix(recording.count / 3)
                .write(to: URL(fileURLWithPath: pairs[0].recording))
            group.expectRefused(pairs, "cut at byte", committed: group.world.committed)
        }
    }

    @Test func `no file that is there is written over`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            let path = group.paths.schedule ?? ""
            try "mine".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: RecordingError.self) {
                try group.merge([group.first.pair, group.second.pair])
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
            #expect(!FileManager.default.fileExists(atPath: group.paths.recording ?? ""))
        }
    }

    @Test func `where a recording was removed, the chain ends and says so`() throws {
        try withFolder { folder in
            let group = try Group(folder)
            try ScheduleStub.leave(of: group.first.pair.schedule)
            try FileManager.default.removeItem(atPath: group.first.pair.recording)
            let summary = try group.merge([group.first.pair, group.second.pair])
            let start = try ScheduleSummary(path: group.second.pair.schedule).partitions[0].start
            #expect(summary.removed == [Self.source: start])
            let merged = (group.paths.recording ?? "", group.paths.schedule ?? "")
            let check = try ScheduleCheck(schedule: merged.1, recording: merged.0)
            #expect(check.problems == [])
            #expect(try ScheduleSummary(path: merged.1).partitions.map(\.start) == [start])
        }
    }

    @Test func `clocks that disagree are put right`() throws {
        try withFolder { folder in
            var dice = Dice(1)
            let log = (0..<40).map {
                Record(source: Self.source, offset: Offset($0), value: [UInt8($0)])
            }
            let plan = Plan(seed: "s", window: WindowShape(records: 5...5, maxWait: nil))
            var world = World(plan: plan, log: [Self.source: log])
            let hosts = [Host("a", in: folder), Host("b", in: folder)]
            for (host, isLast) in zip(hosts, [false, true]) {
                try host.start(world)
                try host.assign(Self.source, world)
                let before = world.positions
                while world.positions == before {
                    try host.transact(&world, &dice, .committed, isLast: isLast, impatience: 0)
                }
                try host.stop()
                // The second one's clock is an hour behind.
                world.turnBack(nanoseconds: 3_600_000_000_000)
            }
            let summary = try Judgement(world, hosts).expectMerges(asking: true, in: folder)
            #expect(summary.raised > 0)
        }
    }
}
