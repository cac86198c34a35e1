internal import CRdkafka
import Records

/// Makes, changes and describes topics and groups. For one thread; every call waits for its answer.
///
/// The embedded broker has no administration: there all but ``metadata(topic:timeout:)`` fails with
/// ``KafkaErrorCode/timedOut``, for want of a controller.
public final class Admin {
    let handle: ClientHandle

    /// - Throws: as ``Producer/init(_:transactionalID:onEvent:)``.
    public init(
        _ configuration: ClientConfiguration, onEvent: @escaping (ClientEvent) -> Void = { _ in }
    ) throws {
        handle = try ClientHandle(.admin, configuration, onEvent: onEvent)
    }

    /// Serves the log and errors; waits up to `timeout` for the first.
    public func poll(timeout: Duration) {
        if rd_kafka_poll(handle.client, timeout.milliseconds) > 0 {
            while rd_kafka_poll(handle.client, 0) > 0 {}
        }
    }

    public func metadata(
        topic: String? = nil, timeout: Duration
    ) throws(KafkaError) -> ClusterMetadata {
        try ClusterMetadata(handle, topic: topic, timeout: timeout)
    }

    /// The cluster's own identifier and the broker that leads it; nil where it does not say.
    public func clusterID(timeout: Duration) -> String? {
        guard let text = rd_kafka_clusterid(handle.client, timeout.milliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle.client, text) }
        return String(cString: text)
    }

    /// Makes topics, each by itself, and waits until a broker tells of those that were made: the
    /// controller answers before the brokers know.
    ///
    /// - Parameter isTrial: the cluster only looks whether it would make them.
    /// - Returns: the topics that could not be made.
    /// - Throws: where the cluster could not be asked at all.
    public func createTopics(
        _ topics: [NewTopic], timeout: Duration, isTrial: Bool = false
    ) throws(KafkaError) -> [String: KafkaError] {
        let buffer = ErrorText()
        var made: [OpaquePointer?] = []
        defer { for topic in made { rd_kafka_NewTopic_destroy(topic) } }
        for topic in topics {
            let new = rd_kafka_NewTopic_new(
                topic.name, Int32(clamping: topic.partitions), Int32(clamping: topic.replication),
                buffer.start, buffer.capacity)
            guard let new else {
                throw KafkaError(
                    .invalidArgument, buffer.text, during: "create",
                    at: TopicPartition(topic.name, -1))
            }
            made.append(new)
            for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
                rd_kafka_NewTopic_set_config(new, name, value)
            }
        }
        let deadline = Deadline(in: timeout)
        let failures = try ask("create", RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout) {
            options, queue in
            rd_kafka_AdminOptions_set_validate_only(
                options, isTrial ? 1 : 0, buffer.start, buffer.capacity)
            rd_kafka_CreateTopics(handle.client, &made, made.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event), &count)
            return Self.failures("create", results, count)
        }
        for topic in topics where !isTrial && failures[topic.name] == nil {
            try waitUntilKnown(topic.name, deadline)
        }
        return failures
    }

    /// - Returns: the topics that could not be deleted.
    public func deleteTopics(
        _ names: [String], timeout: Duration
    ) throws(KafkaError) -> [String: KafkaError] {
        if names.isEmpty { return [:] }
        var topics: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for topic in topics { rd_kafka_DeleteTopic_destroy(topic) } }
        return try ask("delete", RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout) { options, queue in
            rd_kafka_DeleteTopics(handle.client, &topics, topics.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count)
            return Self.failures("delete", results, count)
        }
    }

    /// Raises the number of a topic's partitions to `total`.
    public func createPartitions(
        of topic: String, total: Int, timeout: Duration
    ) throws(KafkaError) {
        let buffer = ErrorText()
        var new = [
            rd_kafka_NewPartitions_new(topic, total, buffer.start, buffer.capacity)
        ]
        defer { for each in new { rd_kafka_NewPartitions_destroy(each) } }
        if new[0] == nil {
            throw KafkaError(
                .invalidArgument, buffer.text, during: "add partitions",
                at: TopicPartition(topic, -1))
        }
        let failures = try ask(
            "add partitions", RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeout
        ) { options, queue in
            rd_kafka_CreatePartitions(handle.client, &new, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(event), &count)
            return Self.failures("add partitions", results, count)
        }
        if let failure = failures.first { throw failure.value }
    }

    /// Forgets groups with their positions; they must have no members.
    /// - Returns: the groups that could not be deleted.
    public func deleteGroups(
        _ names: [String], timeout: Duration
    ) throws(KafkaError) -> [String: KafkaError] {
        if names.isEmpty { return [:] }
        var groups: [OpaquePointer?] = names.map { rd_kafka_DeleteGroup_new($0) }
        defer { for group in groups { rd_kafka_DeleteGroup_destroy(group) } }
        return try ask("delete groups", RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout) { options, queue in
            rd_kafka_DeleteGroups(handle.client, &groups, groups.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_DeleteGroups_result_groups(
                rd_kafka_event_DeleteGroups_result(event), &count)
            var failures: [String: KafkaError] = [:]
            for index in 0..<count {
                let name = String(cString: rd_kafka_group_result_name(results?[index]))
                let failed = rd_kafka_group_result_error(results?[index])
                if failed == nil { continue }
                failures[name] = KafkaError(
                    KafkaErrorCode(rd_kafka_error_code(failed)),
                    String(cString: rd_kafka_error_string(failed)),
                    during: "delete group \(name)")
            }
            return failures
        }
    }
}
