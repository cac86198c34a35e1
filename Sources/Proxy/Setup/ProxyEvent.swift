import KafkaClient
import Logging
import Records

/// What a line of the log is about: its `event`.
public enum ProxyEvent: String, Sendable {
    /// A partition was given to this instance, or is read anew.
    case assigned
    /// A partition was given back to the group.
    case revoked
    /// A partition is another member's already.
    case lost
    /// A window was sent (told only at the level of traces).
    case emitted
    case committed
    /// A transaction was aborted and is done again.
    case aborted
    /// Retention removed a recording, or could not.
    case removed
    /// The files cannot be written on, and the run goes on without.
    case unrecorded
    /// What an earlier run left behind.
    case resumed
    /// The client library's own log.
    case client
    /// Anything else that a person may want to know.
    case notice
}

extension Logger.Metadata {
    /// - Parameters:
    ///   - source: of the input, unless the event is about another topic.
    ///   - offset: where it happened.
    static func event(
        _ event: ProxyEvent, _ source: TopicPartition? = nil, offset: Offset? = nil
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["event": .string(event.rawValue)]
        if let source {
            metadata["topic"] = .string(source.topic)
            if source.partition >= 0 { metadata["partition"] = .integer(Int64(source.partition)) }
        }
        if let offset { metadata["offset"] = .integer(offset) }
        return metadata
    }

    func with(_ more: Logger.Metadata) -> Logger.Metadata { merging(more) { $1 } }
}
