import Foundation
import Perturbation
import Recording
import Records
import Testing

/// At-least-once: nothing is lost, and what may have been sent again is named.
@Suite struct AtLeastOnceTests {
    private static func history(
        _ dice: inout Dice, _ world: inout World, _ hosts: [Host]
    ) throws {
        for _ in 0..<dice.within(4...20) {
            let host = dice.pick(hosts)
            if !host.isRunning { try host.start(world) }
            for source in world.sources where dice.chance(1, in: 2) {
                for other in hosts { other.revoke(source) }
                try host.assign(source, world)
            }
            let fate = dice.chance(1, in: 2) ? .committed : dice.pick(Host.Fate.allCases)
            try host.transact(&world, &dice, fate, impatience: 5)
        }
        for host in hosts where !host.isRunning { try host.start(world) }
        for other in hosts { for source in world.sources { other.revoke(source) } }
        let last = dice.pick(hosts)
        for source in world.sources { try last.assign(source, world) }
        try last.transact(&world, &dice, .committed, isLast: true)
    }

    @Test(arguments: 0..<8)
    func `what the output has more than the merged files say is of windows that they name`(
        share: Int
    ) throws {
        for seed in 0..<12 {
            try withFolder { folder in
                var dice = Dice(3_000_000 + 1000 * share + seed)
                var world = World.numbered(&dice)
                let hosts = (0..<dice.within(1...3)).map {
                    Host("h\($0)", in: folder, mayRepeat: true)
                }
                try Self.history(&dice, &world, hosts)
                for host in hosts { try host.stop() }
                let (pair, summary) = try Judgement(world, hosts)
                    .merged(asking: true, in: folder)
                try Self.expectNamed(world, pair, summary, "\(share)/\(seed)")
                try Self.expectVerified(world, [pair], "\(share)/\(seed)")
                try Self.expectVerified(
                    world, hosts.flatMap(\.pairs), asking: true, "\(share)/\(seed), not merged")
                let check = try ScheduleCheck(schedule: pair.schedule, recording: pair.recording)
                #expect(check.problems == [], "\(share)/\(seed)")
            }
        }
    }

    /// `verify` takes what came again for that, and for nothing else.
    private static func expectVerified(
        _ world: World, _ pairs: [(recording: String, schedule: String)], asking: Bool = false,
        _ comment: Comment
    ) throws {
        let committed = asking ? world.committed : nil
        func verify(
            changing change: (inout [TopicPartition: [Record]]) -> Void = { _ in }
        ) throws -> Verification {
            try Verification(
                ExpectedOutput(pairs, committed: committed),
                against: world.delivered(changing: change),
                allowing: RepeatedDeliveries(pairs, committed: committed), output: World.output)
        }
        let result = try verify()
        #expect(result.differences == [], comment)
        let all = world.output.values.reduce(0) { $0 + $1.count }
        #expect(result.verified + result.repeated == all, comment)
        // What no line names is no repeat: the last record as often as no line can name it.
        let stuffed = try verify { output in
            for (source, records) in output {
                guard let last = records.last else { continue }
                output[source]?.append(contentsOf: repeatElement(last, count: 100))
            }
        }
        #expect(stuffed.differences.count == world.output.values.count { !$0.isEmpty }, comment)
        // What is missing is not made good by what came again.
        let robbed = try verify { output in
            for (source, records) in output {
                output[source] = Array(records.dropFirst(result.repeated + 1))
            }
        }
        #expect(!robbed.differences.isEmpty || all == 0, comment)
    }

    /// The expected deliveries stand in the output in their order; what is left over is of records of
    /// windows that a line names, no more often than lines and copies say.
    private static func expectNamed(
        _ world: World, _ pair: (recording: String, schedule: String), _ summary: Merge.Summary,
        _ comment: Comment
    ) throws {
        var wanted: [TopicPartition: [Offset]] = [:]
        let expected = try ExpectedOutput([pair])
        while let pieces = try expected.next() {
            for piece in pieces {
                wanted[piece.source, default: []] += piece.outcome.deliveries.map {
                    piece.records.entries[Int($0.slot)].offset
                }
            }
        }
        var again: [SentAgain] = []
        let reader = try ScheduleReader(path: pair.schedule)
        #expect(reader.header.mayRepeat, comment)
        while let line = try reader.next() {
            if case .again(let window) = line { again.append(window) }
        }
        #expect(again.count == summary.again, comment)
        for source in world.sources {
            var next = wanted[source, default: []][...]
            var copies: [Offset: Int] = [:]
            for offset in next { copies[offset, default: 0] += 1 }
            var over: [Offset: Int] = [:]
            for record in world.output[source] ?? [] {
                let offset = Offset(String(decoding: record.value ?? [], as: UTF8.self)) ?? -1
                if offset == next.first {
                    next.removeFirst()
                } else {
                    over[offset, default: 0] += 1
                }
            }
            #expect(next.isEmpty, comment)
            for (offset, count) in over {
                let named = again.count {
                    $0.source == source && ($0.start...$0.through).contains(offset)
                }
                #expect(
                    count <= named * copies[offset, default: 0],
                    "\(comment): \(source)@\(offset) of \(again)")
            }
            if again.allSatisfy({ $0.source != source }) { #expect(over.isEmpty, comment) }
        }
    }

    @Test func `a kill leaves what it may have sent in the files, and the next run keeps it`()
        throws
    {
        try withFolder { folder in
            var dice = Dice(1)
            let source = TopicPartition("orders", 0)
            let log = (0..<40).map {
                Record(source: source, offset: Offset($0), value: Array("\($0)".utf8))
            }
            let plan = Plan(seed: "s", window: WindowShape(records: 5...5, maxWait: nil))
            var world = World(plan: plan, log: [source: log])
            let host = Host("a", in: folder, mayRepeat: true)
            try host.start(world)
            try host.assign(source, world)
            // The second transaction is sent in part and never committed.
            var position = world.positions[source]
            while world.positions[source] == position {
                try host.transact(&world, &dice, .committed, impatience: 0)
            }
            position = world.positions[source]
            let seen = world.output[source]?.count ?? 0
            while host.isRunning {
                try host.transact(&world, &dice, .killedBeforeCheckpoint, impatience: 0)
            }
            #expect((world.output[source]?.count ?? 0) > seen)
            // Before anybody goes on, and after the same instance did.
            for isGoneOn in [false, true] {
                if isGoneOn {
                    try host.start(world)
                    try host.assign(source, world)
                    try host.transact(&world, &dice, .committed, isLast: true)
                    try host.stop()
                }
                let (pair, summary) = try Judgement(world, [host])
                    .merged(asking: true, in: folder)
                #expect(summary.again > 0, "\(isGoneOn)")
                var found: [SentAgain] = []
                let reader = try ScheduleReader(path: pair.schedule)
                while let line = try reader.next() {
                    if case .again(let window) = line { found.append(window) }
                }
                #expect(found.first?.start == position?.offset, "\(isGoneOn)")
                #expect(found.first?.through == (position?.offset ?? 0) + 4, "\(isGoneOn)")
            }
        }
    }
}
