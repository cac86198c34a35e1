import Foundation
import Recording
import Records
import Testing

@Suite struct OneInstanceTests {
    /// Some transactions with the given fates, restarts where they kill, then everything to the end.
    private func history(
        _ dice: inout Dice, _ world: inout World, _ host: Host, fates: [Host.Fate]
    ) throws {
        for fate in fates {
            if !host.isRunning { try begin(host, world) }
            try host.transact(&world, &dice, fate)
            if !host.isRunning {
                let schedule = dice.chance(1, in: 2)
                if schedule { try tear(host, &dice) }
            }
        }
        if !host.isRunning { try begin(host, world) }
        try host.transact(&world, &dice, .committed, isLast: true)
    }

    private func begin(_ host: Host, _ world: World) throws {
        try host.start(world)
        for source in world.sources { try host.assign(source, world) }
    }

    private func tear(_ host: Host, _ dice: inout Dice) throws {
        let range = host.tornRange
        let schedule =
            range.lowerBound + UInt64(dice.below(Int(range.upperBound - range.lowerBound) + 1))
        let other = host.tornRecordingRange(scheduleBytes: schedule)
        let recording =
            other.lowerBound + UInt64(dice.below(Int(other.upperBound - other.lowerBound) + 1))
        try host.tear(scheduleAt: schedule, recordingAt: recording)
    }

    @Test(arguments: Host.Fate.allCases)
    func `one transaction of each fate, then the rest`(fate: Host.Fate) throws {
        for seed in 0..<10 {
            try withFolder { folder in
                var dice = Dice(seed)
                var world = World.random(&dice)
                let host = Host("a", in: folder)
                try history(&dice, &world, host, fates: [.committed, fate])
                try host.stop()
                try Judgement(world, [host]).expectAsItShouldBe(asking: false, "seed \(seed)")
                try Judgement(world, [host]).expectAsItShouldBe(asking: true, "seed \(seed)")
                try Judgement(world, [host]).expectMerges(
                    asking: false, in: folder, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<8)
    func `any row of kills, torn files, aborts and commits`(share: Int) throws {
        for seed in 0..<12 {
            try withFolder { folder in
                var dice = Dice(1000 * share + seed)
                var world = World.random(&dice)
                let host = Host("a", in: folder)
                if dice.chance(1, in: 3) { host.options.rotateBytes = 600 }
                let fates = (0..<dice.within(1...12)).map { _ in dice.pick(Host.Fate.allCases) }
                try history(&dice, &world, host, fates: fates)
                let judgement = Judgement(world, [host])
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed) \(fates)")
                try host.stop()
                try judgement.expectAsItShouldBe(asking: false, "\(share)/\(seed) \(fates)")
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed) \(fates)")
                try judgement.expectMerges(
                    asking: seed % 2 == 0, in: folder, "\(share)/\(seed) \(fates)")
            }
        }
    }
}
