import Perturbation
import Records
import Testing

@testable import Samples

@Suite struct OrderStreamTests {
    private func records(_ count: Int, _ change: (inout OrderStream.Options) -> Void = { _ in })
        -> [Arrived]
    {
        var options = OrderStream.Options()
        change(&options)
        var stream = OrderStream(options)
        return (0..<count).map { _ in
            let (record, arrivalNs) = stream.next()
            return Arrived(record: record, arrivalNs: arrivalNs)
        }
    }

    @Test func `the seed alone decides`() {
        #expect(records(500) == records(500))
        #expect(records(500) == Array(records(800).prefix(500)))
        #expect(records(500) != records(500) { $0.seed = "other" })
    }

    @Test func `each order runs through its life and no other way`() throws {
        let all = records(20_000) { $0.openOrders = 40 }
        let followers: [String: Set<String>] = [
            "": ["created"], "created": ["paid", "cancelled"], "paid": ["picked", "cancelled"],
            "picked": ["shipped"], "shipped": ["tombstone"], "cancelled": ["tombstone"],
            "tombstone": [],
        ]
        var events: [[UInt8]: String] = [:]
        var seen: Set<String> = []
        for arrived in all {
            guard let key = arrived.record.key else { continue }
            let event = try arrived.record.value.map { value in
                let json = try value.withUnsafeBytes { try JSONValue(parsing: $0) }
                #expect(json["order"]?.string.map { Array($0.utf8) } == key)
                return try #require(json["event"]?.string)
            }
            let before = events[key] ?? ""
            #expect(followers[before]?.contains(event ?? "tombstone") == true)
            events[key] = event ?? "tombstone"
            seen.insert(event ?? "tombstone")
        }
        #expect(seen == Set(followers.keys).subtracting([""]))
    }

    @Test func `everything that Kafka keeps apart is in it`() {
        let all = records(3000)
        let headers = all.flatMap(\.record.headers)
        #expect(headers.contains { $0.value == nil })
        #expect(headers.contains { $0.value == [] })
        #expect(all.contains { $0.record.headers.count { $0.name == Array("tag".utf8) } == 2 })
        #expect(all.contains { $0.record.value == nil })
        #expect(all.contains { $0.record.key == nil })
        let times = all.map(\.record.timestamp.milliseconds)
        #expect(zip(times, times.dropFirst()).contains { $1 < $0 })
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.arrivalNs < $1.arrivalNs })
    }

    @Test func `a key stays in its partition, and offsets count up`() {
        let all = records(3000) { $0.partitions = 7 }
        var partitions: [[UInt8]: Int32] = [:]
        var offsets: [Int32: Offset] = [:]
        for record in all.map(\.record) {
            let partition = record.source.partition
            if let key = record.key {
                #expect(partitions[key] ?? partition == partition)
                partitions[key] = partition
            }
            #expect(record.offset == offsets[partition] ?? 0)
            offsets[partition] = record.offset + 1
        }
        #expect(offsets.count == 7)
    }

    @Test func `filled values have their size and stay JSON`() throws {
        let all = records(300) { $0.valueBytes = 1500 }
        for value in all.compactMap(\.record.value) {
            #expect(value.count == 1500)
            _ = try value.withUnsafeBytes { try JSONValue(parsing: $0) }
        }
    }

    /// Kafka's own test vectors (UtilsTest.testMurmur2).
    @Test(arguments: [
        ("21", Int32(-973_932_308)), ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536), ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func `murmur2 has Kafka's vectors`(text: String, hash: Int32) {
        #expect(Int32(bitPattern: Partitioner.murmur2(Array(text.utf8))) == hash)
    }

    @Test func `crc32 has its check value`() {
        #expect(Partitioner.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    }
}
