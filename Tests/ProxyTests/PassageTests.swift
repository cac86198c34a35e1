import Records
import Testing

@testable import Proxy

struct PassageTests {
    private let a = TopicPartition("in", 0)
    private let b = TopicPartition("in", 1)
    private let second: UInt64 = 1_000_000_000

    @Test func `an instance that is through waits for the others' positions`() {
        var passage = Passage()
        let ends: [TopicPartition: Offset] = [a: 10, b: 5]
        func look(_ found: [TopicPartition: Offset]?, _ seconds: UInt64) -> Passage.State {
            passage.look(
                at: found, ends: ends, nowNs: seconds * second, patienceNs: 60 * second)
        }
        #expect(look([:], 0) == .waiting)
        #expect(look([a: 10], 50) == .waiting)
        #expect(look([a: 10, b: 4], 100) == .waiting)
        // Whoever had it is dead: its session ends within the patience, and somebody takes it over.
        #expect(look([a: 10, b: 4], 159) == .waiting)
        #expect(look([a: 10, b: 5], 159) == .passed)
    }

    @Test func `a group that stands still is left in the end`() {
        var passage = Passage()
        let ends: [TopicPartition: Offset] = [a: 10]
        func look(_ found: [TopicPartition: Offset]?, _ seconds: UInt64) -> Passage.State {
            passage.look(
                at: found, ends: ends, nowNs: seconds * second, patienceNs: 60 * second)
        }
        #expect(look([a: 8], 100) == .waiting)
        #expect(look([a: 9], 150) == .waiting)
        #expect(look(nil, 209) == .waiting)
        #expect(look([a: 9], 210) == .standing)
    }

    @Test func `positions that cannot be read are waited for no longer than that`() {
        var passage = Passage()
        func look(_ seconds: UInt64) -> Passage.State {
            passage.look(
                at: nil, ends: [a: 10], nowNs: seconds * second, patienceNs: 60 * second)
        }
        #expect(look(100) == .waiting)
        #expect(look(159) == .waiting)
        #expect(look(160) == .standing)
    }
}
