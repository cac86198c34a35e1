import Testing

@testable import Simulation

/// Messages that handlers send: at once, later, and with their store.
@Suite struct PublishingTests {
    private static func run(_ publish: String, strategy: String = "optimistic") throws -> RunResult
    {
        let text = """
            sources: {a: {to: q, rate: 100/s, keys: uniform(3)}}
            stores: {s: {latency: 2ms}}
            strategy: \(strategy)
            handlers:
              h:
                from: q
                workers: 4
                steps: [load: s, publish: \(publish), think: 5ms, change: 1, store: s]
                retry: [{inline: forever, cooldown: exponential(3ms)}]
              m: {from: mails, workers: unlimited, steps: [effect: mail]}
            run: {messages: 2000, warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "publishing.yaml").run()
        #expect(result.sojournOfAllNs == result.presentNs)
        #expect(result.leftOver == 0)
        #expect(result.total(\.messages) + result.total(\.copies) == result.total(\.done))
        return result
    }

    @Test func `what a full queue refuses of a handler is lost, and said to be`() throws {
        func run(_ capacity: String, _ delivery: String = "atLeastOnce") throws -> RunResult {
            let text = """
                sources: {s: {to: q, rate: 50/s}}
                queues: {r: {\(capacity)}}
                handlers:
                  h: {from: q, workers: 4, steps: [think: 1ms, publish: r]}
                  x: {from: r, steps: [think: 100ms]}
                invariants: [allHandledOrDead]
                delivery: \(delivery)
                run: {messages: 500, warmUp: 0}
                """
            return try Topology(yaml: Array(text.utf8), file: "full.yaml").run()
        }
        let refusing = try run("capacity: 0")
        let refused = refusing.total(\.refused)
        #expect(refused > 300)
        #expect(
            refusing.broken.map(\.witness) == [
                "\(refused) published messages refused by a full queue"
            ])
        #expect(refusing.endToEnd.count == 500 - refused)
        #expect(refusing.endToEnd.least >= 101_000_000)
        #expect(try run("capacity: 0", "atMostOnce").broken.isEmpty)
        let taking = try run("capacity: 1000")
        #expect(taking.broken.isEmpty && taking.endToEnd.count == 500)
    }

    /// Who publishes dies and publishes once more; the inbox takes the second message for a repeat, and is right unless
    /// its key was written by an attempt that carried out nothing.
    @Test(arguments: [
        ("effect: {name: mail, once: keys}", true),
        ("note: keys, think: 10ms, effect: mail", false),
    ])
    func `what is published again is carried out where the first was`(
        steps: String, isKept: Bool
    ) throws {
        let parts = steps.split(separator: ", ").map { "{\($0)}" }.joined(separator: ", ")
        let list = isKept ? "{\(steps)}" : parts
        let text = """
            sources: {s: {to: jobs, rate: 50/s, keys: uniform(20)}}
            queues: {jobs: {partitions: 3}}
            inboxes: {keys: {in: store}}
            handlers:
              work: {from: jobs, nodes: 2, workers: 2, order: key, commit: after, steps: [publish: mails, think: 30ms]}
              mail: {from: mails, workers: 4, steps: [{lookUp: keys}, \(list)]}
            faults: [{killNode: work, every: 500ms, lasting: 200ms}, {kill: mail, every: 300ms}]
            invariants: [allHandledOrDead]
            run: {messages: 1000, warmUp: 0}
            """
        let result = try Topology(yaml: Array(text.utf8), file: "again.yaml").run()
        #expect(result.total(\.repeatedEffects) > 20)
        #expect(result.total(\.duplicates) > 20)
        #expect(result.broken.isEmpty == isKept, "\(result.broken)")
    }

    @Test func `what is sent directly goes out with attempts that fail, an outbox's does not`()
        throws
    {
        for strategy in ["optimistic", "lock"] {
            let direct = try Self.run("mails", strategy: strategy)
            #expect(direct.total(\.effects) == 2000 + direct.total(\.conflicts))
            #expect((direct.total(\.conflicts) > 100) == (strategy == "optimistic"))
            let outbox = try Self.run("{to: mails, by: outbox}", strategy: strategy)
            #expect(outbox.total(\.effects) == 2000)
        }
    }

    @Test func `a relay that dies sends twice`() throws {
        let result = try Self.run("{to: mails, by: outbox, twice: 10%, after: exponential(1ms)}")
        #expect((140...260).contains(result.total(\.repeatedEffects)))
        #expect(result.total(\.effects) == 2000 + result.total(\.repeatedEffects))
    }

    @Test func `what is sent later comes later`() throws {
        let result = try Self.run("{to: mails, after: 3s}", strategy: "atomic")
        #expect((result.histogram.quantile(0.75) ?? 0) >= 2.98e9)
    }
}
