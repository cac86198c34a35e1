import Recording
import Records

/// A record and when it arrived.
struct Arrived: Hashable, CustomStringConvertible {
    var record: Record
    var arrivalNs: UInt64

    var description: String { "\(record.source)@\(record.offset) at \(arrivalNs)" }
}

/// Records that are hard to keep: every null and empty thing, repeated headers, all timestamp types,
/// odd topics, gaps in offsets.
enum Awkward {
    static let topics = [
        "orders", "events/eu.west", "..", "a b\tc", "Bestellungen-für-Århus", "日本語", "\u{1F4E6}",
        "\"'",
        "orders%2F1", "con",
    ]

    static func bytes(_ random: inout TestRandom) -> [UInt8]? {
        switch random.below(6) {
        case 0: nil
        case 1: []
        case 2: Array("null".utf8)
        case 3: random.bytes(random.below(12))
        case 4: Array("text, \"quoted\"\r\nand ünïcödé \u{2028}".utf8)
        default: Array("value-\(random.below(1000))".utf8)
        }
    }

    static func headers(_ random: inout TestRandom) -> [Header] {
        (0..<random.below(4)).map { _ in
            let name = random.pick([Array("h".utf8), [], Array("trace".utf8), [0xFF, 0x00]])
            return Header(name: name, value: bytes(&random))
        }
    }

    static func timestamp(_ random: inout TestRandom) -> Timestamp {
        let milliseconds = random.pick([0, 1, -5, 1_700_000_000_123, Int64.max, Int64.min])
        return random.pick([
            .none, .create(milliseconds), Timestamp(.logAppend, milliseconds: milliseconds),
        ])
    }

    /// - Parameter goingBack: how many in a thousand records have an offset that does not rise.
    static func records(
        _ count: Int, topics: [String] = Self.topics, partitions: Int = 3, goingBack: UInt32 = 0,
        random: inout TestRandom
    ) -> [Arrived] {
        var next: [TopicPartition: Offset] = [:]
        var arrivalNs: UInt64 = 1_700_000_000_000_000_000
        return (0..<count).map { _ in
            let source = TopicPartition(random.pick(topics), Int32(random.below(partitions)))
            var offset = next[source] ?? Offset(random.below(1000))
            if random.chance(1, in: 5) { offset += Offset(random.below(50)) }
            if random.chance(goingBack, in: 1000) { offset = Offset(random.below(20)) }
            next[source] = offset + 1
            arrivalNs += UInt64(1 + random.below(1_000_000))
            let record = Record(
                source: source, offset: offset, timestamp: timestamp(&random),
                key: bytes(&random), value: bytes(&random), headers: headers(&random),
                leaderEpoch: random.chance(1, in: 2) ? Int32(random.below(9)) : nil)
            return Arrived(record: record, arrivalNs: arrivalNs)
        }
    }
}

/// Writing and reading whole recordings by value.
enum Recorded {
    static let identity = RecordingIdentity(
        id: "test", tool: "tests 1", cluster: "c1", subscriptions: ["orders", "events"])

    /// Writes records in blocks of one.
    static func write(
        _ records: some Sequence<Arrived>, to path: String, chunkBytes: Int = 2000,
        rotateBytes: Int? = nil, closing: Bool = true
    ) throws {
        var options = RecordingWriter.Options()
        options.chunkBytes = chunkBytes
        options.rotateBytes = rotateBytes
        let writer = try RecordingWriter(creating: path, identity: identity, options: options)
        try append(records, to: writer)
        if closing { try writer.close() } else { _ = try writer.closeChunk() }
    }

    static func append(_ records: some Sequence<Arrived>, to writer: RecordingWriter) throws {
        var bytes = 0
        for arrived in records {
            var block = RecordBlock(source: arrived.record.source)
            try block.append(arrived.record, arrivalNs: arrived.arrivalNs)
            try writer.append(block)
            bytes += block.byteCount
            if writer.options.rotateBytes != nil, bytes >= writer.options.chunkBytes {
                _ = try writer.closeChunk()
                bytes = 0
            }
        }
    }

    static func read(
        _ path: String, _ selection: RecordSelection = RecordSelection()
    ) throws -> [Arrived] {
        let (records, error) = try readable(path, selection)
        if let error { throw error }
        return records
    }

    /// What can be read, and what then stopped it.
    static func readable(
        _ path: String, _ selection: RecordSelection = RecordSelection()
    ) throws -> ([Arrived], RecordingError?) {
        let reader = try RecordingReader(path: path, selection: selection)
        var records: [Arrived] = []
        do {
            while try reader.next() {
                records.append(
                    Arrived(record: try reader.record(), arrivalNs: reader.arrivalNs))
            }
            return (records, nil)
        } catch let error as RecordingError {
            return (records, error)
        }
    }
}
