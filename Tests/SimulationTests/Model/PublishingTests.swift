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
