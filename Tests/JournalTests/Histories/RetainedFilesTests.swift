import Foundation
import Recording
import Records
import Testing

/// Instances that write one pair of files after the other and lose the oldest: what is left follows from
/// what was removed, and all that is left is as it should be.
@Suite struct RetainedFilesTests {
    private struct Group {
        var world: World
        let hosts: [Host]
        var owners: [TopicPartition: Int] = [:]

        mutating func step(_ dice: inout Dice) throws {
            let index = dice.below(hosts.count)
            let host = hosts[index]
            guard host.isRunning else { return try host.start(world) }
            switch dice.below(8) {
            case 0, 1: try hand(dice.pick(world.sources), to: index)
            case 2: try host.rotate(world)
            case 3: try host.removeOldest(isKilled: dice.chance(1, in: 3))
            default:
                let fate = dice.chance(2, in: 3) ? .committed : dice.pick(Host.Fate.allCases)
                try host.transact(&world, &dice, fate)
                if !host.isRunning {
                    for source in owners.filter({ $0.value == index }).keys { owners[source] = nil }
                }
            }
        }

        private mutating func hand(_ source: TopicPartition, to index: Int) throws {
            if let owner = owners[source] { hosts[owner].revoke(source) }
            owners[source] = index
            try hosts[index].assign(source, world)
        }

        mutating func finish(_ dice: inout Dice) throws {
            for host in hosts where !host.isRunning { try host.start(world) }
            let last = dice.below(hosts.count)
            for source in world.sources { try hand(source, to: last) }
            try hosts[last].transact(&world, &dice, .committed, isLast: true)
        }
    }

    @Test(arguments: 0..<6)
    func `what was removed is named, and the rest is as it should be`(share: Int) throws {
        var named = 0
        for seed in 0..<25 {
            try withFolder { folder in
                var dice = Dice(11_000_000 + 1000 * share + seed)
                let hosts = (0..<dice.within(1...3)).map { Host("r\($0)", in: folder) }
                var group = Group(world: .numbered(&dice), hosts: hosts)
                for _ in 0..<dice.within(6...40) { try group.step(&dice) }
                try group.finish(&dice)
                for host in hosts { try host.stop() }
                let judgement = Judgement(group.world, hosts)
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed)")
                try judgement.expectAsItShouldBe(asking: false, "\(share)/\(seed) alone")
                try judgement.expectMerges(asking: true, in: folder, "\(share)/\(seed) merged")
                let gone = try judgement.verification(asking: true).unrecorded
                #expect(gone.allSatisfy { $0.isRemoved })
                named += gone.count { $0.deliveries > 0 }
            }
        }
        #expect(named > 3)
    }
}
