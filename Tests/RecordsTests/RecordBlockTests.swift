import Testing

@testable import Records

private let orders = TopicPartition("orders", 3)

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private let awkward: [Record] = [
    Record(source: orders, offset: 0),
    Record(source: orders, offset: 7, timestamp: .create(0), key: [], value: []),
    Record(source: orders, offset: -5, timestamp: .create(-1), key: nil, value: bytes("v")),
    Record(
        source: orders, offset: .max, timestamp: Timestamp(.logAppend, milliseconds: .max),
        key: bytes("k"), value: nil,
        headers: [
            Header("a", "1"), Header("a", nil), Header("a", ""), Header("", "x"), Header("", nil),
            Header(name: [0xff, 0], value: [0xfe]),
        ], leaderEpoch: 12),
    Record(
        source: orders, offset: 300, key: [UInt8](repeating: 7, count: 200),
        value: [UInt8](repeating: 9, count: 70_000), leaderEpoch: 0),
]

@Suite struct RecordBlockTests {
    @Test func `gives back every record, null and empty apart`() throws {
        var block = RecordBlock(source: orders)
        for record in awkward { try block.append(record) }
        #expect(block.entries.indices.map(block.record(at:)) == awkward)
    }

    @Test func `decodes its own messages to the same bytes`() throws {
        var block = RecordBlock(source: orders)
        for record in awkward { try block.append(record, arrivalNs: 5) }
        var copy = RecordBlock(source: orders)
        for entry in block.entries {
            try block.withUnsafeBytes {
                try copy.append(
                    encoded: UnsafeRawBufferPointer(
                        rebasing: $0[Int(entry.start)..<Int(entry.end)]), arrivalNs: entry.arrivalNs
                )
            }
        }
        #expect(copy.entries.indices.map(copy.record(at:)) == awkward)
        #expect(block.withUnsafeBytes(Array.init) == copy.withUnsafeBytes(Array.init))
    }

    @Test func `encodes as any proto3 serialiser does`() throws {
        var block = RecordBlock(source: TopicPartition("t", 0))
        try block.append(
            Record(
                source: TopicPartition("t", 0), offset: 1, timestamp: .create(5), key: bytes("k"),
                headers: [Header("h", nil)]))
        let expected: [UInt8] = [
            0x10, 2, 0x18, 5, 0x20, 1, 0x2a, 1, 0x6b, 0x3a, 3, 0x0a, 1, 0x68,
        ]
        #expect(block.withUnsafeBytes(Array.init) == expected)
    }

    @Test func `counts key, value, header names and header values as payload`() throws {
        var block = RecordBlock(source: orders)
        for record in awkward { try block.append(record) }
        #expect(block.entries.map(\.payloadBytes) == [0, 0, 1, 9, 70_200])
    }

    @Test func `names the byte at which a message ends being one`() throws {
        var block = RecordBlock(source: orders)
        try block.append(awkward[3])
        let message = block.withUnsafeBytes(Array.init)
        var refused = 0
        for cut in 0..<message.count {
            var target = RecordBlock(source: orders)
            message[..<cut].withUnsafeBytes { part in
                do { try target.append(encoded: part, arrivalNs: 0) } catch { refused += 1 }
            }
        }
        // A cut between two fields is a shorter message; every other is refused.
        #expect(refused > message.count - 14)
        var target = RecordBlock(source: orders)
        let long: [UInt8] = [0x08, 3, 0x2a, 9, 1]
        #expect(throws: RecordError.malformed("a field of 9 bytes where 1 are left", at: 4)) {
            try long.withUnsafeBytes { try target.append(encoded: $0, arrivalNs: 0) }
        }
        #expect(target.isEmpty)
    }

    @Test func `orders partitions by bytes, then by number`() {
        let sorted = [
            TopicPartition("b", 0), TopicPartition("a", 10), TopicPartition("a", 2),
            TopicPartition("Z", 1),
        ].sorted()
        #expect(sorted.map(\.description) == ["Z/1", "a/2", "a/10", "b/0"])
    }
}
