import Records

/// A generator of tests, by SplitMix64.
struct TestRandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

enum SampleRecords {
    /// Records of all shapes that the client library can send: null and empty keys, values and header
    /// values, headers that repeat, bytes that are no text.
    static func varied(_ count: Int, partitions: Int, seed: UInt64) -> [Record] {
        var random = TestRandom(seed)
        return (0..<count).map { index in
            let partition = Int32(random.below(partitions))
            return Record(
                source: TopicPartition("", partition), offset: 0,
                timestamp: .create(1_700_000_000_000 + Int64(index) * 7),
                key: optional(&random, upTo: 12), value: optional(&random, upTo: 90),
                headers: (0..<random.below(4)).map { _ in
                    Header(
                        name: Array("h\(random.below(2))".utf8), value: optional(&random, upTo: 9))
                })
        }
    }

    private static func optional(_ random: inout TestRandom, upTo longest: Int) -> [UInt8]? {
        switch random.below(8) {
        case 0: nil
        case 1: []
        default: random.bytes(1 + random.below(longest))
        }
    }

    /// Plain records whose value says which one it is, in turn over the partitions.
    static func numbered(
        _ range: Range<Int>, partitions: Int, valueBytes: Int = 20
    ) -> [Record] {
        range.map { index in
            var value = Array("\(index):".utf8)
            if value.count < valueBytes {
                value += [UInt8](repeating: 0x2E, count: valueBytes - value.count)
            }
            return Record(
                source: TopicPartition("", Int32(index % partitions)), offset: 0,
                timestamp: .create(1_700_000_000_000 + Int64(index)),
                key: Array("k\(index % 13)".utf8), value: value,
                headers: [Header("n", "\(index)")])
        }
    }
}

/// What of a record a topic keeps when it is sent: all but its offset and its name.
struct Sent: Hashable, CustomStringConvertible {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]
    var timestamp: Timestamp

    init(_ record: Record) {
        key = record.key
        value = record.value
        headers = record.headers
        timestamp = record.timestamp
    }

    var description: String {
        let text = value.map { String(decoding: $0.prefix(24), as: UTF8.self) } ?? "null"
        return "\(timestamp.milliseconds) \(text)"
    }
}
