import Foundation
import Records
import Testing

@Suite struct SeveralInstancesTests {
    /// Instances that hand partitions to each other, die, come back and stop cleanly, by the dice.
    private struct Group {
        var world: World
        let hosts: [Host]
        var owners: [TopicPartition: Int] = [:]

        mutating func step(_ dice: inout Dice) throws {
            let index = dice.below(hosts.count)
            let host = hosts[index]
            guard host.isRunning else {
                if dice.chance(2, in: 3) { try host.start(world) }
                return
            }
            switch dice.below(8) {
            case 0: try hand(dice.pick(world.sources), to: index)
            case 1:
                let old = owners.filter { $0.value == index }.keys
                for source in old { owners[source] = nil }
                try host.stop()
            default:
                let fate = dice.chance(1, in: 2) ? .committed : dice.pick(Host.Fate.allCases)
                try host.transact(&world, &dice, fate)
                if !host.isRunning { try buried(host, index, &dice) }
            }
        }

        private mutating func hand(_ source: TopicPartition, to index: Int) throws {
            if let owner = owners[source] { hosts[owner].revoke(source) }
            owners[source] = index
            try hosts[index].assign(source, world)
        }

        private mutating func buried(_ host: Host, _ index: Int, _ dice: inout Dice) throws {
            for source in owners.filter({ $0.value == index }).keys { owners[source] = nil }
            guard dice.chance(1, in: 2) else { return }
            let schedule = dice.within(host.tornRange)
            try host.tear(
                scheduleAt: schedule,
                recordingAt: dice.within(host.tornRecordingRange(scheduleBytes: schedule)))
        }

        /// Somebody takes everything to the end; whoever is not running is started, so that it settles
        /// what it left behind.
        mutating func finish(_ dice: inout Dice) throws {
            for host in hosts where !host.isRunning { try host.start(world) }
            let last = dice.below(hosts.count)
            for source in world.sources { try hand(source, to: last) }
            try hosts[last].transact(&world, &dice, .committed, isLast: true)
        }
    }

    @Test(arguments: 0..<6)
    func `partitions go back and forth between instances`(share: Int) throws {
        for seed in 0..<20 {
            try withFolder { folder in
                var dice = Dice(7_000_000 + 1000 * share + seed)
                let hosts = (0..<dice.within(2...3)).map { Host("i\($0)", in: folder) }
                var group = Group(
                    world: .random(&dice, partitions: dice.within(1...3)), hosts: hosts)
                for _ in 0..<dice.within(4...30) { try group.step(&dice) }
                try group.finish(&dice)
                let judgement = Judgement(group.world, hosts)
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed)")
                for host in hosts { try host.stop() }
                try judgement.expectAsItShouldBe(asking: true, "\(share)/\(seed)")
                try judgement.expectAsItShouldBe(asking: false, "\(share)/\(seed)")
                let reversed = Judgement(group.world, hosts.reversed())
                try reversed.expectAsItShouldBe(asking: false, "\(share)/\(seed) reversed")
                let summary = try reversed.expectMerges(
                    asking: seed % 2 == 0, in: folder, "\(share)/\(seed) merged")
                #expect(summary.again == 0)
            }
        }
    }
}
