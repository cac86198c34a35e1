import Configuration
import Perturbation
import Records
import Testing

@testable import Proxy

@Suite struct RateTests {
    private func rate(_ text: String) throws -> MaxRate {
        try ValueParser<MaxRate>.maxRate.parse(text).get()
    }

    /// Sends whenever it may, on a clock of its own that stands at `first`.
    private func times(_ rates: [String], bytes: Int, count: Int, first: UInt64 = 1 << 40) throws
        -> [Double]
    {
        var limit = try #require(RateLimit(rates.map(rate)))
        var now = first
        return (0..<count).map { _ in
            now = max(now, limit.dueNs)
            limit.take(bytes: bytes, at: now)
            return Double(now - first) * 1e-9
        }
    }

    @Test(arguments: ["500/s", "10/ms", "7/m", "3/10s"])
    func `records keep to the rate over any time, and none is made up for`(text: String) throws {
        let times = try times([text], bytes: 1, count: 2000)
        guard case .records(let rate) = try rate(text) else { throw TestFailure(text) }
        let perSecond = Double(rate.events) / Double(rate.seconds)
        for first in stride(from: 0, to: 1900, by: 37) {
            for last in [first + 1, first + 90, 1999] {
                let count = Double(last - first + 1)
                #expect(count <= 1.001 + (times[last] - times[first] + 0.02) * perSecond)
            }
        }
        // And no slower than it may.
        #expect(times[1999] <= 1999 / perSecond + 0.001)
    }

    @Test func `bytes keep to the rate, also where one record is larger than all of it`() throws {
        let small = try times(["1MB/s"], bytes: 1000, count: 3000)
        #expect(abs(small[2999] - 2.98) < 0.03)
        let large = try times(["1MB/s"], bytes: 5_000_000, count: 4)
        #expect(abs(large[3] - 15) < 0.05)
    }

    @Test func `of several limits each is kept`() throws {
        let times = try times(["1000/s", "100/s", "1GiB/s"], bytes: 10, count: 300)
        #expect(abs(times[299] - 2.97) < 0.05)
        #expect(RateLimit([]) == nil)
    }

    @Test(arguments: [
        ("500/s", true), ("1MiB/s", true), ("0.5/s", true), ("64KiB/m", true), ("0/s", false),
        ("500", false), ("1XB/s", false), ("MiB/s", false), ("-1/s", false), ("1MiB", false),
    ])
    func `rates are spelled as records or bytes a time`(text: String, isRate: Bool) {
        #expect(((try? rate(text)) != nil) == isRate)
    }

    @Test func `a slow output loses nothing and every partition gets on`() throws {
        let scene = try Scene(Cluster(.embedded), partitions: 3)
        try scene.cluster.produce(
            SampleRecords.numbered(0..<240, partitions: 3), to: scene.input)
        let plan = Plan.windows(5...9)
        var configuration = scene.recorded(plan)
        configuration.maxRates = [try rate("150/s")]
        var unfair = 0
        var next = ContinuousClock.now
        let counts = try scene.run(configuration) { _ in
            if ContinuousClock.now < next { return false }
            next = ContinuousClock.now + .milliseconds(300)
            let sent = (try? scene.sent())?.values.map(\.count) ?? []
            if let most = sent.max(), let least = sent.min(), most - least > 60 { unfair += 1 }
            return false
        }
        #expect(counts.passed == 240 && unfair == 0)
        // 240 deliveries or a few less at 150/s: at least so long, however fast the machine is.
        #expect(counts.activeNs > 1_300_000_000)
        try scene.expectOutput(of: plan)
        try scene.verify()
    }
}
