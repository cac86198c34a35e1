import Configuration
import Simulation
import Testing

@testable import Exploration

/// A topology in a few lines, for tests.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    let yaml: String

    init(_ name: String, _ yaml: String) { (self.name, self.yaml) = (name, yaml) }

    var testDescription: String { name }

    func model(_ strategy: Strategy? = nil) throws -> Model {
        try Model(Topology(yaml: Array(yaml.utf8), file: name), strategy: strategy)
    }

    /// One handler of `workers` workers that reads `messages` messages.
    static func single(
        _ name: String, messages: Int, keys: String = "one", workers: String = "unlimited",
        handler: String = "", steps: String, rest: String = ""
    ) -> Scenario {
        Scenario(
            name,
            """
            sources: {s: {to: q, arrivals: together, keys: "\(keys)", messages: \(messages)}}
            stores: {a: {initial: 2}, b: {initial: 2}}
            handlers:
              h: {from: q, workers: \(workers), steps: [\(steps)]\(handler.isEmpty ? "" : ", " + handler)}
            \(rest)
            """)
    }
}

/// What searches are held against each other by.
struct Outcome: Equatable, CustomStringConvertible {
    var ends: Set<UInt64>
    var findings: Set<Finding>
    var executions: Int

    static func == (one: Outcome, other: Outcome) -> Bool {
        one.ends == other.ends && one.findings == other.findings
    }

    var description: String {
        "\(executions) executions, \(ends.count) ends, "
            + findings.map(\.description).sorted().joined(separator: ", ")
    }

    static func search(
        _ run: (inout Search) -> Void, executions: Int = 300_000
    ) throws -> Outcome {
        var limits = SearchLimits()
        limits.executions = executions
        var search = Search(limits)
        search.stopsAtFinding = false
        search.collectsEnds = true
        run(&search)
        return Outcome(
            ends: search.ends, findings: search.findings, executions: search.executions)
    }
}
