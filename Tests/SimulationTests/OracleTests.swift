import Testing

@testable import validation

/// What mathematics says a simulation must give, on lengths that still find a wrong engine;
/// `scripts/validate` runs the full lengths.
@Suite struct OracleTests {
    @Test(arguments: OracleRow.reduced.indices)
    func `the simulation gives what mathematics says`(index: Int) throws {
        let row = OracleRow.reduced[index]
        for verdict in try row.verdicts(isReduced: true) {
            #expect(
                verdict.passes,
                """
                \(row.id) \(row.title), \(verdict.check.name): \(verdict.check.value) is due, \
                \(verdict.mean) +- \(verdict.halfWidth) came
                """)
        }
    }

    @Test func `every section of the oracles has its rows`() {
        let all = Set(OracleRow.all.map(\.id))
        let reduced = Set(OracleRow.reduced.map(\.id))
        for id in [
            "Q1", "Q5", "Q6", "R1", "R2", "R9", "C1", "C4", "C7", "L2", "L3", "L4", "L5", "L6",
            "P4", "P5",
        ] {
            #expect(all.contains(id))
            #expect(reduced.contains(id), "\(id) has no reduced row")
        }
    }

    /// The wrong engines of the oracles' last section, as topologies: each must miss.
    @Test(arguments: [
        ("Q6", "partitioner: roundRobin"), ("R1", "inline: forever"), ("R9", "lateAcks: taken"),
    ])
    func `a wrong model misses its row`(id: String, change: String) throws {
        let row = try #require(OracleRow.reduced.first { $0.id == id })
        var yaml = row.yaml
        switch id {
        case "Q6": yaml = yaml.replacing("partitions: 8", with: "partitions: 8, \(change)")
        case "R1": yaml = yaml.replacing("requeue: forever", with: change)
        default: yaml = yaml.replacing("visibility: 1s", with: "visibility: 1s, \(change)")
        }
        #expect(yaml != row.yaml)
        let wrong = OracleRow(
            row.id, row.title, row.source, messages: row.messages, few: row.fewMessages,
            yaml: yaml, row.checks)
        #expect(try wrong.verdicts(isReduced: true).contains { !$0.passes })
    }
}
