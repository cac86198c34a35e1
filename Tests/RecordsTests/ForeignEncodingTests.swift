import Testing

@testable import Records

/// Messages that other serialisers may write for the same record: a block keeps its own encoding.
@Suite struct ForeignEncodingTests {
    private let source = TopicPartition("orders", 3)

    private func decoded(_ message: [UInt8], partition: Int32 = 3) throws -> RecordBlock {
        var block = RecordBlock(source: TopicPartition("orders", partition))
        try message.withUnsafeBytes { try block.append(encoded: $0, arrivalNs: 7) }
        return block
    }

    private let canonical: [UInt8] = [
        0x08, 3, 0x10, 4, 0x18, 5, 0x20, 1, 0x2a, 1, 0x6b, 0x32, 0, 0x3a, 3, 0x0a, 1, 0x68,
        0x3a, 5, 0x0a, 1, 0x68, 0x12, 0, 0x40, 9,
    ]

    @Test func `a message in the block's own encoding is kept as it is`() throws {
        let block = try decoded(canonical)
        #expect(block.withUnsafeBytes(Array.init) == canonical)
        #expect(
            block.record(at: 0)
                == Record(
                    source: source, offset: 2, timestamp: .create(5), key: [0x6b], value: [],
                    headers: [Header("h", nil), Header("h", "")], leaderEpoch: 9))
        #expect(block.entries[0].payloadBytes == 3)
    }

    @Test(
        arguments: [
            // Fields in another order.
            [
                0x40, 9, 0x32, 0, 0x2a, 1, 0x6b, 0x3a, 3, 0x0a, 1, 0x68, 0x3a, 5, 0x12, 0, 0x0a, 1,
                0x68, 0x20, 1, 0x18, 5, 0x10, 4, 0x08, 3,
            ],
            // A varint that is longer than it need be.
            [
                0x08, 0x83, 0, 0x10, 4, 0x18, 5, 0x20, 1, 0x2a, 1, 0x6b, 0x32, 0, 0x3a, 3, 0x0a, 1,
                0x68, 0x3a, 5, 0x0a, 1, 0x68, 0x12, 0, 0x40, 9,
            ],
            // A field that this version does not know, of each wire type.
            [
                0x08, 3, 0x10, 4, 0x18, 5, 0x20, 1, 0x2a, 1, 0x6b, 0x32, 0, 0x3a, 3, 0x0a, 1, 0x68,
                0x3a, 5, 0x0a, 1, 0x68, 0x12, 0, 0x40, 9, 0x78, 1, 0x7a, 1, 1, 0x79, 1, 2, 3, 4, 5,
                6, 7, 8, 0x7d, 1, 2, 3, 4,
            ],
            // A field twice: the last counts.
            [
                0x08, 3, 0x10, 6, 0x10, 4, 0x18, 5, 0x20, 1, 0x2a, 1, 0x6b, 0x32, 0, 0x3a, 3, 0x0a,
                1,
                0x68, 0x3a, 5, 0x0a, 1, 0x68, 0x12, 0, 0x40, 9,
            ],
            // Milliseconds again behind their type.
            [
                0x08, 3, 0x10, 4, 0x20, 1, 0x18, 5, 0x2a, 1, 0x6b, 0x32, 0, 0x3a, 3, 0x0a, 1, 0x68,
                0x3a, 5, 0x0a, 1, 0x68, 0x12, 0, 0x40, 9,
            ],
        ] as [[UInt8]])
    func `another encoding of the same record becomes the block's own`(message: [UInt8]) throws {
        let block = try decoded(message)
        #expect(block.withUnsafeBytes(Array.init) == canonical)
        #expect(block.record(at: 0) == (try decoded(canonical)).record(at: 0))
    }

    @Test(
        arguments: [
            // Defaults that proto3 leaves out.
            ([0x08, 0, 0x10, 0, 0x2a, 1, 0x6b], [0x2a, 1, 0x6b]),
            // A time without a type, and a type without a time.
            ([0x18, 5, 0x2a, 1, 0x6b], [0x2a, 1, 0x6b]),
            ([0x20, 1, 0x2a, 1, 0x6b], [0x18, 0, 0x20, 1, 0x2a, 1, 0x6b]),
            // An empty name that is written out.
            ([0x3a, 4, 0x0a, 0, 0x12, 0], [0x3a, 2, 0x12, 0]),
        ] as [([UInt8], [UInt8])])
    func `defaults are left out`(message: [UInt8], expected: [UInt8]) throws {
        #expect(try decoded(message, partition: 0).withUnsafeBytes(Array.init) == expected)
    }
}
