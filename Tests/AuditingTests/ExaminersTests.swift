import Auditing
import Checking
import Configuration
import Testing

@Suite struct ExaminersTests {
    private func plan(_ expression: String) throws -> CheckPlan {
        try YAML.read(
            Array("invariants: [{custom: {name: ours, jq: '\(expression)'}}]".utf8), file: "p.yaml"
        ) { root in root.section { CheckPlan($0) } }
    }

    private let nothing = Evidence(feed: Feed(ObservedRecords()), observations: [])

    /// It ends after a while, so that no later test has it for company.
    @Test func `an expression that goes on too long ends the examination and is named`() throws {
        let examiners = Examiners(
            try plan("[limit(3000000; repeat(1))] | length > 0"), limit: .milliseconds(10))
        let evidence = nothing
        let error = #expect(throws: CheckingError.self) {
            try examiners.examine { try $0.judgements(of: evidence).count }
        }
        let words = error?.description ?? ""
        #expect(
            words.contains("invariants[0]") && words.contains("did not end within 10ms"), "\(words)"
        )
    }

    @Test func `more results than anybody wants are an error, not a memory that fills`() throws {
        let examiners = Examiners(try plan("repeat(1)"))
        let evidence = nothing
        let error = #expect(throws: CheckingError.self) {
            try examiners.examine { try $0.judgements(of: evidence).count }
        }
        #expect(error?.description.contains("gives more than 1000000 results") == true)
    }

    @Test func `what is examined comes back, also from many threads at a time`() async throws {
        let examiners = Examiners(try plan("true"))
        let evidence = nothing
        let held = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try examiners.examine { try $0.judgements(of: evidence).allSatisfy(\.holds) }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(held == 8)
    }
}
