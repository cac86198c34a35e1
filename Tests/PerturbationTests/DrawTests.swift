import Configuration
import Foundation
import Records
import Testing

@testable import Perturbation

@Suite struct DrawTests {
    private let stream = DrawStream(
        seed: "draws", purpose: "tests", source: TopicPartition("t", 0))

    @Test(arguments: [2, 3, 7, 10, 46, 64] as [UInt32])
    func `bounded draws are even`(bound: UInt32) {
        var counts = [Int](repeating: 0, count: Int(bound))
        for position in 0..<(Int64(bound) * 100) {
            var draws = stream.draws(at: position)
            for _ in 0..<3 { counts[Int(draws.below(bound))] += 1 }
        }
        let fit = ChiSquare(counts: counts)
        #expect(fit.isPlausible, "\(fit)")
    }

    // Without rejection the lower third would be hit twice as often as the rest.
    @Test func `bounded draws are even where words do not divide among them`() {
        var thirds = [0, 0, 0]
        var draws = stream.draws(at: 0)
        for _ in 0..<30_000 { thirds[Int(draws.below(3 << 30) >> 30)] += 1 }
        #expect(ChiSquare(counts: thirds).isPlausible, "\(ChiSquare(counts: thirds))")
        thirds = [0, 0, 0]
        for _ in 0..<30_000 { thirds[Int(draws.below64(3 << 62) >> 62)] += 1 }
        #expect(ChiSquare(counts: thirds).isPlausible, "\(ChiSquare(counts: thirds))")
    }

    @Test func `hits in a loop are the first draws of their positions`() throws {
        let probabilities = try [(1, 50), (1, 2), (3_000_000_000, 4_294_967_291), (0, 1), (1, 1)]
            .map { try Ratio.of($0.0, $0.1) }
        for probability in probabilities {
            var hits = Hits(stream, probability)
            for position in [0, 1, 2, 3, 4, 9, 8, -1, -2, .min, .max] + Array(100..<2000) as [Int64]
            {
                var draws = stream.draws(at: position)
                #expect(hits.hit(at: position) == draws.hits(probability))
            }
        }
    }

    @Test func `words of neighbours, copies and later draws are all different`() {
        var seen: Set<UInt32> = []
        for position in -8..<8 as Range<Int64> {
            for copy in 0..<4 as Range<Int32> {
                var draws = stream.draws(at: position, copy: copy)
                for _ in 0..<40 { seen.insert(draws.next()) }
            }
        }
        // 2560 of 2^32: a pair that is equal by chance is not expected.
        #expect(seen.count == 16 * 4 * 40)
    }

    @Test func `log and exp are close to the true ones everywhere`() {
        var random = TestRandom("functions")
        for _ in 0..<20_000 {
            let x = Double(bitPattern: random.word64() & 0x7FFF_FFFF_FFFF_FFFF)
            if x.isNormal {
                let expected = Foundation.log(x)
                #expect(abs(Variates.log(x) - expected) <= 2 * max(expected.ulp, 0x1p-55))
            }
            let y = Double(random.below(1_400_000) - 700_000) / 1000
            let expected = Foundation.exp(y)
            #expect(abs(Variates.exp(y) - expected) <= 4 * expected.ulp)
        }
    }

    @Test func `variates have the mean and variance that they should`() {
        var sums = (exponential: 0.0, normal: 0.0, squares: 0.0)
        let count = 20_000.0
        for position in 0..<Int64(count) {
            var draws = stream.draws(at: position)
            sums.exponential += Variates.exponential(&draws)
            let normal = Variates.normal(&draws)
            sums.normal += normal
            sums.squares += normal * normal
        }
        // Four standard deviations of each.
        #expect(abs(sums.exponential / count - 1) < 4 / count.squareRoot())
        #expect(abs(sums.normal / count) < 4 / count.squareRoot())
        #expect(abs(sums.squares / count - 1) < 4 * (2 / count).squareRoot())
    }

    @Test(
        arguments: [
            (.uniform(lowUs: 1000, highUs: 5000), 3000, 1155),
            (.exponential(meanUs: 20_000), 20_000, 20_000),
            (.lognormal(meanUs: 20_000, c2: Ratio(1, 2) ?? .one), 20_000, 14_142),
            (.empirical(us: [10, 20, 60]), 30, 21.6),
        ] as [(DurationDistribution, Double, Double)])
    func `delays have the mean that they are given`(
        time: DurationDistribution, mean: Double, deviation: Double
    ) {
        let count = 10_000.0
        var sum = 0.0
        for position in 0..<Int64(count) {
            var draws = stream.draws(at: position)
            sum += Double(time.microseconds(&draws))
        }
        #expect(abs(sum / count - mean) < 4 * deviation / count.squareRoot())
    }

    @Test func `no delay is below zero or above 1,000 days`() {
        let longest = DurationDistribution.longest
        let times: [DurationDistribution] = [
            .constant(us: .max), .exponential(meanUs: .max), .uniform(lowUs: 0, highUs: .max),
            .lognormal(meanUs: .max, c2: Ratio(4_000_000_000, 1) ?? .one),
            .lognormal(meanUs: 1, c2: Ratio(4_000_000_000, 1) ?? .one), .exponential(meanUs: 0),
            .empirical(us: [.max]), .lognormal(meanUs: 0, c2: .one),
        ]
        for time in times {
            for position in 0..<200 as Range<Int64> {
                var draws = stream.draws(at: position)
                #expect((0...longest).contains(time.microseconds(&draws)))
            }
        }
    }

    @Test func `a longest increasing subsequence is found alike in small windows and large`() {
        // By tables, from the definition.
        func members(_ slots: [Int32]) -> [Int32] {
            var longest = [Int](repeating: 1, count: slots.count)
            for i in slots.indices.reversed() {
                let behind = slots.indices[(i + 1)...].filter { slots[$0] > slots[i] }
                longest[i] += behind.map { longest[$0] }.max() ?? 0
            }
            var chosen: [Int32] = []
            var start = 0
            for length in stride(from: longest.max() ?? 0, to: 0, by: -1) {
                let fitting = slots.indices[start...].filter {
                    longest[$0] == length && slots[$0] > chosen.last ?? -1
                }
                guard let next = fitting.min(by: { slots[$0] < slots[$1] }) else { return [] }
                chosen.append(slots[next])
                start = next + 1
            }
            return chosen
        }
        var random = TestRandom("subsequences")
        for number in 0..<400 {
            let room = number < 200 ? random.within(2...64) : random.within(65...140)
            var slots = (0..<Int32(room)).filter { _ in random.chance(9, in: 10) }
            random.shuffle(&slots)
            var isMember = [Int32](repeating: 0, count: room)
            var memory = [Int32](repeating: 77, count: 4 * room)
            isMember.withUnsafeMutableBufferPointer { isMember in
                slots.withUnsafeMutableBufferPointer { slots in
                    memory.withUnsafeMutableBufferPointer { memory in
                        var scratch = Scratch(memory)
                        SmallestLongestIncreasing.mark(isMember, of: slots, &scratch)
                    }
                }
            }
            let found = isMember.indices.filter { isMember[$0] == 1 }.map { Int32($0) }
            #expect(found == members(slots))
        }
    }
}
