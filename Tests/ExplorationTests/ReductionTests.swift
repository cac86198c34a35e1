import Testing

@testable import Exploration

private let lcs = "{load: a}, {change: -1}, {store: a}"

private let small: [Scenario] = [
    .single("one message", messages: 1, steps: lcs),
    .single("two writers", messages: 2, steps: lcs, rest: "invariants: [noLostUpdate]"),
    .single("three writers", messages: 3, steps: "{change: 1}, {store: {in: a, as: value}}"),
    .single(
        "check then act", messages: 3,
        steps: "{load: a}, {check: {atLeast: 1}}, {change: -1}, {store: a}",
        rest: "invariants: [noOversell, conservation]"),
    .single(
        "two entities", messages: 2,
        steps: "{load: a}, {load: b}, {change: -1}, {store: a}, {store: b}",
        rest: "invariants: [noLostUpdate]"),
    .single(
        "different keys", messages: 4, keys: "fresh", steps: lcs, rest: "invariants: [noLostUpdate]"
    ),
    .single(
        "some keys", messages: 4, keys: "uniform(2)", steps: lcs, rest: "invariants: [noLostUpdate]"
    ),
    .single("additions", messages: 3, steps: "{change: 1}, {store: {in: a, as: delta}}"),
    .single(
        "versions with retries", messages: 2,
        steps: "{load: a}, {change: -1}, {store: {in: a, as: versioned}}"),
    .single(
        "versions, three", messages: 3,
        steps: "{load: a}, {change: -1}, {store: {in: a, as: versioned}}",
        rest: "invariants: [conservation, allHandledOrDead]"),
    .single(
        "a lock", messages: 3, steps: "{acquire: l}, \(lcs), {release: l}",
        rest: "invariants: [mutualExclusion]"),
    .single(
        "a lease", messages: 2, steps: "{acquire: {lock: l, ttl: 1s}}, \(lcs), {release: l}",
        rest: "bounds: {expiries: 1}\ninvariants: [mutualExclusion, noLostUpdate]"),
    .single(
        "a crash", messages: 2, steps: lcs,
        rest: "bounds: {crashes: 1}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "two crashes", messages: 2, keys: "fresh",
        steps: "{effect: e}, {change: 1}, {store: {in: a, as: value}}",
        rest: "bounds: {crashes: 2}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "a crash in a lock", messages: 2, steps: "{acquire: l}, \(lcs), {release: l}",
        rest: "bounds: {crashes: 1}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "a redelivery", messages: 1, steps: lcs,
        rest: "bounds: {redeliveries: 1}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "two redeliveries", messages: 1, steps: "{change: 1}, {store: {in: a, as: value}}",
        rest: "bounds: {redeliveries: 2}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "an inbox", messages: 1, steps: "{lookUp: keys}, {effect: e}, {note: keys}",
        rest: "bounds: {redeliveries: 1}\ninvariants: [exactlyOnceEffect]"),
    .single(
        "an inbox of one", messages: 2, steps: "{effect: {name: e, once: keys}}",
        rest:
            "inboxes: {keys: {last: 1}}\nbounds: {redeliveries: 1}\ninvariants: [exactlyOnceEffect]"
    ),
    .single(
        "a failure", messages: 2, steps: "{effect: e}, {fail: 10%}, \(lcs)",
        rest: "bounds: {failures: 1}\ninvariants: [exactlyOnceEffect]"),
    // Some actions of a delivery sleep, and others do not.
    .single(
        "the last delivery, a crash and a redelivery", messages: 2, workers: "2",
        steps: "{change: 1}, {store: {in: a, as: value}}",
        rest:
            "queues: {q: {maxDeliveries: 1}}\nbounds: {crashes: 1, redeliveries: 1}\n"
            + "invariants: [fifoPerKey]"
    ),
    .single("two workers", messages: 3, workers: "2", steps: lcs, rest: "invariants: [fifoPerKey]"),
    .single(
        "requeued", messages: 3, workers: "2", handler: "retry: [{requeue: 1}]",
        steps: "{load: a}, {change: 1}, {store: {in: a, as: versioned}}",
        rest: "invariants: [fifoPerKey]"),
    .single(
        "scheduled", messages: 2, workers: "1", handler: "retry: [{schedule: [1s]}]",
        steps: "{load: a}, {fail: 10%}, {change: 1}, {store: a}",
        rest: "bounds: {failures: 1}\ninvariants: [fifoPerKey]"),
    .single(
        "in lanes", messages: 4, keys: "uniform(3)", handler: "order: key", steps: lcs,
        rest: "invariants: [noLostUpdate, fifoPerKey]"),
    .single(
        "in lanes with a crash", messages: 3, keys: "uniform(2)", handler: "order: key", steps: lcs,
        rest: "bounds: {crashes: 1}\ninvariants: [fifoPerKey, exactlyOnceEffect]"),
    Scenario(
        "a chain",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        stores: {a: {}}
        handlers:
          h: {from: q, workers: unlimited, steps: [{change: 1}, {store: {in: a, as: value}}, {publish: r}]}
          i: {from: r, workers: unlimited, steps: [{load: a}, {change: 1}, {store: a}]}
        invariants: [noLostUpdate]
        """),
    Scenario(
        "positions and a crash",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        queues: {q: {partitions: 1}}
        stores: {a: {}}
        handlers:
          h: {from: q, workers: 2, commit: after, steps: [{load: a}, {change: 1}, {store: a}]}
        bounds: {crashes: 1}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    // Who is struck together with another one may never come again.
    Scenario(
        "positions committed before, and a crash",
        """
        sources: {s: {to: q, arrivals: together, keys: fresh, messages: 2}}
        queues: {q: {partitions: 1}}
        stores: {a: {}}
        handlers:
          h: {from: q, workers: 2, commit: before, steps: [{load: a}, {change: 1}, {store: a}]}
        bounds: {crashes: 1}
        invariants: [exactlyOnceEffect, allHandledOrDead]
        """),
    Scenario(
        "a node dies with the last deliveries of all that it has",
        """
        sources: {s: {to: q, arrivals: together, keys: fresh, messages: 2}}
        queues: {q: {maxDeliveries: 1}}
        stores: {a: {initial: 1}}
        handlers:
          h: {from: q, workers: 2, steps: [{load: a}, {change: -1}, {store: a}]}
        faults: [{killNode: h, at: 1s}]
        bounds: {crashes: 1}
        invariants: [allHandledOrDead]
        """),
    Scenario(
        "a rebalance",
        """
        sources: {s: {to: q, arrivals: together, keys: one, messages: 2}}
        queues: {q: {partitions: 2}}
        stores: {a: {}}
        handlers:
          h:
            from: q
            nodes: 2
            workers: 1
            assignment: eager
            group: {revoked: continued}
            order: partition
            commit: after
            steps: [{load: a}, {change: 1}, {store: a}]
        bounds: {rebalances: 1}
        invariants: [exactlyOnceEffect, noLostUpdate]
        """),
]

struct ReductionTests {
    @Test(arguments: small + troubled)
    func `source-DPOR and states find what the naive search finds, in no more executions`(
        scenario: Scenario
    ) throws {
        let model = try scenario.model()
        let naive = try Outcome.search { DepthFirst(keepsStates: false).run(model, &$0) }
        let states = try Outcome.search { DepthFirst().run(model, &$0) }
        let reduced = try Outcome.search { SourceDPOR().run(model, &$0) }
        try #require(naive.executions < 300_000)
        let alone = try Outcome.search { DepthFirst(reduces: true).run(model, &$0) }
        #expect(states == naive)
        #expect(alone == naive)
        #expect(reduced == naive)
        #expect(reduced.executions <= naive.executions)
        if let classes = ClassCount.of(model, executions: 3000) {
            #expect(reduced.executions == classes)
        }
    }

    @Test(arguments: 1...5)
    func `n writers of one object have n factorial classes, of n objects one`(n: Int) throws {
        let factorial = (1...n).reduce(1, *)
        let one = try Scenario.single(
            "", messages: n, steps: "{change: 1}, {store: {in: a, as: value}}"
        ).model()
        let many = try Scenario.single(
            "", messages: n, keys: "fresh", steps: "{change: 1}, {store: {in: a, as: value}}"
        ).model()
        #expect(try Outcome.search { SourceDPOR().run(one, &$0) }.executions == factorial)
        #expect(try Outcome.search { SourceDPOR().run(many, &$0) }.executions == 1)
    }

    @Test func `who cannot get into anybody's way goes alone, and one order of such steps is seen`()
        throws
    {
        let steps = "{load: a}, {change: -1}, {store: a}"
        func states(_ keys: String, _ reduces: Bool) throws -> Int {
            var search = Search(SearchLimits())
            let model = try Scenario.single("", messages: 5, keys: keys, steps: steps).model()
            DepthFirst(reduces: reduces).run(model, &search)
            return search.states
        }
        // Each has a load and a store with its end: three places, and with one order of all 10 steps 11 states.
        #expect(try states("fresh", false) == 243)
        #expect(try states("fresh", true) == 11)
        #expect(try states("one", true) <= states("one", false))
    }

    /// What each source's message does in its handler, and how often its chain writes the shared object.
    @Test(
        arguments: [
            // What is published writes: all orders.
            ("[{publish: r}]", "[{change: 1}, {store: {in: a, as: value}}]", 1, [1, 2, 6]),
            // Both do, the first in front of the second: (2n)! / 2^n.
            (
                "[{change: 1}, {store: {in: a, as: value}}, {publish: r}]",
                "[{change: 1}, {store: {in: a, as: value}}]", 2, [1, 6, 90]
            ),
            // Readers of an object that nobody writes.
            ("[{publish: r}]", "[{load: a}]", 0, [1, 1, 1]),
        ])
    func `chains of messages have as many classes as their writes can be ordered in`(
        first: String, second: String, writes: Int, classes: [Int]
    ) throws {
        for (count, expected) in zip(1..., classes) {
            let model = try Scenario(
                "chains",
                """
                sources: {s: {to: q, arrivals: together, keys: one, messages: \(count)}}
                stores: {a: {}}
                handlers:
                  h: {from: q, workers: unlimited, steps: \(first)}
                  i: {from: r, workers: unlimited, steps: \(second)}
                """
            ).model()
            let reduced = try Outcome.search { SourceDPOR().run(model, &$0) }
            #expect(reduced.executions == expected, "\(count) messages, \(writes) writes each")
        }
    }

    @Test func `a message-passing chain has as many classes as its readers can be ordered in`()
        throws
    {
        // Two writers, each followed by a reader that it sends to: what is published comes behind its parent.
        let chain = Scenario(
            "chain",
            """
            sources: {s: {to: q, arrivals: together, keys: fresh, messages: 3}}
            stores: {a: {}}
            handlers:
              h: {from: q, workers: unlimited, steps: [{change: 1}, {store: {in: a, as: value}}, {publish: r}]}
              i: {from: r, workers: unlimited, steps: [{load: a}, {change: 1}, {store: a}]}
            """)
        let model = try chain.model()
        #expect(try Outcome.search { SourceDPOR().run(model, &$0) }.executions == 1)
    }

    @Test(arguments: small + troubled)
    func `every execution that a reduction ends with can be made again, and ends the same`(
        scenario: Scenario
    ) throws {
        let model = try scenario.model()
        var search = Search(SearchLimits())
        search.limits.executions = 50
        search.stopsAtFinding = false
        search.collectsEnds = true
        var all: [[Choice]] = []
        SourceDPOR(judge: { choices in
            all.append(choices)
            return nil
        }).run(model, &search)
        #expect(!all.isEmpty)
        var digests: Set<UInt64> = []
        for choices in all {
            let again = Execution(model, choices)
            #expect(again.misfit == nil && again.isWhole && again.choices == choices)
            let entries = Execution(model, choices).entries
            #expect(again.entries == entries)
            // No two of them are of one class.
            #expect(digests.insert(again.digest).inserted)
        }
    }
}
