import Testing

@testable import Simulation

/// Positions of partitions, and what a crash brings back or loses.
@Suite struct PositionTests {
    private static func consumer(_ commit: String, _ steps: String) throws -> Topology {
        let text = """
            sources: {a: {to: q, rate: 200/s, keys: uniform(20)}}
            queues: {q: {partitions: 6}}
            stores: {s: {latency: 500us}}
            handlers:
              h: {from: q, nodes: 2, order: partition, \(commit)steps: \(steps)}
            faults: [{kill: h, every: exponential(400ms), lasting: 20ms}]
            run: {messages: 4000, warmUp: 0}
            """
        return try Topology(yaml: Array(text.utf8), file: "positions.yaml")
    }

    private static let work = "[{think: 1ms}, {effect: e}, {think: 1ms}]"

    @Test func `committed after the effect: some is carried out twice, nothing is lost`() throws {
        let result = try Self.consumer("commit: after, ", Self.work).run()
        let counts = result.measured
        #expect(counts.crashes > 20)
        #expect(counts.repeatedEffects > 0)
        #expect(counts.lost == 0)
        #expect(counts.messagesByEffects[0] == 0)
        #expect(counts.replayed == 0)
    }

    @Test(arguments: ["{to: q, after: 100ms}", "{to: q, by: outbox, after: 100ms}"], [0, 2])
    func `what is on its way to a consumer that dies arrives`(way: String, delay: Int) throws {
        let text = """
            sources: {a: {to: p, rate: 100/s, keys: uniform(9)}}
            queues: {q: {partitions: 4}}
            stores: {t: {}, s: {}}
            handlers:
              g: {from: p, workers: 4, steps: [change: 1, store: {in: t, as: delta}, publish: \(way)]}
              h:
                from: q
                order: key
                workers: 2
                commit: withEffect
                steps: [think: 1ms, change: 1, store: {in: s, as: delta}, think: \(delay)ms]
            faults: [{kill: h, every: 300ms, lasting: 20ms, until: 6s}]
            run: {messages: 600, warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "positions.yaml").run()
        #expect(result.total(\.crashes) > 10)
        #expect(result.stores.map(\.final) == [600, 600])
        #expect(result.leftOver == 0)
    }

    @Test func `committed before the effect: some is lost, nothing is carried out twice`() throws {
        let result = try Self.consumer("commit: before, ", Self.work).run()
        let counts = result.measured
        #expect(counts.lost > 0)
        #expect(counts.repeatedEffects == 0)
        #expect(counts.messagesByEffects[0] == counts.lost)
    }

    @Test func `committed with the effect: each is carried out once`() throws {
        let counts = try Self.consumer("commit: withEffect, ", Self.work).run().measured
        #expect(counts.killed > 0)
        #expect(counts.lost == 0)
        #expect(counts.messagesByEffects == [0, 4000, 0, 0, 0])
    }

    @Test func `a commit step commits where it stands`() throws {
        let steps = "[{think: 1ms}, {effect: e}, {commit: position}, {think: 1ms}]"
        let counts = try Self.consumer("", steps).run().measured
        #expect(counts.messagesByEffects == [0, 4000, 0, 0, 0])
        let slow = "[{think: 1ms}, {effect: e}, {commit: {takes: 2ms}}]"
        #expect(try Self.consumer("", slow).run().measured.repeatedEffects > 0)
    }

    @Test(arguments: [
        "commit: {every: 100ms}, ", "commit: {every: 100ms, timer: restart}, ",
        "commit: {at: after, takes: 1ms}, ",
    ])
    func `time and messages add up, whatever comes back`(commit: String) throws {
        for order in [
            "order: partition", "workers: 3, order: key", "workers: 2, order: slot(5)",
            "workers: 2, order: slot(5), waitInSlot",
        ] {
            var text = try Self.consumer(commit, Self.work)
            text.handlers[0].order = order.contains("key") ? .key : text.handlers[0].order
            if order.contains("slot") { text.handlers[0].order = .slot(5) }
            if order.contains("waitInSlot") { text.handlers[0].admission = .waitInSlot }
            if order.contains("workers") { text.handlers[0].workers = 3 }
            let result = text.run()
            #expect(result.sojournOfAllNs == result.presentNs)
            #expect(result.leftOver == 0)
            #expect(commit.contains("every") == (result.total(\.replayed) > 0))
            let done = result.total(\.done) + result.total(\.deadLetters) + result.total(\.lost)
            #expect(result.total(\.messages) + result.total(\.copies) == done)
            #expect(result.measured.messagesByEffects[0] == 0)
        }
    }

    @Test
    func `workers of a consumer wait in their hands for a slot, through crashes and rebalances`()
        throws
    {
        var topology = try Self.consumer("commit: after, ", Self.work)
        topology.handlers[0].order = .slot(3)
        topology.handlers[0].workers = 3
        topology.handlers[0].admission = .waitInSlot
        topology.invariants = [.fifoPerKey, .allHandledOrDead]
        for assignment in [Handler.Assignment.exclusive, .eager, .cooperative] {
            topology.handlers[0].assignment = assignment
            topology.handlers[0].group.session = .milliseconds(10)
            topology.handlers[0].group.rebalance = .milliseconds(5)
            for revoked in ConsumerGroup.Revoked.allCases {
                topology.handlers[0].group.revoked = revoked
                let result = topology.run()
                #expect(result.broken.isEmpty)
                #expect(result.slotWaitNs > 0)
                #expect(result.leftOver == 0)
                #expect(result.sojournOfAllNs == result.presentNs)
            }
        }
        topology.handlers[0].admission = .queuePerSlot
        #expect(topology.run().slotWaitNs == 0)
    }

    /// Deployments, pauses and dead letters on top: what waits for a slot is never left behind.
    @Test(arguments: [
        "deploy: h, at: 1s, lasting: 500ms", "pauseNode: h, every: exponential(1s), lasting: 700ms",
        "cut: h, from: broker, every: exponential(1s), lasting: 700ms",
        "pause: h, every: exponential(300ms), lasting: 200ms",
    ])
    func `workers that wait for a slot are left behind by nothing`(fault: String) throws {
        for group in ["eager", "cooperative"] {
            let text = """
                sources: {a: {to: q, rate: 200/s, keys: uniform(20)}}
                queues: {q: {partitions: 6, deadLetterQueue: d}, d: {redrive: {every: 500ms}}}
                handlers:
                  h:
                    from: q
                    nodes: 3
                    workers: 3
                    order: slot(4)
                    admission: waitInSlot
                    assignment: \(group)
                    group: {session: 500ms, rebalance: 50ms}
                    steps: [think: exponential(5ms), fail: 5%, effect: e]
                    retry: [{inline: 1}, deadLetter]
                faults: [{\(fault)}]
                invariants: [allHandledOrDead]
                run: {messages: 2000, warmUp: 0}
                """
            let result = try Topology(yaml: Array(text.utf8), file: "positions.yaml").run()
            #expect(result.broken.isEmpty)
            #expect(result.leftOver == 0)
            #expect(result.sojournOfAllNs == result.presentNs)
            #expect(result.slotWaitNs > 0)
        }
    }

    @Test func `memory holds what is not committed, and no more`() throws {
        var topology = try Self.consumer("commit: {every: 100ms}, ", Self.work)
        topology.run.messages = 20_000
        #expect(topology.run().mostMessages < 600)
        topology.run.messages = 6000
        topology.handlers[0].commit = PositionCommit(.every(.seconds(20)))
        #expect(topology.run().mostMessages > 3000)
    }

    @Test func `what comes back keeps the order of its key`() throws {
        var topology = try Self.consumer("commit: {every: 100ms}, ", Self.work)
        topology.invariants = [.fifoPerKey, .allHandledOrDead]
        #expect(topology.run().broken.isEmpty)
        topology.handlers[0].commit = PositionCommit(.before)
        #expect(topology.run().broken.map(\.invariant) == [.allHandledOrDead])
    }
}
