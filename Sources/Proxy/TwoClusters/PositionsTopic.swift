import KafkaClient
import Perturbation
import Records

/// A group's positions as records of a compacted topic: one key for each input partition, and the last
/// record of a key counts.
///
/// The key is `{"group":…,"topic":…,"partition":…}`, the value `{"offset":…,"metadata":…}`; members stand
/// in that order, so that equal keys are equal bytes. The position of input partition p is in partition p:
/// only the owner of p writes there while it owns p, so nobody else's open transaction hides it.
public enum PositionsTopic {
    /// The topic of a group unless another is named; its name says shadow.
    public static func name(ofGroup group: String) -> String { "\(group).shadow.positions" }

    /// What the topic is made with: its readers read it from the start, so it is compacted often.
    static let settings = [
        "cleanup.policy": "compact", "segment.ms": "60000", "segment.bytes": "1048576",
        "min.cleanable.dirty.ratio": "0.1", "retention.ms": "-1",
    ]

    static func key(_ source: TopicPartition, group: String) -> [UInt8] {
        Array(
            JSONValue.object([
                .init("group", .string(group)), .init("topic", .string(source.topic)),
                .init("partition", .number(String(source.partition))),
            ]).text.utf8)
    }

    static func value(_ position: CommittedPosition) -> [UInt8] {
        Array(
            JSONValue.object([
                .init("offset", .number(String(position.offset))),
                .init("metadata", .string(position.metadata)),
            ]).text.utf8)
    }

    /// Whether a record is a position of some group, or takes one away: of another record the topic is one
    /// that somebody keeps something else in.
    static func isPosition(_ record: Record) -> Bool {
        guard let key = record.key,
            let name = try? key.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            name["group"]?.string != nil, name["topic"]?.string != nil,
            name["partition"]?.integer != nil
        else { return false }
        guard let value = record.value else { return true }
        let content = try? value.withUnsafeBytes { try JSONValue(parsing: $0) }
        return content?["offset"]?.integer != nil && content?["metadata"]?.string != nil
    }

    /// The position that a record holds; nil for one of another group, and for none at all.
    static func position(_ record: Record, group: String) -> CommittedPosition? {
        guard let key = record.key, let value = record.value,
            let name = try? key.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            name["group"]?.string == group, let topic = name["topic"]?.string,
            let partition = name["partition"]?.integer.flatMap({ Int32(exactly: $0) }),
            let content = try? value.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            let offset = content["offset"]?.integer, let metadata = content["metadata"]?.string
        else { return nil }
        return CommittedPosition(
            TopicPartition(topic, partition), offset: offset, metadata: metadata)
    }
}
