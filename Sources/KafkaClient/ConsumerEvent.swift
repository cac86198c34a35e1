import Records

/// What a poll tells besides records, in its place among them.
public enum ConsumerEvent: Sendable {
    /// The group gave these partitions; they are not read yet. Before the handler returns it may say
    /// where each starts (``Consumer/start(_:at:)``). Empty in a cooperative rebalance that changes
    /// nothing for this member except the generation.
    case assigned([TopicPartition])
    /// The group takes these partitions back. They are still owned: finish and commit what belongs to
    /// them before the handler returns, for then they are given away.
    case revoked([TopicPartition])
    /// These partitions are another member's already (this one was silent for too long): abort and
    /// discard; what is committed now may be refused, or worse, not.
    case lost([TopicPartition])
    /// The partition is read to its end; `offset` is that of the next record to come. Told once each
    /// time that the end is reached.
    case endOfPartition(slot: Int, offset: Offset)
    /// The position asked for is not in the log (deleted by retention, or beyond its end). The
    /// partition stands still until it is sought or assigned anew.
    case offsetOutOfRange(slot: Int, KafkaError)
    /// `max.poll.interval.ms` passed without a poll: the group has given the partitions away, and
    /// ``lost(_:)`` comes behind this or has come in front of it.
    case maxPollExceeded(KafkaError)
    /// Anything else, with its topic-partition where there is one: authorization, a topic of the
    /// subscription that is not there, …. (A topic assigned by hand that is not there is told as
    /// ``ClientEvent/error(_:)``, with its name in the text.)
    case error(KafkaError)
}
