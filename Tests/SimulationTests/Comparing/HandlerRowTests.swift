import Perturbation
import Testing

@testable import Reporting
@testable import Simulation

/// What comparisons say of each handler, and from end to end.
@Suite struct HandlerRowTests {
    private static let hops = """
        sources: {a: {to: q, rate: 50/s, keys: uniform(4), messages: 200}}
        stores: {s: {}}
        handlers:
          first:
            from: q
            workers: 4
            steps: [load: s, think: 40ms, change: 1, store: s, publish: r]
          then: {from: r, workers: 9, steps: [think: 100ms]}
        """
    private static let alone = """
        sources: {a: {to: q, rate: 50/s, messages: 200}}
        handlers: {h: {from: q, workers: 4, steps: [think: 40ms]}}
        """

    private static func study(_ text: String) throws -> Study {
        let topology = try Topology(yaml: Array(text.utf8), file: "t.yaml")
        let study = try Study([], [.naive, .optimistic], seeds: ["1", "2", "3"]) { _ in topology }
        return try #require(study)
    }

    @Test func `each handler has rows in the text, in CSV, in JSON and on the page`() throws {
        let study = try Self.study(Self.hops)
        let report = StudyReport(study)
        let rows = report.text().split(separator: "\n").filter {
            $0.hasPrefix("first ") || $0.hasPrefix("then ")
        }
        #expect(rows.count == 4)
        #expect(rows.allSatisfy { $0.contains("/s") && $0.contains(" ms") })

        let csv = report.csv.split(separator: "\n")
        let conflicts = try #require(
            csv.first { $0.hasPrefix("optimistic,handler:first:conflictShare,") })
        let cells = conflicts.split(separator: ",", omittingEmptySubsequences: false)
        let (mean, difference) = try (#require(Double(cells[2])), #require(Double(cells[4])))
        #expect(mean > 0.1 && difference == mean && !cells[6].isEmpty)
        #expect(csv.contains { $0.hasPrefix("naive,handler:then:goodput,") })

        guard case .array(let strategies)? = report.json["strategies"],
            case .array(let handlers)? = strategies[1]["handlers"]
        else {
            Issue.record("no handlers in JSON")
            return
        }
        #expect(handlers.map { $0["name"] } == [.string("first"), .string("then")])
        #expect(handlers[0]["figures"]?["conflictShare"]?["mean"] == .number("\(mean)"))
        let page = report.html(
            StudyOrigin(file: "t.yaml", topology: "", resolved: "", command: ""))
        #expect(page.contains("Each handler") && page.contains(">then<"))
    }

    @Test func `where messages lead to others the verdict is about all of them`() throws {
        let study = try Self.study(Self.hops)
        let text = StudyReport(study).text()
        #expect(text.contains("Best p99 from end to end: naive"))
        #expect(text.contains("Latency is that of each message by itself"))
        #expect(text.contains("Goodput counts a published message as one more"))
        let side = study.points[0].comparison.sides[0]
        let mean = side.estimate(.endToEndMean).mean
        #expect(mean >= 140_000_000 && mean > 1.5 * side.estimate(.latencyMean).mean)
    }

    @Test func `one handler without publications has neither rows nor a second latency`() throws {
        let study = try Self.study(Self.alone)
        let report = StudyReport(study)
        #expect(!report.text().contains("end to end") && !report.text().contains("handler"))
        #expect(!report.csv.contains("handler:"))
        let side = study.points[0].comparison.sides[0]
        #expect(side.values[.endToEndP99] == side.values[.latencyP99])
        #expect(side.handlers.isEmpty)
    }
}
