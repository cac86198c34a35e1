import Records
import Testing

@testable import Checking

/// `consistentOffsets`: what several readers of one topic saw at one place.
@Suite struct OffsetTests {
    private func judgement(_ seen: [(Offset, String?, String?)]) throws -> Judgement {
        var records = ObservedRecords()
        for (offset, key, value) in seen {
            records.append(
                key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
                from: TopicPartition("out", 1), offset: offset)
        }
        let evidence = Evidence(
            feed: Feed(ObservedRecords()), observations: [Observation("out", .topic, records)])
        return try #require(
            try Examiner(try plan("invariants:\n  - consistentOffsets: {stream: out}", nil))
                .judgements(of: evidence).first)
    }

    @Test func `records of several partitions are no one's course of reading`() throws {
        var records = ObservedRecords()
        for partition in 0..<2 {
            records.append(
                key: nil, value: Array("{\"id\":1}".utf8),
                from: TopicPartition("out", Int32(partition)), offset: 0)
        }
        let evidence = Evidence(
            feed: Feed(records), observations: [Observation("out", .topic, records)])
        let judgement = try #require(
            try Examiner(
                try plan("invariants:\n  - contiguousReads: {stream: out, id: .id}", nil)
            ).judgements(of: evidence).first)
        #expect(judgement.reason?.contains("several partitions") == true)
    }

    @Test func `the same thing read twice is one thing, and other offsets are others`() throws {
        let judgement = try judgement([(4, "a", "x"), (5, "a", "y"), (4, "a", "x"), (6, nil, nil)])
        #expect(judgement.holds && judgement.judged == 3)
    }

    @Test(arguments: [
        ("a" as String?, "y" as String?), ("b", "x"), (nil, "x"), ("a", nil), ("a", ""),
    ])
    func `another key or value at an offset is inconsistent, once`(key: String?, value: String?)
        throws
    {
        let judgement = try judgement([(4, "a", "x"), (4, key, value), (4, key, value)])
        #expect(judgement.broken == 1)
        #expect(judgement.signature?.anomaly == "inconsistent-offsets")
        #expect(judgement.breaches.first?.words == "out/1@4 holds one thing and another")
    }
}
