import KafkaClient

/// What the settings of a topic that is written mean for whoever writes it.
struct OutputSettings {
    /// The largest batch that it takes, where that is told.
    let mostBatchBytes: Int?
    /// Whether the broker writes its own clock over every timestamp.
    let replacesTimestamps: Bool

    init(_ settings: [String: String]) {
        mostBatchBytes = settings["max.message.bytes"].flatMap { Int($0) }
        replacesTimestamps = settings["message.timestamp.type"] == "LogAppendTime"
    }

    static func refusal(_ name: String) -> String {
        "the output topic \(name) has message.timestamp.type=LogAppendTime, which replaces every "
            + "timestamp; set CreateTime, or give --allow-log-append-time"
    }
}

extension ClientConfiguration {
    /// What the broker takes is the broker's to say: the library's own limit of 1 MB for a record is
    /// lifted, and batches are no larger than the topic allows.
    func sendingAnySize(mostBatchBytes: Int?) -> ClientConfiguration {
        var client = self
        if let most = mostBatchBytes, most < 1_000_000 {
            client.set("batch.size", to: "\(max(1, most))", in: .default, at: "proxy")
        }
        client.set("message.max.bytes", to: "1000000000", in: .default, at: "proxy")
        return client
    }
}
