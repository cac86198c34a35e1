import Configuration
import Foundation
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// A pair of files that the proxy's rules made says the same by its schedule and by its plan.
@Suite struct SameBytesTests {
    /// Some instances' pairs after a history with windows emitted in parts, kills and clocks.
    static func history(_ dice: inout Dice, in folder: URL, hosts: Int) throws -> (World, [Host]) {
        var world = World.random(&dice, partitions: dice.within(1...3), records: 20...80)
        let hosts = (0..<hosts).map { Host("h\($0)", in: folder) }
        for round in 0..<dice.within(3...9) {
            let host = hosts[round % hosts.count]
            if !host.isRunning { try host.start(world) }
            for other in hosts {
                for source in world.sources { other.revoke(source) }
            }
            for source in world.sources { try host.assign(source, world) }
            for _ in 0..<dice.within(1...3) where host.isRunning {
                let fate = dice.chance(2, in: 3) ? .committed : dice.pick(Host.Fate.allCases)
                try host.transact(&world, &dice, fate, impatience: 5)
            }
        }
        for host in hosts where !host.isRunning { try host.start(world) }
        let last = hosts[dice.below(hosts.count)]
        for source in world.sources { try last.assign(source, world) }
        // Now and then it ends inside a window.
        try last.transact(&world, &dice, .committed, isLast: dice.chance(1, in: 2), impatience: 5)
        for host in hosts { try host.stop() }
        return (world, hosts)
    }

    private func replay(
        _ hosts: [Host], _ what: Replay.What, to path: String, schedules: [String]? = nil
    ) throws -> Data {
        try replay(hosts.map(\.pair), what, to: path, schedules: schedules)
    }

    private func replay(
        _ pairs: [(recording: String, schedule: String)], _ what: Replay.What, to path: String,
        schedules: [String]? = nil
    ) throws -> Data {
        let sink = RecordingSink(
            try RecordingWriter(
                creating: path, identity: RecordingIdentity(id: "again", tool: "tests")))
        let input = Replay.Input(
            recordings: pairs.map(\.recording), schedules: schedules ?? pairs.map(\.schedule))
        try Replay(input, what, pace: .full, to: sink, output: World.output).run()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test(arguments: 0..<4)
    func `schedule and plan give the same recording, byte for byte`(share: Int) throws {
        for seed in 0..<10 {
            try withFolder { folder in
                var dice = Dice(500_000 + 100 * share + seed)
                let (world, hosts) = try Self.history(&dice, in: folder, hosts: share % 2 + 1)
                let place = { folder.appendingPathComponent($0).path }
                let bySchedule = try replay(hosts, .schedule, to: place("schedule.mcap"))
                let plan = Replay.What.plan(
                    world.plan, scheduleTo: place("plan.jsonl"), tool: "tests")
                let byPlan = try replay(hosts, plan, to: place("plan.mcap"))
                #expect(bySchedule == byPlan, "\(share)/\(seed)")
                // Merged, they say the same by schedule and by plan.
                let (merged, _) = try Judgement(world, hosts).merged(asking: true, in: folder)
                let again = place("again.mcap")
                let mergedBySchedule = try replay([merged], .schedule, to: place("one.mcap"))
                let mergedByPlan = try replay(
                    [merged], .plan(world.plan, scheduleTo: nil, tool: "tests"), to: again)
                #expect(mergedBySchedule == mergedByPlan, "\(share)/\(seed) merged")
                // Each is what the broker's readers saw, but for times that cannot be sent.
                for name in ["schedule.mcap", "plan.mcap"] {
                    let result = try Verification(
                        ExpectedOutput(hosts.map(\.pair)),
                        against: DeliveredRecords(recording: place(name)), output: World.output)
                    #expect(result.differences == [], "\(share)/\(seed)")
                    let deliveries = world.output.values.reduce(0) { $0 + $1.count }
                    #expect(result.verified == deliveries)
                }
                guard hosts.count == 1 else { return }
                // The plan's own schedule says the same of the same recording.
                let result = try Verification(
                    ExpectedOutput([(hosts[0].pair.recording, place("plan.jsonl"))]),
                    against: DeliveredRecords(recording: place("plan.mcap")), output: World.output)
                #expect(result.differences == [], "\(share)/\(seed)")
                let difference = try ScheduleDifference(
                    hosts[0].pair.schedule, place("plan.jsonl"))
                let decided = difference.entries.filter { $0.left?.contains("untimed") != true }
                #expect(decided == [], "\(share)/\(seed)")
            }
        }
    }

    @Test func `another seed gives another output, and a schedule that says so`() throws {
        try withFolder { folder in
            var dice = Dice(3)
            let (world, hosts) = try Self.history(&dice, in: folder, hosts: 1)
            let place = { folder.appendingPathComponent($0).path }
            var other = Plan.standard
            other.window = world.plan.window
            other.seed = "another"
            let plan = Replay.What.plan(other, scheduleTo: place("other.jsonl"), tool: "tests")
            let bytes = try replay(hosts, plan, to: place("other.mcap"))
            let before = try replay(hosts, .schedule, to: place("before.mcap"))
            #expect(bytes != before)
            let pair = (hosts[0].pair.recording, place("other.jsonl"))
            let verified = try Verification(
                ExpectedOutput([pair]), against: DeliveredRecords(recording: place("other.mcap")),
                output: World.output)
            #expect(verified.differences == [])
            #expect(verified.verified > 0)
            // Every record that counted went in once.
            var offsets: [TopicPartition: [Offset]] = [:]
            let expected = try ExpectedOutput([pair])
            while let pieces = try expected.next() {
                for piece in pieces {
                    offsets[piece.source, default: []] += piece.records.entries.map(\.offset)
                }
            }
            for (source, position) in world.positions {
                let below = (world.log[source] ?? []).map(\.offset).filter { $0 < position.offset }
                #expect(offsets[source]?.starts(with: below) ?? below.isEmpty)
            }
        }
    }
}
