import KafkaClient
import Records

/// The topics on the users' Kafka over which a hunt's trials go to workers and results come back.
///
/// ```
/// hunt --begin, end--> NAME.runs    --> workers      which hunt goes on
/// hunt --order-------> NAME.trials  --> one worker   the workers are the group NAME.workers
/// hunt <--answer------ NAME.results <-- worker       keyed by run and trial
/// ```
public struct HuntTopics: Sendable {
    public var client: ClientConfiguration
    /// What the names of topics and group begin with.
    public var prefix: String
    /// What `NAME.trials` gets where it is made: no more workers than that have work.
    public static let partitions = 32

    public init(_ client: ClientConfiguration, prefix: String) {
        self.client = client
        self.prefix = prefix
    }

    public var runs: String { "\(prefix).runs" }
    public var trials: String { "\(prefix).trials" }
    public var results: String { "\(prefix).results" }
    public var group: String { "\(prefix).workers" }
    public var servers: String { client["bootstrap.servers"] ?? "" }

    static let patience = Duration.seconds(30)

    /// Makes the topics that are not there.
    ///
    /// - Returns: partitions of each topic.
    /// - Throws: `HuntError` of kind `broker` where no broker answers, `KafkaError` where it refuses.
    func prepare() throws -> [String: Int] {
        let admin = try Admin(client)
        var counts: [String: Int] = [:]
        for (name, partitions) in [(runs, 1), (trials, Self.partitions), (results, 1)] {
            if let count = try self.count(of: name, admin) {
                counts[name] = count
                continue
            }
            let new = NewTopic(name, partitions: partitions, replication: -1)
            // Another process may make it at the same time.
            if let failure = try admin.createTopics([new], timeout: Self.patience)[name],
                failure.code != .topicExists
            {
                throw failure
            }
            counts[name] = try self.count(of: name, admin) ?? partitions
        }
        return counts
    }

    /// nil where there is no such topic.
    private func count(of name: String, _ admin: Admin) throws -> Int? {
        let topics: [ClusterMetadata.Topic]
        do throws(KafkaError) {
            topics = try admin.metadata(topic: name, timeout: Self.patience).topics
        } catch {
            guard error.isRetriable else { throw error }
            throw HuntError(.broker, "\(servers): no broker answers there (--via): \(error)")
        }
        guard let topic = topics.first(where: { $0.name == name }) else { return nil }
        if topic.error == .unknownTopicOrPartition { return nil }
        if let error = topic.error {
            throw KafkaError(error, during: "describe", at: TopicPartition(name, -1))
        }
        return topic.partitions.count
    }

    static func all(_ name: String, _ count: Int?) -> [TopicPartition] {
        (0..<(count ?? 1)).map { TopicPartition(name, Int32($0)) }
    }
}
