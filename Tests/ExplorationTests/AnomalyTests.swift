import Checking
import Simulation
import Testing

@testable import Exploration

/// An anomaly that is forbidden is found wherever any order of steps has it: also where it hangs on what came first
/// in time.
struct AnomalyTests {
    /// Handlers `h` and `g` of two queues, a message each or more, about one entity each of `a` and `b`.
    private static func two(
        _ name: String, h: String, g: String, messages: Int = 1, rest: String = ""
    ) -> Scenario {
        Scenario(
            name,
            """
            sources:
              x: {to: q, arrivals: together, keys: one, messages: \(messages)}
              y: {to: p, arrivals: together, keys: one, messages: 1}
            stores: {a: {initial: 5}, b: {initial: 0}}
            handlers:
              h: {from: q, workers: 2, \(h)}
              g: {from: p, workers: 1, \(g)}
            \(rest)
            """)
    }

    private static let scenarios: [Scenario] = [
        two(
            "a read before the writer's end",
            h: "steps: [{load: a}, {change: -1}, {store: a}, {effect: e}]",
            g: "steps: [{load: a}, {change: 1}, {store: {in: b, as: delta}}]"),
        two(
            "a read before the writer's failure",
            h: "retry: [deadLetter], steps: [{load: a}, {change: -1}, {store: a}, {fail: 100%}]",
            g: "steps: [{load: a}]"),
        two(
            "a writer that is rejected behind its store",
            h:
                "steps: [{change: 1}, {store: {in: b, as: delta}}, {load: a}, {check: {atLeast: 6}}]",
            g: "steps: [{load: b}]"),
        two(
            "a read that is overwritten before its act",
            h: "steps: [{load: a}, {change: -1}, {store: a}]",
            g: "steps: [{load: a}, {change: 1}, {store: {in: b, as: delta}}]"),
        two(
            "a read that is overwritten before an effect",
            h: "steps: [{load: a}, {effect: e}]", g: "steps: [{load: a}, {change: 1}, {store: a}]"),
        two(
            "effects of two messages", h: "steps: [{effect: e}]", g: "steps: [{effect: f}]",
            messages: 2),
        two(
            "a dead worker's store", h: "steps: [{change: 1}, {store: {in: a, as: delta}}]",
            g: "steps: [{load: a}]", rest: "bounds: {crashes: 1}"),
        two(
            "a lease that ends",
            h:
                "steps: [{acquire: {lock: l, ttl: 5ms}}, {load: a}, {change: 1}, {store: a}, {release: l}]",
            g: "steps: [{acquire: {lock: l, ttl: 5ms}}, {load: a}]", rest: "bounds: {expiries: 1}"),
        two(
            "write skew", h: "steps: [{load: a}, {load: b}, {change: 1}, {store: a}]",
            g: "steps: [{load: a}, {load: b}, {change: 1}, {store: b}]"),
        two(
            "a message that comes again",
            h: "steps: [{effect: e}, {change: -3}, {store: {in: a, as: delta}}]",
            g: "steps: [{load: a}]", rest: "bounds: {redeliveries: 1}"),
    ]

    private static let slowly = "{load: a}, {think: exponential(3ms)}, {change: -1}, {store: a}"

    /// A service's work on a request is a transaction of its own, with or without its caller.
    private static let services: [Scenario] = [
        two(
            "a service that works on behind its caller's patience",
            h: "retry: [deadLetter], steps: [{call: {service: v, timeout: 2ms}}]",
            g: "steps: [{load: a}, {think: exponential(3ms)}, {change: 1}, {store: a}]",
            rest: "services: {v: {steps: [\(slowly)]}}"),
        two(
            "a caller that tries again beside its service",
            h: "retry: [{inline: 1}], steps: [{call: {service: v, timeout: 2ms}}]",
            g: "steps: [{effect: e}]", rest: "services: {v: {steps: [\(slowly)]}}"),
        two(
            "two services, one behind the other",
            h: "steps: [{call: {service: v}}, {call: {service: w}}]",
            g: "steps: [{load: a}, {think: exponential(3ms)}, {load: b}]",
            rest:
                "services: {v: {steps: [{change: 1}, {store: {in: a, as: delta}}, {think: exponential(3ms)}]}, "
                + "w: {steps: [{change: 1}, {store: {in: b, as: delta}}]}}"),
        two(
            "a service that fails behind its store",
            h: "retry: [deadLetter], steps: [{call: {service: v}}]", g: "steps: [{load: a}]",
            rest:
                "services: {v: {steps: [{change: 1}, {store: {in: a, as: delta}}, {fail: 100%}]}}"),
        two(
            "a caller that dies amid its service",
            h: "redelivery: 1ms, steps: [{call: {service: v}}]",
            g: "steps: [{load: a}]",
            rest:
                "services: {v: {steps: [\(slowly)]}}\nfaults: [{kill: h, at: 2ms, lasting: 1ms}]"),
    ]

    @Test(arguments: services)
    func `whatever anomaly a run has with services, an execution has`(scenario: Scenario) throws {
        let ends = "\nforbid: [dirty read, order inversion]\n"
        let model = try Scenario(scenario.name, scenario.yaml + ends).model()
        #expect(model.assumptions.isEmpty)
        var orders = EveryOrder(model)
        let all = orders.anomalies()
        for seed in 0..<60 {
            let (_, recorder) = model.topology.history(seed: "s\(seed)")
            let kinds = Set(recorder.history.anomalies().map(\.kind))
            #expect(kinds.isSubset(of: all), "\(kinds.subtracting(all)) with seed s\(seed)")
        }
    }

    @Test func `two sources that meet in one queue are in the order in which they came`()
        async throws
    {
        for (workers, isFound) in [(1, false), (2, true)] {
            let scenario = Scenario(
                "two sources",
                """
                sources:
                  x: {to: q, arrivals: together, keys: one, messages: 1}
                  y: {to: q, arrivals: together, keys: one, messages: 1}
                handlers: {h: {from: q, workers: \(workers), steps: [{effect: e}]}}
                forbid: [order inversion]
                """)
            let result = await Explorer(try scenario.model()).run()
            #expect(result.end == (isFound ? .found : .complete))
        }
    }

    @Test(arguments: scenarios + services)
    func `source sets have each anomaly that any order has`(scenario: Scenario) throws {
        let ends = "\nforbid: [dirty read, order inversion]\n"
        var orders = EveryOrder(try Scenario(scenario.name, scenario.yaml + ends).model())
        let all = orders.anomalies()
        for kind in Anomaly.Kind.allCases {
            let forbidden = Scenario(
                scenario.name, scenario.yaml + "\nforbid: [\(kind.rawValue)]\n")
            let model = try forbidden.model()
            var reduced: Set<Anomaly.Kind> = []
            var search = Search(SearchLimits())
            search.stopsAtFinding = false
            SourceDPOR(judge: { choices in
                reduced.formUnion(Execution(model, choices).history.anomalies().map(\.kind))
                return nil
            }).run(model, &search)
            #expect(reduced.contains(kind) == all.contains(kind), "\(kind.rawValue): \(all)")
        }
    }

    @Test(arguments: [
        ("dirty read", 0), ("dirty read", 1), ("dirty read", 2), ("stale read", 3),
        ("stale read", 4), ("order inversion", 5), ("G1a", 1), ("G2-item", 8),
        ("duplicate effect", 9), ("overlapping holders", 7), ("write after expiry", 7),
    ])
    func `whoever is asked finds it`(name: String, place: Int) async throws {
        let scenario = Scenario(name, Self.scenarios[place].yaml + "\nforbid: [\(name)]\n")
        for strategy in [SearchStrategy.auto, .dpor, .random, .pos] {
            var explorer = Explorer(try scenario.model())
            explorer.strategy = strategy
            explorer.limits.executions = 2_000
            let found = await explorer.run().counterexample
            #expect(found?.finding == .anomaly(name), "\(strategy.rawValue)")
        }
    }
}
