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

extension TopicPartition {
    /// Whether Kafka takes this for the name of a topic (`org.apache.kafka.common.internals.Topic`, 4.0): 1 to 249 of
    /// A-Z a-z 0-9 . _ -, and not . or .. alone.
    public static func isTopicName(_ text: String) -> Bool {
        let isLegal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-".utf8.contains(byte)
            }
        }
        return isLegal && (1...249).contains(text.utf8.count) && text != "." && text != ".."
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
