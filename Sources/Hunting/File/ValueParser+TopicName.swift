import Configuration
import Records

extension ValueParser where Value == String {
    /// What Kafka takes for the name of a topic.
    static var topicName: ValueParser {
        ValueParser(
            noun: "topic name",
            accepted: "write 1 to 249 of A-Z a-z 0-9 . _ -, and not . or .. alone"
        ) { TopicPartition.isTopicName($0) ? $0 : nil }
    }
}
