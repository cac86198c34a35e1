import Testing

@testable import Simulation

@Suite struct MessageSetTests {
    @Test func `numbers in any order are in it once`() {
        var set = MessageSet()
        var model = Set<Int64>()
        let stream = RandomStream(seed: "1", name: "set")
        for draw in 0..<20_000 as Range<Int64> {
            let bits = stream.bits(draw, 0)
            // Two sources, and what a handler publishes.
            let number = Int64(bits % 3) << 40 | Int64(bits >> 8 & 0x1FFF)
            let published = number >> 40 == 2 ? number | 1 << 62 : number
            let isNew = set.insert(published)
            #expect(isNew == model.insert(published).inserted)
        }
        #expect(model.count > 10_000)
    }

    @Test func `it grows with what is missing and not with what was there`() {
        var set = MessageSet()
        for number in 0..<200_000 as Range<Int64> {
            // Each one a little out of its turn.
            let isNew = set.insert(number ^ 7)
            #expect(isNew)
        }
        #expect(set.size < 200)
        let again = [3, 199_999, 200_000].map { set.insert($0) }
        #expect(again == [false, false, true])
    }
}
