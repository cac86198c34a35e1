import Testing

@testable import Simulation

@Suite struct CostTests {
    private static let topologies = [
        ("sources: {s: {to: q, rate: 320/s}}", "workers: 8, steps: [think: exponential(20ms)]", ""),
        (
            "sources: {s: {to: q, rate: 100/s, keys: uniform(50)}}",
            "workers: 20, redelivery: 50ms, steps: [load: stock, think: 80ms, change: -1, store: stock]",
            """
            stores: {stock: {initial: 1000, latency: 1ms}}
            strategy: lock
            strategies: {lock: {ttl: 2s}}
            queues: {q: {visibility: 3s}}
            faults: [{kill: h, every: 2s, lasting: 100ms}]
            """
        ),
        (
            "sources: {s: {to: q, rate: 50/s, keys: 'zipf(20, 1.1)', duplicates: {probability: 10%, after: 1s}}}",
            "workers: unlimited, order: key, steps: [think: exponential(9ms), effect: charge, note: seen]",
            "inboxes: {seen: {last: 30}}"
        ),
    ]

    /// Ten times as many messages: ten times as many events, and as many rows as before.
    @Test(arguments: topologies)
    func `cost follows the events, and memory what is in flight`(
        source: String, handler: String, rest: String
    ) throws {
        func run(_ messages: Int) throws -> RunResult {
            let yaml =
                "\(source)\nhandlers: {h: {from: q, \(handler)}}\n\(rest)\nrun: {messages: \(messages)}\n"
            return try Topology(yaml: Array(yaml.utf8), file: "cost.yaml").run(seed: "cost")
        }
        let (short, long) = (try run(1500), try run(15_000))
        let events = Double(long.events) / Double(short.events)
        #expect(abs(events / 10 - 1) < 0.03, "\(events) times the events")
        #expect(long.mostProcesses < short.mostProcesses * 2)
        #expect(long.mostMessages < short.mostMessages * 3)
        #expect(long.mostMessages < 400)
    }
}
