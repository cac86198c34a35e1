import Exploration
import Hunting
import Records

/// Which partition of which topic each message of a model goes to.
struct Placement {
    private let topics: [Hunt.Topic]
    private let queues: [String]
    /// By message.
    let sources: [TopicPartition]

    init(_ model: Model, _ topics: [Hunt.Topic]) {
        self.topics = topics
        var queues: [String] = []
        for message in model.sourced where !queues.contains(message.queue) {
            queues.append(message.queue)
        }
        self.queues = queues
        var counts: [String: Int32] = [:]
        sources = model.sourced.map { message in
            let topic =
                topics.first { $0.name == message.queue }
                ?? topics[min(queues.firstIndex(of: message.queue) ?? 0, topics.count - 1)]
            // Without partitions whoever is free takes the next one: they are dealt out.
            let count = counts[topic.name, default: 0]
            counts[topic.name] = count + 1
            let partition = message.partition ?? count
            return TopicPartition(topic.name, partition % Int32(clamping: topic.partitions))
        }
    }
}
