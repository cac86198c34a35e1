import Foundation
import Recording
import Records
import Testing

/// Instances whose files fail and that go on without them, until they are started again: what was emitted
/// meanwhile is named as what no file has, and everything else is as it should be.
@Suite struct FailingFilesTests {
    private struct Group {
        var world: World
        let hosts: [Host]
        var owners: [TopicPartition: Int] = [:]
        /// Transactions that were committed without files.
        var without = 0

        mutating func step(_ dice: inout Dice) throws {
            let index = dice.below(hosts.count)
            let host = hosts[index]
            guard host.isRunning else { return try host.start(world) }
            switch dice.below(10) {
            case 0, 1: try hand(dice.pick(world.sources), to: index)
            case 2:
                forget(index)
                try host.stop()
            case 3: host.breakFile(&dice)
            case 4 where host.journal?.failure != nil:
                forget(index)
                host.kill()
                host.startWithoutFiles(world)
            default:
                let fate = dice.chance(2, in: 3) ? .committed : dice.pick(Host.Fate.allCases)
                try host.transact(&world, &dice, fate)
                if host.journal?.failure != nil { without += 1 }
                if !host.isRunning { forget(index) }
            }
        }

        private mutating func forget(_ index: Int) {
            for source in owners.filter({ $0.value == index }).keys {
                hosts[index].revoke(source)
                owners[source] = nil
            }
        }

        private mutating func hand(_ source: TopicPartition, to index: Int) throws {
            if let owner = owners[source] { hosts[owner].revoke(source) }
            owners[source] = index
            try hosts[index].assign(source, world)
        }

        mutating func finish(_ dice: inout Dice) throws {
            for index in hosts.indices where dice.chance(1, in: 2) || !hosts[index].isRunning {
                forget(index)
                if hosts[index].isRunning { hosts[index].kill() }
                try hosts[index].start(world)
            }
            let last = dice.below(hosts.count)
            for source in world.sources { try hand(source, to: last) }
            try hosts[last].transact(&world, &dice, .committed, isLast: true)
            // Files that were moved away and not missed are back where they belong.
            for index in hosts.indices {
                forget(index)
                try? hosts[index].stop()
                hosts[index].kill()
                try hosts[index].start(world)
                try hosts[index].stop()
            }
        }
    }

    @Test(arguments: 0..<6)
    func `what was sent without files is named, and the rest is as it should be`(
        share: Int
    ) throws {
        var without = 0
        var named = 0
        var told = 0
        for seed in 0..<25 {
            try withFolder { folder in
                var dice = Dice(9_000_000 + 1000 * share + seed)
                let hosts = (0..<dice.within(1...3)).map { Host("f\($0)", in: folder) }
                for host in hosts { host.outlivesFailure = true }
                var group = Group(world: .numbered(&dice), hosts: hosts)
                for _ in 0..<dice.within(6...30) { try group.step(&dice) }
                try group.finish(&dice)
                let judgement = Judgement(group.world, hosts)
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed)")
                // Alone, files know nothing of partitions that were never in them.
                let alone = try judgement.verification(asking: false).differences
                #expect(alone.allSatisfy { $0.kind == .long }, "\(share)/\(seed) alone")
                if alone.isEmpty { told += 1 }
                if alone.isEmpty {
                    try judgement.expectMerges(
                        asking: true, in: folder, "\(share)/\(seed) merged")
                }
                without += group.without
                named += try judgement.verification(asking: true).unrecorded
                    .count { $0.deliveries > 0 }
            }
        }
        #expect(without > 0)
        #expect(named > 0)
        #expect(told > 20)
    }
}
