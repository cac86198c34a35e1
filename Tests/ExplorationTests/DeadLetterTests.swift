import Simulation
import Testing

@testable import Exploration

/// Dead letters that are moved back or read, and stores that land behind their sender's death.
struct DeadLetterTests {
    private func ends(_ rest: String, _ handlers: String) throws -> (
        findings: Set<Finding>, values: Set<Int64>, model: Model
    ) {
        let scenario = Scenario(
            "letters",
            """
            sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
            stores: {a: {initial: 10}}
            \(handlers)
            invariants: [fifoPerKey, noLostUpdate, exactlyOnceEffect, allHandledOrDead]
            \(rest)
            """)
        let model = try scenario.model()
        var values: Set<Int64> = []
        var search = Search(SearchLimits())
        search.stopsAtFinding = false
        SourceDPOR(judge: { choices in
            let last = Execution(model, choices).entries.last { $0.what == .store }
            values.insert(last?.value ?? 10)
            return nil
        }).run(model, &search)
        #expect(search.cut == 0)
        return (search.findings, values, model)
    }

    private static let steps = "steps: [{fail: 50%}, {load: a}, {change: -1}, {store: a}]"

    @Test func `a dead letter is moved back as often as it is said, and then stays`() throws {
        let queues = { (times: Int) in
            "queues: {q: {deadLetterQueue: d}, d: {redrive: {after: 1s, times: \(times)}}}"
        }
        let handler =
            "handlers: {h: {from: q, workers: 1, order: key, retry: [deadLetter], \(Self.steps)}}"
        let once = try ends(
            "\(queues(1))\nbounds: {failures: 1, deadLetters: 0}", handler)
        #expect(once.findings == [.broken(.fifoPerKey)])
        #expect(once.values == [8])
        let twice = try ends("\(queues(1))\nbounds: {failures: 2, deadLetters: 0}", handler)
        #expect(twice.findings.contains(.deadLetters))
        #expect(twice.values == [8, 9])
        let more = try ends("\(queues(2))\nbounds: {failures: 2, deadLetters: 0}", handler)
        #expect(more.findings == [.broken(.fifoPerKey)])
    }

    @Test func `what was delivered too often is moved back, too`() throws {
        let found = try ends(
            """
            queues: {q: {maxDeliveries: 1, deadLetterQueue: d}, d: {redrive: {after: 1s, times: 1}}}
            bounds: {crashes: 1, deadLetters: 0}
            """,
            "handlers: {h: {from: q, workers: 1, steps: [{load: a}, {change: -1}, {store: a}]}}")
        #expect(!found.findings.contains(.deadLetters))
        #expect(found.values == [7, 8])
    }

    @Test func `a handler that reads dead letters works on them, once each`() throws {
        let found = try ends(
            "queues: {q: {deadLetterQueue: d}}\nbounds: {failures: 2, deadLetters: 0}",
            """
            handlers:
              h: {from: q, workers: 1, order: key, retry: [deadLetter], \(Self.steps)}
              r: {from: d, workers: 1, steps: [{load: a}, {change: -100}, {store: a}]}
            """)
        #expect(!found.findings.contains(.deadLetters))
        #expect(found.findings.contains(.broken(.noLostUpdate)))
        // Both handled, one given up, both given up: and what is lost where two handlers meet.
        #expect(found.values.isSuperset(of: [8, -91, -190]))
    }

    @Test func `a store lands in front of, between and behind what is done again`() throws {
        let handler = { (word: String) in
            "handlers: {h: {from: q, workers: 1, \(word) steps: [{load: a}, {change: -1}, {store: a}]}}"
        }
        let dropped = try ends("bounds: {crashes: 1}", handler(""))
        // A crash behind the store repeats it; none is lost.
        #expect(dropped.values == [7, 8])
        #expect(!dropped.findings.contains(.broken(.noLostUpdate)))
        let lands = try ends("bounds: {crashes: 1}", handler("storesUnderWay: land,"))
        #expect(lands.values == [7, 8, 9])
        #expect(lands.findings.contains(.broken(.noLostUpdate)))
    }

    /// Whatever a run in virtual time comes to is among the ends.
    @Test func `runs with a redrive end as explorations do`() throws {
        let found = try ends(
            """
            queues: {q: {deadLetterQueue: d}, d: {redrive: {after: exponential(5ms), times: 2}}}
            bounds: {failures: 6}
            """,
            """
            handlers:
              h:
                from: q
                workers: 2
                retry: [deadLetter]
                steps: [{load: a}, {think: exponential(1ms)}, {fail: 40%}, {change: -1}, {store: a}]
            """)
        for seed in 0..<40 {
            let run = found.model.topology.run(seed: "s\(seed)")
            #expect(found.values.contains(run.stores[0].final))
            for violation in run.broken {
                #expect(found.findings.contains(.broken(violation.invariant)))
            }
        }
    }
}
