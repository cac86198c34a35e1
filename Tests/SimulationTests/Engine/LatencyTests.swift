import Configuration
import Testing

@testable import Simulation

@Suite struct LatencyTests {
    @Test func `a draw depends on its key alone`() {
        let stream = RandomStream(seed: "s", name: "step")
        let latency = Latency(.exponential(meanUs: 1000))
        let alone = latency.draw(stream, 77, 3)
        for entity in 0..<50 { _ = latency.draw(stream, Int64(entity), 0) }
        #expect(latency.draw(stream, 77, 3) == alone)
        #expect(latency.draw(stream, 77, 4) != alone)
        #expect(latency.draw(RandomStream(seed: "t", name: "step"), 77, 3) != alone)
        #expect(latency.draw(RandomStream(seed: "s", name: "other"), 77, 3) != alone)
    }

    /// Vectors of this definition; a change of them is a change of every run.
    @Test func `draws are these numbers for ever`() {
        let stream = RandomStream(seed: "s1", name: "server/think")
        #expect(stream.bits(0, 0) == Vectors.first)
        #expect(stream.bits(1 << 40, 5, 2) == Vectors.second)
        let drawn = (0..<4).map {
            Latency(.exponential(meanUs: 20_000)).draw(stream, $0, 0)
        }
        #expect(drawn == Vectors.exponential)
    }

    /// In order, out of order, far apart, and from several sources: blocks that are drawn, met again, and
    /// given up.
    @Test func `what is drawn ahead is what would have been drawn alone`() {
        let stream = RandomStream(seed: "ahead", name: "server/think")
        let mean = 20e6
        var ahead = DrawnAhead(mean: mean, stream)
        let inOrder = Array(Int64(0)..<300)
        let backwards = (Int64(300)..<500).reversed()
        let twoSources = (Int64(0)..<200).flatMap { [500 + $0, 1 << 40 | $0] }
        let scattered = (Int64(0)..<2000).map { ($0 &* 0x5851_F42D_4C95_7F2D) & (1 << 62 - 1) }
        for entity in inOrder + backwards + twoSources + scattered + inOrder {
            #expect(
                ahead.time(entity) == Latency.exponential(mean, stream.bits(entity, 0)),
                "entity \(entity)")
        }
    }

    @Test(arguments: [
        (DurationDistribution.exponential(meanUs: 1000), 1e6, 1.0),
        (.uniform(lowUs: 0, highUs: 2000), 1e6, 1.0 / 3),
        (.lognormal(meanUs: 1000, c2: Ratio(1, 2) ?? .zero), 1e6, 0.5),
        (.constant(us: 1000), 1e6, 0), (.empirical(us: [500, 500, 2000]), 1e6, 0.5),
    ])
    func `mean and variation are those of the distribution`(
        distribution: DurationDistribution, mean: Double, variation: Double
    ) {
        let stream = RandomStream(seed: "moments", name: "\(distribution)")
        let latency = Latency(distribution)
        let count = 40_000
        let values = (0..<count).map { Double(latency.draw(stream, Int64($0), 0)) }
        let found = values.reduce(0, +) / Double(count)
        let square = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
        // Five standard errors.
        let error = 5 * (variation / Double(count)).squareRoot() * mean
        #expect(abs(found - mean) <= error + 1)
        #expect(abs(square / mean / mean - variation) <= 0.1 * variation + 1e-12)
    }
}
