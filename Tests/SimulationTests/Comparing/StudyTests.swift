import Configuration
import Testing

@testable import Reporting
@testable import Simulation

@Suite struct StudyTests {
    private static let text = """
        sources: {a: {to: q, rate: 200/s, keys: uniform(5)}}
        stores: {s: {initial: 30}}
        handlers:
          h: {from: q, workers: 4, steps: [{load: s}, {think: 9ms}, {change: -1}, {store: s}]}
        invariants: [noLostUpdate]
        run: {messages: 150}
        """

    private func study(threads: Int?, _ sweeps: [Sweep]) throws -> Study {
        let document = try TopologyDocument(yaml: Array(Self.text.utf8), file: "t.yaml")
        let study = try Study(
            sweeps, [.naive, .actor], seeds: (1...4).map { "s-\($0)" }, threads: threads
        ) { values in
            try document.topology(
                with: try zip(sweeps, values.texts).map { try Setting($0.path, $1) })
        }
        return try #require(study)
    }

    private func values(_ study: Study) -> [[Figure: [Double?]]] {
        study.points.flatMap { $0.comparison.sides.map(\.values) }
    }

    @Test func `a run that has no such figure counts for nothing in its mean`() throws {
        let text = """
            sources: {s: {to: q, rate: 10/s}}
            handlers: {h: {from: q, redelivery: 2s, steps: [think: 60ms]}}
            faults: [{kill: h, every: exponential(40s), lasting: 3s}]
            run: {messages: 200}
            """
        let topology = try Topology(yaml: Array(text.utf8), file: "t.yaml")
        let seeds = (1...12).map { "\($0)" }
        let side = try #require(Comparison(topology, [.naive], seeds: seeds)?.sides.first)
        let recoveries = seeds.compactMap { seed -> Double? in
            let result = topology.run(.naive, seed: seed)
            return result.recovery.count > 0 ? result.recovery.mean : nil
        }
        #expect(recoveries.count > 2 && recoveries.count < seeds.count)
        let estimate = side.estimate(.recovery)
        #expect(
            estimate
                == Estimate(recoveries + [Double?](repeating: nil, count: 12 - recoveries.count)))
        #expect(estimate.mean == recoveries.reduce(0, +) / Double(recoveries.count))
        #expect(estimate.mean > 2e9)
        #expect(Figure.recovery.shown(estimate).hasSuffix("s (\(recoveries.count) runs)"))
        #expect(Figure.recovery.shown(Estimate([nil, nil])) == "-")
        // Pairs are of seeds that have both.
        let pair = PairedDifference([1, nil, 3, 4], [2, 5, nil, 6])
        #expect(pair.difference.mean == 1.5 && pair.difference.count == 2)
    }

    @Test func `one thread and two give the same study`() throws {
        let sweeps = [try Sweep("handlers.h.workers=1,4"), try Sweep("sources.a.rate=50/s,200/s")]
        let one = try study(threads: 1, sweeps)
        let two = try study(threads: 2, sweeps)
        let all = try study(threads: nil, sweeps)
        #expect(values(one) == values(two))
        #expect(values(one) == values(all))
        #expect(
            one.points.flatMap { $0.comparison.sides.map(\.fingerprint) }
                == two.points.flatMap { $0.comparison.sides.map(\.fingerprint) })
    }

    @Test func `sweeps make a grid, and each point is the topology with its values`() throws {
        let sweeps = [try Sweep("handlers.h.workers=1,4"), try Sweep("sources.a.rate=50/s,200/s")]
        let study = try study(threads: nil, sweeps)
        #expect(
            study.points.map(\.values.texts)
                == [["1", "50/s"], ["1", "200/s"], ["4", "50/s"], ["4", "200/s"]])
        let text = Self.text.replacing("workers: 4", with: "workers: 1")
            .replacing("200/s", with: "50/s")
        let alone = try Topology(yaml: Array(text.utf8), file: "t.yaml")
        #expect(study.points[0].topology == alone)
        let goodput = study.points[0].comparison.sides[0].values[.goodput]
        #expect(goodput == study.seeds.map { alone.run(.naive, seed: $0).goodput })
        #expect(study.lines.map { $0.others.map(\.value) } == [["50/s"], ["200/s"]])
        #expect(study.lines[1].points.map(\.values.texts) == [["1", "200/s"], ["4", "200/s"]])
        // One worker at a time loses nothing, so there all compete.
        #expect(study.points[0].comparison.candidates.count == 2)
        #expect(study.points[3].comparison.candidates.map(\.strategy) == [.actor])
    }

    @Test(arguments: [
        (
            "handlers.x.workers",
            "1",
            "handlers.x.workers=1: \"x\" is no name among the handlers here (did you mean `h`?); write h"
        ),
        ("handlers.h.wrokers", "1", "handlers.h.wrokers=1: unknown key; did you mean `workers`?"),
        (
            "handlers.h.workers", "0",
            "handlers.h.workers=0: \"0\" is no number of workers; write 8, up to 1000000, or unlimited"
        ),
        (
            "handlers", "0",
            "handlers=0: handlers has names below it; write handlers.NAME with h"
        ),
    ])
    func `a value that will not do is named with what would`(
        path: String, value: String, problem: String
    ) throws {
        let document = try TopologyDocument(yaml: Array(Self.text.utf8), file: "t.yaml")
        let error = #expect(throws: SettingError.self) {
            try document.topology(with: [try Setting(path, value)])
        }
        #expect(error.map { "\($0)" } == problem)
    }

    @Test func `a queue without an entry of its own takes values`() throws {
        let document = try TopologyDocument(yaml: Array(Self.text.utf8), file: "t.yaml")
        let topology = try document.topology(with: [try Setting("queues.q.partitions", "4")])
        #expect(topology.queues.map(\.partitions) == [4])
    }
}
