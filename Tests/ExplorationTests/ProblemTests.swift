import Configuration
import Simulation
import Testing

@testable import Exploration

struct ProblemTests {
    @Test func `every reason why a topology cannot be explored is said`() throws {
        let yaml = """
            sources: {s: {to: q, rate: 10/s}}
            queues: {q: {capacity: 3}}
            stores: {a: {}}
            handlers: {h: {from: q, steps: [{load: a}, {store: a}]}}
            invariants: [{boundedStaleness: 1s}]
            run: {time: 1m}
            """
        let topology = try Topology(yaml: Array(yaml.utf8), file: "t.yaml")
        let error = #expect(throws: ExplorationError.self) { try Model(topology) }
        #expect(error?.problems.count == 3)
        #expect(
            error?.problems.allSatisfy { $0.contains("accepted") || $0.contains("explored") }
                == true)
    }

    @Test func `too many deliveries are refused`() throws {
        let scenario = Scenario.single("", messages: 65, steps: "{load: a}")
        #expect(throws: ExplorationError.self) { try scenario.model() }
    }

    @Test func `bounds are read with what is wrong in them`() throws {
        let yaml = """
            sources: {s: {to: q, arrivals: together, messages: 1}}
            handlers: {h: {from: q, steps: [{effect: e}]}}
            bounds: {crashes: -1, redeliverys: 1}
            forbid: [G9]
            """
        let error = #expect(throws: ConfigurationError.self) {
            try Topology(yaml: Array(yaml.utf8), file: "t.yaml")
        }
        #expect(error?.problems.count == 3)
    }

    @Test func `an execution is read as it was written, and what is wrong in one is said`() throws {
        let model = try Scenario.single("", messages: 2, steps: "{load: a}, {store: a}").model()
        let script = ExecutionScript(
            strategy: .naive, seed: "1", finding: "noLostUpdate",
            choices: [Choice(0), Choice(1, .crash)])
        #expect(try ExecutionScript(parsing: script.text(model), file: "f") == script)
        for text in ["", "{}", "[", script.text(model) + #"{"delivery":0,"action":"jump"}"#] {
            #expect(throws: ExecutionScript.Problems.self) {
                try ExecutionScript(parsing: text, file: "f")
            }
        }
    }

    @Test func `steps that cannot be taken are named by their place`() throws {
        let model = try Scenario.single("", messages: 1, steps: "{load: a}, {store: a}").model()
        #expect(Execution(model, [Choice(0), Choice(7)]).misfit == 1)
        #expect(Execution(model, [Choice(0, .crash)]).misfit == 0)
    }
}
