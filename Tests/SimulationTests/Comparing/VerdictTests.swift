import Configuration
import Testing

@testable import Reporting
@testable import Simulation

/// What the words say of strategies that get less done than others.
@Suite struct VerdictTests {
    private func study(
        _ text: String, _ strategies: [Strategy] = [.optimistic, .lock, .rowLock], seeds: Int = 5
    ) throws -> Study {
        let topology = try Topology(yaml: Array(text.utf8), file: "v.yaml")
        let study = try Study([], strategies, seeds: (1...seeds).map { "v-\($0)" }) { _ in topology
        }
        return try #require(study)
    }

    /// Workers that take the strategy's lock and then wait for each other's: under `slow` nothing ends.
    private let stuck = """
        sources: {a: {to: q, rate: 20/s, keys: uniform(3)}}
        stores: {s: {}}
        handlers:
          h: {from: q, workers: 4, steps: [{load: s}, {think: THINK}, {change: 1}, {store: s}]}
        invariants: [noLostUpdate]
        run: {time: 30s, warmUp: 0%}
        """

    @Test func `who handles nothing wins nothing`() throws {
        let study = try study(stuck.replacing("THINK", with: "1h"))
        let words = StudyWords(study: study).sentences
        #expect(study.points[0].comparison.candidates.isEmpty)
        #expect(words.count == 3, "\(words)")
        #expect(words.allSatisfy { $0.contains("handles none of the messages measured") })
        for figure in Figure.allCases { #expect(study.points[0].comparison.ranking(figure) == nil) }
    }

    @Test func `who leaves many more messages does not win in latency`() throws {
        let study = try study(
            stuck.replacing("THINK", with: "150ms"), [.naive, .atomic, .actor, .lock], seeds: 6)
        let comparison = study.points[0].comparison
        let shares = comparison.sides.map { $0.estimate(.leftOver).mean }
        try #require((shares.max() ?? 0) > (shares.min() ?? 0) + 0.02, "\(shares)")
        let least = comparison.candidates.map { $0.estimate(.leftOver).mean }.min() ?? 0
        for side in comparison.ranking(.latencyP99)?.order ?? [] {
            #expect(side.estimate(.leftOver).mean <= least + Comparison.leftOverMargin)
        }
        let words = StudyWords(study: study).sentences
        #expect(words.contains { $0.contains("of messages unhandled at the end") }, "\(words)")
    }

    @Test func `runs that measure nothing have no verdict`() throws {
        let text = stuck.replacing("THINK", with: "1ms").replacing(
            "warmUp: 0%", with: "warmUp: 99%"
        )
        .replacing("time: 30s", with: "messages: 2, time: 1ns")
        let words = StudyWords(study: try study(text)).sentences
        #expect(words.first?.hasPrefix("No verdict: nothing was measured") == true, "\(words)")
        #expect(
            !words.contains { $0.contains("Best") || $0.contains("tie") || $0.contains("keep") })
    }

    // MARK: Words of doubt

    private static let near = [139.0, 140, 139.5, 138.9, 139.8]

    @Test(
        arguments: [
            // Behind one that is told apart, by its mean, and yet not told apart: it has no place.
            (
                [
                    (Strategy.optimistic, near), (.lock, [139, 9000, 138, 141, 14000]),
                    (.rowLock, [163, 164.5, 163.4, 162.7, 163.9]),
                ],
                "Best p99 of latency: optimistic, 139.4 ms; next is rowLock with 17.3% (17% to 17.5%) more, 163.5 ms"
                    + "; lock (4.7 +-8.0 s) varies too much over 5 seeds to be placed."
            ),
            // Far apart, and not told apart: no tie.
            (
                [(.optimistic, near), (.lock, [139, 9000, 138, 141, 14000])],
                "Not told apart in p99 of latency by 5 seeds: optimistic (139.44 +-0.60 ms) and lock (4.7 +-8.0 s)."
            ),
            (
                [(.optimistic, near), (.lock, near.map { $0 + 0.1 })],
                "A tie in p99 of latency: optimistic and lock, 139.4 ms."
            ),
        ] as [([(Strategy, [Double])], String)])
    func `a tie is what is near, and what varies too much is called so`(
        values: [(Strategy, [Double])], words: String
    ) throws {
        let sides = values.map { strategy, values in
            Comparison.Side(
                strategy: strategy, values: [.latencyP99: values.map { $0 * 1e6 }], brokenRuns: [:],
                anyBroken: Proportion(hits: 0, of: values.count), brokenSeed: nil,
                warmUp: WarmUp([WarmUp]()), standstills: 0, measured: 1, ended: 1,
                fingerprint: Fingerprint())
        }
        let seeds = values[0].1.indices.map { "\($0)" }
        let ranking = Comparison(seeds: seeds, sides: sides).ranking(.latencyP99)
        let study = try study(stuck.replacing("THINK", with: "1ms").replacing("30s", with: "1s"))
        let said = StudyWords(study: study).lead(try #require(ranking))
        #expect(said == words)
    }

    @Test(arguments: [(2, 0.5), (5, 0.0625), (6, 0.03125)])
    func `differences without variance are as sure as their number of seeds`(
        seeds: Int, p: Double
    ) {
        let pair = PairedDifference(
            [Double](repeating: 1, count: seeds), [Double](repeating: 10, count: seeds))
        #expect(pair.p == p)
        #expect(PairedDifference([3, 3], [3, 3]).p == 1)
    }

    @Test func `CSV has the runs that broke something`() throws {
        let text = stuck.replacing("THINK", with: "150ms")
        let study = try study(text, [.naive, .actor])
        let lines = StudyReport(study).csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        let naive = lines.filter { $0[0] == "naive" && $0[1].hasPrefix("broken") }
        #expect(naive.map { $0[1] } == ["broken:noLostUpdate", "broken"])
        #expect(naive.allSatisfy { $0[2] == "1.0" && $0[10] == "1.0" && $0[9] == "1.0" })
        let actor = lines.filter { $0[0] == "actor" && $0[1].hasPrefix("broken") }
        #expect(actor.allSatisfy { $0[2] == "0.0" && $0[9] == "0.6" && $0[10].isEmpty })
        #expect(lines[0][8...].elementsEqual(["low_95", "high_95", "expected_runs"]))
    }
}
