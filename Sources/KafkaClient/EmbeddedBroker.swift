internal import CRdkafka

/// A Kafka cluster within this process: the mock cluster of the client library, which any Kafka client
/// can reach on loopback.
///
/// What it is not: it keeps 5 MiB per partition, has no administration, shows aborted records to every
/// reader, takes positions sent in a transaction and stores none, and never fences. Exactly-once can
/// only be shown on a real broker. A group's first join takes 3 s.
public final class EmbeddedBroker {
    private let handle: ClientHandle
    private let cluster: OpaquePointer
    private var isStopped = false
    /// What a client sets as `bootstrap.servers`.
    public let bootstrapServers: String
    public let brokerCount: Int

    /// - Parameters:
    ///   - brokers: they are numbered from 1.
    ///   - onLog: told inside ``poll()`` what the cluster does: each request, and each group's states
    ///     (`debug=mock` of the library); nil: nothing is told, and nothing is to be polled.
    /// - Throws: `KafkaError` where the cluster cannot listen on loopback.
    public init(brokers: Int = 1, onLog: ((LogLine) -> Void)? = nil) throws {
        // A client of the library carries the cluster; it needs no broker and must not look for one.
        var configuration = ClientConfiguration()
        if onLog != nil { configuration.set("debug", to: "mock") }
        handle = try ClientHandle(.admin, configuration) { event in
            if case .log(let line) = event { onLog?(line) }
        }
        guard let cluster = rd_kafka_mock_cluster_new(handle.client, Int32(brokers)) else {
            throw KafkaError(
                .invalidArgument, "cannot make \(brokers) brokers", during: "start the broker")
        }
        self.cluster = cluster
        brokerCount = brokers
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    deinit { stop() }

    /// Hands what was logged since the last call to `onLog`; waits for nothing.
    public func poll() { while rd_kafka_poll(handle.client, 0) > 0 {} }

    /// Closes every connection and forgets all records. Takes up to a second.
    public func stop() {
        if isStopped { return }
        isStopped = true
        rd_kafka_mock_cluster_destroy(cluster)
    }

    /// Makes a topic. One that is only produced to or asked for is made with 4 partitions.
    public func createTopic(
        _ name: String, partitions: Int, replication: Int = 1
    ) throws(KafkaError) {
        let code = rd_kafka_mock_topic_create(
            cluster, name, Int32(partitions), Int32(replication))
        try KafkaError.check(code, during: "create topic \(name)")
    }

    // MARK: Faults

    /// The next requests of that kind, one for each code, fail with these errors;
    /// ``KafkaErrorCode/transport`` cuts the connection.
    public func failNext(_ request: KafkaRequest, with codes: [KafkaErrorCode]) {
        let codes = codes.map { rd_kafka_resp_err_t($0.rawValue) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
    }

    public func clearFailures(of request: KafkaRequest) {
        rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
    }

    /// Every request about the topic's metadata fails with that error; ``KafkaErrorCode/none`` ends it.
    public func fail(topic: String, with code: KafkaErrorCode) {
        rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(code.rawValue))
    }

    /// Answers take at least that long; of one broker, or of all.
    public func setRoundTrip(_ time: Duration, broker: Int? = nil) throws(KafkaError) {
        let code = rd_kafka_mock_broker_set_rtt(cluster, Int32(broker ?? -1), time.milliseconds)
        try KafkaError.check(code, during: "set the round trip")
    }

    /// Cuts every connection and takes none, until ``up(broker:)``. Partitions keep their leader.
    public func down(broker: Int? = nil) throws(KafkaError) {
        let code = rd_kafka_mock_broker_set_down(cluster, Int32(broker ?? -1))
        try KafkaError.check(code, during: "take a broker down")
    }

    public func up(broker: Int? = nil) throws(KafkaError) {
        let code = rd_kafka_mock_broker_set_up(cluster, Int32(broker ?? -1))
        try KafkaError.check(code, during: "bring a broker up")
    }

    /// Moves a partition to another leader; nil leaves it without.
    public func setLeader(
        of topic: String, partition: Int32, to broker: Int?
    ) throws(KafkaError) {
        let code = rd_kafka_mock_partition_set_leader(
            cluster, topic, partition, Int32(broker ?? -1))
        try KafkaError.check(code, during: "set the leader of \(topic)/\(partition)")
    }
}
