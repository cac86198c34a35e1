/// The position of a record in its partition's log; a signed 64-bit integer, as Kafka has it.
public typealias Offset = Int64

extension Offset {
    /// The offsets that a record can have: the largest number is none, so that one behind any record's
    /// can always be named.
    public static let ofRecords: Range<Offset> = 0..<Offset.max
}

/// One partition of one topic, written `orders/3`.
public struct TopicPartition: Hashable, Sendable {
    public var topic: String
    public var partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

extension TopicPartition: Comparable {
    /// Topics by their UTF-8 bytes (never by locale), then partitions by number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        if left.topic == right.topic { return left.partition < right.partition }
        return left.topic.utf8.lexicographicallyPrecedes(right.topic.utf8)
    }
}

extension TopicPartition: CustomStringConvertible {
    public var description: String { "\(topic)/\(partition)" }
}
