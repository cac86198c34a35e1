import Testing

@testable import Recording

@Suite struct GapsTests {
    @Test(arguments: [1, 1024, 1025, 5000, 100_000])
    func `of many gaps each part has as many as it was seen, the longest too`(count: Int) {
        let gaps = (0..<count).map { Int64($0) }
        let kept = RecordedGaps.quantiles(of: gaps)
        #expect(kept.count == min(count, 1024))
        #expect(kept == kept.sorted())
        let mean = kept.reduce(0, +) / Int64(kept.count)
        #expect(abs(mean - Int64(count - 1) / 2) <= 1)
    }

    @Test func `one long gap among very many is not drawn as if it were one of a thousand`() {
        let gaps = [Int64](repeating: 10, count: 9_999) + [1_000_000]
        #expect(RecordedGaps.quantiles(of: gaps).allSatisfy { $0 == 10 })
    }
}
