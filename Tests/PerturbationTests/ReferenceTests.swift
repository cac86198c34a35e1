import Perturbation
import Testing

@Suite struct ReferenceTests {
    @Test(arguments: 0..<4)
    func `agrees with the second implementation in every byte`(share: Int) throws {
        var cases: [Case] = []
        for number in 0..<150 {
            var random = TestRandom("reference", share * 1000 + number)
            cases.append(Case(&random))
        }
        let actual = try cases.map { try $0.output() }
        let expected = try Reference.run(cases.map(\.input).joined())
        if actual.joined() == expected { return }
        try explain(cases, actual)
    }

    @Test func `agrees on the standard plan`() throws {
        var cases: [Case] = []
        for number in 0..<40 {
            var random = TestRandom("standard", number)
            cases.append(Case(&random, plan: .standard))
        }
        let actual = try cases.map { try $0.output() }
        let expected = try Reference.run(cases.map(\.input).joined())
        if actual.joined() == expected { return }
        try explain(cases, actual)
    }

    /// Finds the first case that differs, and its first line that does.
    private func explain(_ cases: [Case], _ actual: [String]) throws {
        for (number, (one, found)) in zip(cases, actual).enumerated() {
            let expected = try Reference.run(one.input)
            if found == expected { continue }
            let pairs = zip(found.split(separator: "\n"), expected.split(separator: "\n"))
            let line = pairs.first { $0.0 != $0.1 }
            Issue.record(
                """
                case \(number), plan \(one.plan.canonicalText)
                engine    \(line?.0 ?? "one is longer")
                reference \(line?.1 ?? "one is longer")
                """)
            return
        }
    }
}
