/// A header of a record: any name (UTF-8 by custom, bytes in truth) and a value or null.
/// Names may repeat within a record and their order counts.
public struct Header: Hashable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]?

    public init(name: [UInt8], value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ value: String?) {
        self.init(name: Array(name.utf8), value: value.map { Array($0.utf8) })
    }
}

/// One record of a topic as it was read, everything kept apart that Kafka keeps apart: a null key is
/// not an empty one, and so for values and header values.
///
/// This is the form for single records. Hot paths hold many in a ``RecordBlock``.
public struct Record: Hashable, Sendable {
    public var source: TopicPartition
    public var offset: Offset
    public var timestamp: Timestamp
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [Header]
    /// The leader epoch of the batch that held the record, where the reader was told.
    public var leaderEpoch: Int32?

    public init(
        source: TopicPartition, offset: Offset, timestamp: Timestamp = .none,
        key: [UInt8]? = nil, value: [UInt8]? = nil, headers: [Header] = [],
        leaderEpoch: Int32? = nil
    ) {
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
        self.leaderEpoch = leaderEpoch
    }
}
