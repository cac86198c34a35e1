import Testing

@testable import Simulation

/// Partitions that move while much waits in them.
@Suite struct StretchTests {
    private static let orders = ["", "order: partition,", "order: slot(8),", "order: key,"]
    private static let groups = [
        "assignment: exclusive, commit: after",
        "assignment: exclusive, commit: {every: 1s}",
        "assignment: eager, commit: before, group: {session: 1s, rebalance: 100ms}",
        "assignment: cooperative, commit: {every: 1s}, group: {session: 500ms, rebalance: 0s, revoked: continued}",
        "assignment: cooperative, commit: after, group: {session: 1s, rebalance: 50ms, revoked: dropped}",
    ]

    private static func program(
        _ order: String, _ group: String, messages: Int, rest: String = "", seed: String = "stretch"
    ) throws -> Program {
        let yaml = """
            run: {messages: \(messages)}
            sources: {s: {to: q, rate: 200/s, keys: uniform(30)}}
            queues: {q: {partitions: 6}}
            handlers:
              h:
                {from: q, nodes: 3, workers: 2, \(order) \(group)\(rest),
                 steps: [think: exponential(60ms), fail: 5%, effect: charge]}
            faults:
              - {killNode: h, every: 3s, lasting: 1s}
              - {deploy: h, at: [2s, 11s], lasting: 500ms}
            """
        let topology = try Topology(yaml: Array(yaml.utf8), file: "stretch.yaml")
        return Program(topology, strategy: topology.strategy, seed: seed)
    }

    /// Who chooses among what is ready has all of it in its place at once.
    @Test(arguments: orders, groups)
    func
        `messages that take their places when workers come are taken in the order of those placed at once`(
            order: String, group: String
        ) throws
    {
        let retries = [
            "", ", retry: [{requeue: 2}, deadLetter]",
            ", retry: [{schedule: [50ms, 400ms]}, {pause: 200ms}, discard]",
        ]
        for (index, retry) in retries.enumerated() {
            let program = try Self.program(
                order, group, messages: 400, rest: retry, seed: "\(index)")
            var (late, atOnce): ([TraceEntry], [TraceEntry]) = ([], [])
            let first = program.run(SeededChoices()) { late.append($0) }.result
            let second = program.run(RecordedChoices(SeededChoices())) { atOnce.append($0) }.result
            #expect(late == atOnce)
            #expect(first.fingerprint == second.fingerprint)
            #expect(first.sojourn == second.sojourn)
            #expect(first.wait == second.wait)
            #expect(first.total(\.replayed) == second.total(\.replayed))
            #expect(first.placed <= second.placed)
        }
    }

    /// Half of the messages wait in the end: four times the run is four times the deaths, each with four times as
    /// much that waits.
    @Test(arguments: orders, [groups[1], groups[2], groups[4]])
    func `what deaths cost follows their number and not what waits`(
        order: String, group: String
    ) throws {
        func placed(_ messages: Int) throws -> Int {
            try Self.program(order, group, messages: messages).run(SeededChoices()).result.placed
        }
        let (short, long) = (try placed(3000), try placed(12000))
        #expect(long < short * 6, "\(short) looked at, and of four times as many \(long)")
    }
}
