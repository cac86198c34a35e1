import Checking
import Testing

@testable import Simulation

/// What a run counts while it goes on is what its history shows afterwards.
@Suite struct HistoryTests {
    private static let topologies = [
        // Nobody fails: whoever overwrites commits.
        """
        sources: {a: {to: q, rate: 150/s, keys: uniform(4)}}
        stores: {s: {initial: 30, latency: 1ms}}
        handlers:
          h: {from: q, workers: 6, steps: [load: s, think: exponential(20ms), change: -1, store: s]}
        """,
        // Repeats from within and from without.
        """
        sources:
          a: {to: q, rate: 90/s, keys: uniform(5), duplicates: {probability: 20%, after: 30ms}}
        stores: {s: {initial: 90}}
        handlers:
          h:
            from: q
            workers: 4
            redelivery: 10ms
            steps: [load: s, think: 5ms, change: -1, store: s, effect: mail, fail: 15%]
            retry: [{inline: 1}, {requeue: 2}]
        faults: [{kill: h, every: 50ms, lasting: 20ms}]
        """,
        // Leases that are too short.
        """
        sources: {a: {to: q, rate: 90/s, keys: uniform(3)}}
        stores: {s: {initial: 500}}
        strategies: {lock: {ttl: 25ms}}
        handlers:
          h: {from: q, workers: 6, steps: [load: s, think: exponential(20ms), change: 1, store: s]}
        """,
    ]

    private func history(
        _ index: Int, _ strategy: Strategy
    ) throws -> (result: RunResult, recorder: HistoryRecorder) {
        let text = Self.topologies[index] + "\nrun: {messages: 500, warmUp: 0%}\n"
        return try Topology(yaml: Array(text.utf8), file: "h.yaml").history(strategy, seed: "h")
    }

    @Test(arguments: topologies.indices, Strategy.allCases)
    func `counts are those of the history`(index: Int, strategy: Strategy) throws {
        let (result, recorder) = try history(index, strategy)
        let anomalies = recorder.history.anomalies()
        func count(_ kind: Anomaly.Kind) -> Int { anomalies.count { $0.kind == kind } }
        let counts = result.measured
        #expect(count(.oversell) == counts.oversells)
        #expect(count(.duplicateEffect) == counts.repeatedEffects + counts.repeatedStores)
        #expect(count(.orderInversion) == counts.inversions)
        #expect(count(.overlappingHolders) == counts.overlaps)
        #expect(count(.writeAfterExpiry) == counts.storesAfterExpiry)
        let lost = anomalies.filter { $0.kind == .lostUpdate }
        let losers = Set(lost.map { $0.edges[0].from })
        if index != 1 { #expect(losers.count == counts.overwrites) }
        #expect(recorder.history.transactions.count == counts.attempts)
    }

    @Test func `which anomalies a strategy has`() throws {
        func kinds(_ index: Int, _ strategy: Strategy) throws -> Set<Anomaly.Kind> {
            Set(try history(index, strategy).recorder.history.anomalies().map(\.kind))
        }
        let naive = try kinds(0, .naive)
        #expect(naive == [.lostUpdate, .staleRead, .oversell, .orderInversion])
        for strategy in [Strategy.optimistic, .partitioned, .actor, .rowLock] {
            let found = try kinds(0, strategy)
            #expect(found.isSubset(of: [.orderInversion, .oversell]), "\(strategy): \(found)")
        }
        // The update sees what is there; what was loaded before it is old all the same.
        #expect(try kinds(0, .atomic).contains(.gSingle))
        // Who dies or fails behind a store leaves it for others to read.
        let aborted = try kinds(1, .actor)
        #expect(aborted.contains(.g1a) && aborted.contains(.duplicateEffect))
        #expect(!aborted.contains(.lostUpdate))
        let leases = try kinds(2, .lock)
        #expect(leases.isSuperset(of: [.overlappingHolders, .writeAfterExpiry, .lostUpdate]))
    }

    @Test func `what is lost is what the final values lack`() throws {
        for strategy in Strategy.allCases {
            let (result, _) = try history(0, strategy)
            let store = result.stores[0]
            // Every change is -1, so versions and values tell the same.
            #expect(store.lost == store.final - store.initial - store.accepted)
        }
    }
}
