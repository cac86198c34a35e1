import Simulation
import Testing

@testable import Exploration

/// Whatever the simulation does in virtual time, the exploration knows.
struct AgreementTests {
    private static func timed(
        _ name: String, messages: Int = 3, workers: String = "2", steps: String,
        handler: String = "", rest: String = ""
    ) -> Scenario {
        .single(
            name, messages: messages, workers: workers, handler: handler, steps: steps,
            rest: "invariants: [noLostUpdate, noOversell, fifoPerKey, exactlyOnceEffect]\n\(rest)")
    }

    private static let scenarios: [Scenario] = [
        timed("naive", steps: "{load: a}, {think: exponential(1ms)}, {change: -1}, {store: a}"),
        timed(
            "check then act", workers: "3",
            steps:
                "{load: a}, {check: {atLeast: 1}}, {think: exponential(1ms)}, {change: -1}, {store: a}"
        ),
        timed(
            "versions", workers: "3",
            steps:
                "{load: a}, {think: exponential(1ms)}, {change: -1}, {store: {in: a, as: versioned}}"
        ),
        timed(
            "a lock", workers: "3",
            steps:
                "{acquire: l}, {load: a}, {think: exponential(1ms)}, {change: -1}, {store: a}, {release: l}"
        ),
        timed(
            "in turn", steps: "{load: a}, {think: exponential(1ms)}, {change: -1}, {store: a}",
            handler: "order: key"),
        timed(
            "failures",
            steps: "{think: exponential(1ms)}, {fail: 30%}, {load: a}, {change: 1}, {store: a}",
            handler: "retry: [{requeue: 1}]", rest: "bounds: {failures: 6}"),
    ]

    @Test(arguments: scenarios)
    func `every end of a run in virtual time is an end that was explored`(scenario: Scenario) throws
    {
        let model = try scenario.model()
        var values: Set<Int64> = []
        var search = Search(SearchLimits())
        search.stopsAtFinding = false
        SourceDPOR(judge: { choices in
            let last = Execution(model, choices).entries.last { $0.what == .store }
            values.insert(last?.value ?? 2)
            return nil
        }).run(model, &search)
        for seed in 0..<40 {
            let run = model.topology.run(seed: "s\(seed)")
            #expect(values.contains(run.stores[0].final))
            for violation in run.broken {
                #expect(search.findings.contains(.broken(violation.invariant)))
            }
        }
    }
}
