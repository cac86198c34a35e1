import Testing

@testable import Simulation

@Suite struct StatisticsTests {
    /// Tables of Student's t, two-sided.
    @Test(arguments: [
        (0.95, 1, 12.706_204_736), (0.95, 4, 2.776_445_105), (0.95, 19, 2.093_024_054),
        (0.99, 19, 2.860_934_606), (0.95, 199, 1.971_956_544), (0.999, 10, 4.586_893_859),
    ])
    func `quantiles of t are those of the tables`(
        confidence: Double, degrees: Int, quantile: Double
    ) {
        #expect(abs(StudentT.quantile(confidence, degrees: degrees) - quantile) < 2e-8 * quantile)
        let p = StudentT.twoSided(quantile, degrees: degrees)
        #expect(abs(p - (1 - confidence)) < 1e-8)
    }

    @Test func `a mean's interval is Student's`() {
        let estimate = Estimate([1, 2, 3, 4, 5])
        #expect(estimate.mean == 3)
        // 2.776445 x sqrt(2.5 / 5)
        #expect(abs((estimate.halfWidth ?? 0) - 1.963_243) < 1e-6)
        #expect(Estimate([7]).halfWidth == nil)
    }

    @Test func `shares have Wilson's interval, and what was never seen its bound`() {
        let some = Proportion(hits: 10, of: 50).interval
        #expect(abs(some.lowerBound - 0.1124375) < 1e-6)
        #expect(abs(some.upperBound - 0.3303711) < 1e-6)
        #expect(Proportion(hits: 0, of: 200).interval == 0...0.015)
        #expect(Proportion(hits: 0, of: 200).expectedRuns == nil)
        #expect(Proportion(hits: 4, of: 200).expectedRuns == 50)
    }

    @Test func `Holm's correction steps down and never falls`() {
        var pairs = [0.01, 0.04, 0.03, 0.005].map { p in
            var pair = PairedDifference([1, 2], [1, 2])
            pair = PairedDifference(p: p, like: pair)
            return pair
        }
        PairedDifference.correct(&pairs)
        let adjusted = pairs.map { ($0.adjustedP * 1000).rounded() / 1000 }
        #expect(adjusted == [0.03, 0.06, 0.06, 0.02])
    }

    @Test func `pairing tells what unpaired runs would not`() {
        let base = [10.0, 20, 30, 40, 50]
        let other = [11.0, 21.5, 31, 41.2, 51.1]
        let pair = PairedDifference(base, other)
        #expect(abs(pair.difference.mean - 1.16) < 1e-9)
        #expect(pair.p < 0.001)
        #expect((pair.varianceRatio ?? 0) > 1000)
    }

    @Test func `a comparison is the same whatever the number of threads`() throws {
        let text = """
            sources: {a: {to: q, rate: 200/s, keys: uniform(5)}}
            stores: {s: {initial: 30}}
            handlers:
              h: {from: q, workers: 4, steps: [{load: s}, {think: 9ms}, {change: -1}, {store: s}]}
            invariants: [noLostUpdate]
            run: {messages: 200}
            """
        let topology = try Topology(yaml: Array(text.utf8), file: "t.yaml")
        let seeds = (1...6).map { "s-\($0)" }
        let comparison = try #require(Comparison(topology, [.naive, .actor], seeds: seeds))
        for (side, strategy) in zip(comparison.sides, [Strategy.naive, .actor]) {
            let alone = seeds.map { topology.run(strategy, seed: $0) }
            #expect(side.values[.goodput] == alone.map(\.goodput))
            #expect(side.values[.lostUpdates] == alone.map { Double($0.lostUpdates) })
        }
        #expect(comparison.sides[0].anyBroken.hits == 6)
        #expect(comparison.sides[1].anyBroken.hits == 0)
        #expect(comparison.sides[0].brokenSeed == "s-1")
        let stopped = Comparison(topology, [.naive], seeds: seeds, shouldStop: { true })
        #expect(stopped == nil)
    }
}

extension PairedDifference {
    /// The same with another p.
    fileprivate init(p: Double, like other: PairedDifference) {
        self.init(
            difference: other.difference, p: p, adjustedP: p, varianceRatio: other.varianceRatio)
    }
}
