import KafkaClient
import Records

/// Sees to it that there is a topic for positions: one that is there is looked at, and one that is not is
/// made.
struct PositionsTopicCheck {
    private let name: String
    private let partitions: Int
    private let timeout: Duration

    /// - Parameter partitions: those of the widest input.
    init(_ name: String, partitions: Int, timeout: Duration) {
        self.name = name
        self.partitions = partitions
        self.timeout = timeout
    }

    enum State {
        case fine
        case missing
        case refused(String)
    }

    /// Whether what is there will do; makes nothing.
    func look(_ admin: Admin, _ consumer: Consumer, _ observer: ProxyObserver) throws -> State {
        let found = try consumer.metadata(topic: name, timeout: timeout).topics
            .first { $0.name == name }
        guard let found, found.error == nil, !found.partitions.isEmpty else { return .missing }
        let count = found.partitions.count
        guard count >= partitions else {
            return .refused(
                "the topic of positions \(name) has \(count) partitions and the input \(partitions); "
                    + "it needs as many: add partitions to it")
        }
        let policy: String?
        do throws(KafkaError) {
            policy = try admin.settings(ofTopic: name, timeout: timeout)["cleanup.policy"]
        } catch {
            observer.notice(
                "cannot see whether \(name) is compacted (\(error.message))", .warning,
                metadata: .event(.notice, TopicPartition(name, -1)))
            return .fine
        }
        guard let policy, policy != "compact" else { return .fine }
        return .refused(
            "the topic of positions \(name) has cleanup.policy=\(policy), which would forget them; set "
                + "compact")
    }

    /// Makes the topic.
    ///
    /// - Throws: `ProxyError` where that is not allowed, with what to do about it.
    func make(_ admin: Admin, _ observer: ProxyObserver) throws {
        let topic = NewTopic(name, partitions: partitions, settings: PositionsTopic.settings)
        let failure: KafkaError?
        do throws(KafkaError) {
            failure = try admin.createTopics([topic], timeout: timeout)[name]
        } catch {
            failure = error
        }
        guard let failure, failure.code != .topicExists else {
            return observer.notice(
                "made the topic \(name) for the group's positions, with \(partitions) partitions")
        }
        throw ProxyError(
            .refused,
            "the topic of positions \(name) is not there and cannot be made (\(failure.message)); make "
                + "it with \(partitions) partitions and cleanup.policy=compact, or name another with "
                + "--positions-topic")
    }
}
