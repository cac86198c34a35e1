import Records

/// What a line said of a record, until it is all there.
struct RecordFields {
    var topic: String?
    var partition: Int32?
    var offset: Offset?
    var kind: Timestamp.Kind?
    var timestampMs: Int64?
    var arrivalNs: UInt64?
    var leaderEpoch: Int32?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header] = []
    private var seen: Set<String> = []

    mutating func note(_ name: String) throws(LineFault) {
        guard seen.insert(name).inserted else { throw LineFault("\"\(name)\" a second time") }
    }

    func require(_ name: String) throws(LineFault) {
        if !seen.contains(name) { throw LineFault("no \"\(name)\"") }
    }

    func record() throws(LineFault) -> ParsedRecord {
        guard let topic else { throw LineFault("no \"topic\"") }
        guard !topic.isEmpty else { throw LineFault("the topic \"\", which is no topic's name") }
        guard let partition else { throw LineFault("no \"partition\"") }
        guard let offset else { throw LineFault("no \"offset\"") }
        guard partition >= 0 else { throw LineFault("partition \(partition)") }
        guard Offset.ofRecords.contains(offset) else {
            throw LineFault("offset \(offset); records have 0 to \(Offset.max - 1)")
        }
        if let leaderEpoch, leaderEpoch < 0 { throw LineFault("leader epoch \(leaderEpoch)") }
        return ParsedRecord(
            record: Record(
                source: TopicPartition(topic, partition), offset: offset,
                timestamp: try timestamp(), key: key, value: value, headers: headers,
                leaderEpoch: leaderEpoch),
            arrivalNs: arrivalNs)
    }

    private func timestamp() throws(LineFault) -> Timestamp {
        switch (kind ?? .none, timestampMs) {
        case (.none, nil): return .none
        case (.none, _): throw LineFault("a timestamp without its type")
        case (_, nil): throw LineFault("a timestamp type without the timestamp")
        case (let kind, let milliseconds?): return Timestamp(kind, milliseconds: milliseconds)
        }
    }

    static func kind(of word: String) throws(LineFault) -> Timestamp.Kind {
        switch word {
        case "none": .none
        case "create": .create
        case "log_append": .logAppend
        default:
            throw LineFault("timestamp type \"\(word)\"; there are none, create and log_append")
        }
    }

    static func arrival(of text: String) throws(LineFault) -> UInt64 {
        guard let nanoseconds = UTCTime.nanoseconds(of: text) else {
            throw LineFault(
                "\"\(text)\" is no time from 1970 to 2554; write 2023-11-14T22:13:20.123456789Z")
        }
        return nanoseconds
    }
}
