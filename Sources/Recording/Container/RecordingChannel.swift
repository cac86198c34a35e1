import MCAP
import Records

/// A channel of a recording: one partition of one topic.
enum RecordingChannel {
    static func metadata(of source: TopicPartition) -> StringMap {
        ["partition": String(source.partition)]
    }

    /// nil for a channel that holds no records of ours.
    static func source(of channel: Channel) -> TopicPartition? {
        guard channel.messageEncoding == "protobuf",
            let text = channel.metadata["partition"], let partition = Int32(text), partition >= 0
        else { return nil }
        return TopicPartition(channel.topic, partition)
    }
}
