import Testing

@testable import Simulation

@Suite struct CrossingTests {
    /// Two strategies with given goodputs of each seed, at one point.
    private func point(_ name: String, _ naive: [Double], _ lock: [Double]) -> Study.Point {
        let sides = [(Strategy.naive, naive), (.lock, lock)].map { strategy, values in
            Comparison.Side(
                strategy: strategy, values: [.goodput: values], brokenRuns: [:],
                anyBroken: Proportion(hits: 0, of: values.count), brokenSeed: nil,
                warmUp: WarmUp([WarmUp]()), standstills: 0, measured: 1, ended: 1,
                fingerprint: Fingerprint())
        }
        return Study.Point(
            values: SweepValues(texts: [name]), topology: Topology(),
            comparison: Comparison(seeds: naive.indices.map { "\($0)" }, sides: sides))
    }

    /// Seeds that lie a little around a mean, each strategy's in another order.
    private func around(_ mean: Double, _ order: [Double] = [-1, 0, 1, 0.5, -0.5]) -> [Double] {
        order.map { mean + $0 * 0.5 }
    }

    private let other = [0.5, -0.5, 0, 1, -1.0]

    @Test func `lines that meet between two points cross there, with an interval`() throws {
        let axis = try #require(try Sweep("w=10,20").axis)
        // Differences +10 and -30: they meet after a quarter of the way.
        let line = Study.Line(
            others: [],
            points: [
                point("10", around(100), around(110, other)),
                point("20", around(130), around(100, other)),
            ])
        let crossings = Crossing.all(.goodput, line, along: axis)
        try #require(crossings.count == 1)
        let crossing = crossings[0]
        #expect(crossing.before == .lock && crossing.after == .naive)
        #expect(crossing.from == 0 && crossing.to == 1)
        #expect(abs((crossing.position ?? 0) - 12.5) < 0.01)
        let interval = try #require(crossing.interval)
        #expect(interval.contains(12.5))
        #expect(interval.lowerBound > 12 && interval.upperBound < 13)
    }

    @Test func `points that tell nothing widen what is known`() throws {
        let axis = try #require(try Sweep("w=10,20,30").axis)
        let line = Study.Line(
            others: [],
            points: [
                point("10", around(100), around(110, other)),
                point("20", around(120), around(120.1, other)),
                point("30", around(140), around(120, other)),
            ])
        let crossings = Crossing.all(.goodput, line, along: axis)
        try #require(crossings.count == 1)
        #expect(crossings[0].from == 0 && crossings[0].to == 2)
        #expect(crossings[0].interval == nil)
        #expect((crossings[0].position ?? 0) > 20)
    }

    @Test(arguments: [
        // Never told apart; always the same one ahead; ahead by less than 1%.
        ([100.0, 100.0], [100.1, 99.9]), ([100, 100], [120, 140]), ([1000, 1000], [1005, 995]),
    ])
    func `what does not change sides does not cross`(naive: [Double], lock: [Double]) {
        let line = Study.Line(
            others: [],
            points: zip(naive, lock).map { point("", around($0), around($1, other)) })
        #expect(Crossing.all(.goodput, line, along: nil).isEmpty)
    }

    @Test func `words have crossings without a place`() throws {
        let line = Study.Line(
            others: [],
            points: [
                point("none", around(100), around(110, other)),
                point("key", around(130), around(100, other)),
            ])
        let crossing = try #require(Crossing.all(.goodput, line, along: nil).first)
        #expect(crossing.position == nil && crossing.interval == nil)
    }

    /// R. von Luxburg and V. Franz, *A geometric approach to confidence sets for ratios* (2009), say which
    /// sets Fieller's theorem gives; here the equation is solved by hand.
    @Test func `Fieller's interval solves its equation`() throws {
        let above = [2.0, 4, 3, 5, 6]
        let below = [10.0, 11, 9, 10, 12]
        let interval = try #require(Fieller.interval(above, below))
        for x in [interval.lowerBound, interval.upperBound] {
            // At its ends, the mean of above - x below is t standard errors from 0.
            let rest = zip(above, below).map { $0 - x * $1 }
            let estimate = Estimate(rest)
            #expect(abs(estimate.mean.magnitude - (estimate.halfWidth ?? 0)) < 1e-9)
        }
        #expect(interval.contains(4.0 / 10.4))
        #expect(Fieller.interval(above, [-1, 1, -1, 1, 0]) == nil)
    }

    @Test func `a winner is named only where it is told apart`() throws {
        let clear = try #require(
            point("", around(100), around(110, other)).comparison.ranking(.goodput))
        #expect(clear.leaders.map(\.strategy) == [.lock])
        #expect(clear.followers.map(\.strategy) == [.naive])
        // Sure, but by less than 1%; and not sure.
        for lock in [[1005.0, 1005, 1005, 1005, 1004.9], [900.0, 1200, 1100, 950, 1040]] {
            let tie = try #require(
                point("", around(1000), lock).comparison.ranking(.goodput))
            #expect(Set(tie.leaders.map(\.strategy)) == [.naive, .lock])
        }
        #expect(clear.order[0].estimate(.goodput).mean == 110)
        #expect(point("", [1], [2]).comparison.ranking(.utilisation) == nil)
    }
}
