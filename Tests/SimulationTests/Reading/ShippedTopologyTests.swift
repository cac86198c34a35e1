import Configuration
import Foundation
import Testing

@testable import Simulation

/// The topologies that ship show what their first lines say.
@Suite struct ShippedTopologyTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("topologies")

    static func read(_ name: String, _ change: (String) -> String = { $0 }) throws -> Topology {
        let text = try String(
            contentsOf: folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
        return try Topology(
            yaml: Array(change(text).utf8), file: folder.appendingPathComponent("\(name).yaml").path
        )
    }

    private func share(_ part: Int, _ whole: Int) -> Double {
        Double(part) / Double(max(1, whole))
    }

    @Test func `ticketrush-naive: 0.3% stale stores, and 1.2% with 800 ms more`() throws {
        var topology = try Self.read("ticketrush-naive")
        topology.run.messages = 60_000
        let near = topology.run().measured
        #expect(abs(share(near.staleStores, near.stores) - 0.003) < 0.0009)
        var far = try Self.read("ticketrush-naive") {
            $0.replacing(" 265060us", with: " 1065060us")
        }
        far.run.messages = 50_000
        let later = far.run()
        #expect(abs(share(later.measured.staleStores, later.measured.stores) - 0.012) < 0.002)
        #expect(later.broken.map(\.invariant) == [.noLostUpdate])
    }

    @Test(arguments: Strategy.allCases)
    func `ticketrush-strategies: naive alone loses sales`(strategy: Strategy) throws {
        var topology = try Self.read("ticketrush-strategies")
        topology.run.time = .seconds(120)
        let result = topology.run(strategy)
        #expect(result.total(\.killed) > 0)
        #expect((result.lostUpdates > 0) == (strategy == .naive))
        #expect(result.broken.isEmpty == (strategy != .naive))
    }

    @Test(arguments: Strategy.allCases)
    func `flash-sale: naive sells what is not there`(strategy: Strategy) throws {
        let result = try Self.read("flash-sale").run(strategy)
        #expect((result.lostUpdates > 0 || result.oversold > 0) == (strategy == .naive))
        #expect(result.total(\.rejected) > 0)
        #expect(result.leftOver == 0)
    }

    @Test func `double-charge: three gateways`() throws {
        var shares: [Double] = []
        for name in ["double-charge", "double-charge-late-key", "double-charge-inbox"] {
            var topology = try Self.read(name)
            topology.run.messages = 10_000
            let effects = topology.run().measured.messagesByEffects
            shares.append(share(effects[2...4].reduce(0, +), effects.reduce(0, +)))
        }
        #expect(abs(shares[0] - 0.604) < 0.02)
        #expect(abs(shares[1] - 0.594) < 0.02)
        #expect(shares[2] == 0)
    }

    @Test func `hot-key: attempts a commit, and what each strategy gives`() throws {
        var topology = try Self.read("hot-key")
        topology.run.messages = 6000
        let optimistic = topology.run()
        let counts = optimistic.measured
        #expect(abs(share(counts.attempts, counts.commits) - 3.245) < 0.12)
        #expect(abs(optimistic.goodput - 123) < 6)
        for strategy in [Strategy.lock, .actor] {
            let result = topology.run(strategy)
            #expect(abs(result.goodput - 50) < 3)
            #expect(result.lostUpdates == 0)
        }
        let naive = topology.run(.naive)
        #expect(abs(naive.goodput - 400) < 20)
        #expect(abs(share(naive.measured.staleStores, naive.measured.stores) - 0.875) < 0.02)
    }

    @Test func `crossover-contention: few keys turn the order round`() throws {
        func latency(_ strategy: Strategy, keys: Int) throws -> Double {
            var topology = try Self.read("crossover-contention") {
                $0.replacing("uniform(1000)", with: "uniform(\(keys))")
            }
            topology.run.messages = 5000
            return topology.run(strategy).sojourn.mean
        }
        #expect(
            try latency(.optimistic, keys: 100_000) < latency(.partitioned, keys: 100_000) * 1.2)
        #expect(try latency(.optimistic, keys: 8) > latency(.partitioned, keys: 8))
    }

    @Test func `partition-tax: 100 ms bound, 25.7 ms pooled`() throws {
        var bound = try Self.read("partition-tax")
        bound.run.messages = 60_000
        #expect(abs(bound.run().sojourn.mean / 1e6 - 100) < 12)
        var pooled = try Self.read("partition-tax") {
            $0.replacing("nodes: 8, order: partition", with: "workers: 8")
                .replacing("{partitions: 8}", with: "{}")
        }
        pooled.run.messages = 60_000
        #expect(abs(pooled.run().sojourn.mean / 1e6 - 25.7) < 1.5)
    }

    @Test func `slot-collision: few slots wait for strangers`() throws {
        func wait(_ slots: Int) throws -> Double {
            var topology = try Self.read("slot-collision") {
                $0.replacing("slots: 8", with: "slots: \(slots)")
            }
            topology.run.messages = 10_000
            let result = topology.run()
            #expect(result.broken.isEmpty)
            return result.wait.mean
        }
        #expect(try wait(8) > 1.5 * wait(512))
    }

    @Test func `poison-key: those behind wait`() throws {
        var topology = try Self.read("poison-key")
        topology.run.messages = 60_000
        #expect(abs(topology.run().wait.mean / 1e6 - 191.5) < 40)
        var clean = try Self.read("poison-key") { $0.replacing("poison: 0.5%", with: "poison: 0") }
        clean.run.messages = 20_000
        #expect(abs(clean.run().wait.mean / 1e6 - 3.33) < 0.4)
    }

    @Test func `retry-storm: almost twice the work`() throws {
        var topology = try Self.read("retry-storm")
        topology.run.messages = 10_000
        let counts = topology.run().measured
        // 1/(1 - e^(-200/270))
        #expect(abs(share(counts.effects, counts.messages) - 1.911) < 0.06)
    }

    @Test func `nservicebus-defaults: 9.2 attempts`() throws {
        var topology = try Self.read("nservicebus-defaults")
        topology.run.messages = 8000
        let result = topology.run()
        #expect(abs(share(result.measured.attempts, result.measured.messages) - 9.2023) < 0.35)
        #expect(abs(share(result.measured.deadLetters, result.measured.messages) - 0.0798) < 0.015)
        #expect(result.mostAttempts == 24)
    }

    @Test func `dedupe-window: what comes late is done twice`() throws {
        let counts = try Self.read("dedupe-window").run().measured
        #expect(abs(share(counts.repeatedEffects, counts.messages) - 0.036788) < 0.003)
    }

    @Test func `parallel-consumer-table: order by key takes 2.65 s`() throws {
        let result = try Self.read("parallel-consumer-table").run()
        #expect(abs(Double(result.endNs) / 1e9 - 2.647) < 0.25)
        #expect(result.broken.isEmpty)
    }

    @Test func `lease-pause: a sleeper stores over others, unless fenced`() throws {
        var topology = try Self.read("lease-pause")
        topology.run.messages = 3000
        let unfenced = topology.run()
        #expect(unfenced.lostUpdates > 0)
        #expect(unfenced.broken.map(\.invariant) == [.mutualExclusion, .noLostUpdate])
        topology.settings.lock.fencing = .load
        let fenced = topology.run()
        #expect(fenced.lostUpdates == 0)
        #expect(fenced.total(\.fenced) > 0)
    }

    @Test func `recorded-orders: naive loses what a mailbox keeps`() throws {
        let topology = try Self.read("recorded-orders")
        let naive = topology.run()
        #expect(naive.total(\.messages) == 300)
        #expect(naive.lostUpdates > 0)
        #expect(topology.run(.actor).broken.isEmpty)
        #expect(topology.run(.optimistic).total(\.conflicts) > 0)
    }

    @Test func `framework-defaults: half are lost where nothing is retried`() throws {
        let topology = try Self.read("framework-defaults")
        var dead: [String: Int] = [:]
        let names = topology.sources.map(\.name)
        let result = topology.run { entry in
            if entry.what == .deadLetter { dead[names[Int(entry.message >> 40)], default: 0] += 1 }
        }
        #expect(result.broken.isEmpty)
        for (name, share) in [
            ("wolverine", 0.5), ("masstransit", 0.5), ("rebus", 0.031), ("service-bus", 0.001),
            ("nservicebus", 0), ("rabbitmq", 0), ("sqs", 0), ("parallel-consumer", 0),
            ("kafka", 0.125),
        ] {
            #expect(abs(Double(dead[name] ?? 0) / 2000 - share) < 0.04, "\(name)")
        }
    }

    @Test func `partitioner-in-slot: others wait for workers that wait`() throws {
        var topology = try Self.read("partitioner-in-slot")
        topology.run.messages = 8000
        let held = topology.run()
        topology.handlers[0].admission = .queuePerSlot
        let queued = topology.run()
        #expect(held.broken.isEmpty && queued.broken.isEmpty)
        #expect(held.sojourn.mean > 1.5 * queued.sojourn.mean)
        #expect(held.slotWaitNs > held.busyNs / 5)
    }

    @Test func `partitioner-two-nodes: order ends at the process`() throws {
        var topology = try Self.read("partitioner-two-nodes")
        topology.run.messages = 6000
        #expect(topology.run().lostUpdates > 10)
        topology.handlers[0].admission = .brokerBlocksKey
        #expect(topology.run().broken.isEmpty)
        topology.handlers[0].admission = .waitInSlot
        topology.handlers[0].nodes = 1
        #expect(topology.run().broken.isEmpty)
        topology.handlers[0].nodes = 2
        topology.queues[0].partitions = 12
        #expect(topology.run().broken.isEmpty)
    }

    @Test func `rebalance-deploy: eager stops all, work that goes on loses`() throws {
        var topology = try Self.read("rebalance-deploy")
        let cooperative = topology.run()
        #expect(cooperative.broken.isEmpty)
        #expect(cooperative.total(\.rebalances) == 8)
        topology.handlers[0].assignment = .eager
        let eager = topology.run()
        #expect(eager.broken.isEmpty)
        #expect(eager.sojourn.mean > 1.5 * cooperative.sojourn.mean)
        topology.handlers[0].group.revoked = .continued
        topology.handlers[0].group.rebalance = .zero
        #expect(topology.run().broken.contains { $0.invariant == .noLostUpdate })
    }

    @Test func `null-group: all without a key stand in one line`() throws {
        var topology = try Self.read("null-group")
        topology.run.messages = 6000
        let together = topology.run().sojourn.mean / 1e6
        topology.queues[0].keyless = .apart
        let apart = topology.run().sojourn.mean / 1e6
        #expect(together > 500)
        #expect(abs(apart - 20.4) < 1.5)
    }

    @Test func `dead-letter-redrive: what an outage left is handled, poison stays`() throws {
        var topology = try Self.read("dead-letter-redrive")
        topology.run.messages = 7000
        let result = topology.run()
        #expect(result.broken.isEmpty)
        #expect((2300...2500).contains(result.total(\.redriven) - result.total(\.deadByPoison)))
        #expect(result.total(\.deadLetters) == result.total(\.deadByPoison))
        #expect(result.total(\.inversions) > 1000)
        topology.queues[0].deadLetterQueue = nil
        #expect(topology.run().total(\.deadByTimeout) > 2200)
    }

    /// A message that stood in its queue twice, redelivered by one fault and then by another, once tied a
    /// lane into a ring.
    @Test(arguments: Strategy.allCases)
    func `troubled: every message has its outcome, whatever goes wrong`(
        strategy: Strategy
    ) throws {
        let topology = try Self.read("troubled")
        let result = topology.run(strategy)
        #expect(result.leftOver == 0)
        #expect(result.total(\.messages) == 500)
        #expect(result.fingerprint == topology.run(strategy).fingerprint)
        for seed in 1...3 { #expect(topology.run(strategy, seed: "\(seed)").leftOver == 0) }
    }

    @Test func `every topology that ships is read here`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".yaml") }
        for name in names {
            let url = Self.folder.appendingPathComponent(name)
            let text = try String(contentsOf: url, encoding: .utf8)
            // Plans of the proxy stand beside them.
            guard text.contains("\nhandlers:") else { continue }
            _ = try Topology(yaml: Array(text.utf8), file: url.path)
            #expect(text.contains("\nabout:"), "\(name) does not say what it shows")
        }
    }
}
