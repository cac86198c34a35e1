import KafkaClient
import Records
import Testing

@Suite(.enabled(if: ClusterKind.hasReal, "the embedded broker has no administration"))
struct AdminTests {
    @Test func `topics are made, described, widened and deleted`() throws {
        let cluster = try TestCluster(.real)
        let admin = try Admin(cluster.configuration)
        let settings = [
            "message.timestamp.type": "LogAppendTime", "cleanup.policy": "compact",
            "max.message.bytes": "5000",
        ]
        let name = try cluster.makeTopic(partitions: 2, settings: settings)
        let made = try admin.describe(topic: name, timeout: .seconds(20))
        #expect(made.partitions.map(\.id) == [0, 1])
        #expect(made.replication == 1)
        #expect(made.timestampType == "LogAppendTime")
        #expect(made.cleanupPolicy == "compact")
        #expect(made.maxMessageBytes == 5000)
        try admin.createPartitions(of: name, total: 3, timeout: .seconds(20))
        try wait(for: "the third partition") {
            try admin.describe(topic: name, timeout: .seconds(20)).partitions.count == 3
        }
        #expect(try admin.deleteTopics([name], timeout: .seconds(20)).isEmpty)
        try wait(for: "the topic to go") {
            do {
                _ = try admin.describe(topic: name, timeout: .seconds(20))
                return false
            } catch let error as KafkaError {
                #expect(error.source == TopicPartition(name, -1))
                return error.code == .unknownTopicOrPartition
            }
        }
    }

    @Test func `each topic that cannot be made is named with the broker's reason`() throws {
        let cluster = try TestCluster(.real)
        let admin = try Admin(cluster.configuration)
        let known = try cluster.makeTopic()
        let failures = try admin.createTopics(
            [
                NewTopic(known, partitions: 1),
                NewTopic("t-bad-setting", settings: ["cleanup.policy": "sometimes"]),
                NewTopic("t/slash"),
            ], timeout: .seconds(20))
        #expect(failures.count == 3)
        #expect(failures[known]?.code == .topicExists)
        #expect(failures["t-bad-setting"]?.message.contains("sometimes") == true)
        #expect(failures["t/slash"]?.source == TopicPartition("t/slash", -1))
        let gone = try admin.deleteTopics(["t-nobody-knows"], timeout: .seconds(20))
        #expect(gone["t-nobody-knows"]?.code == .unknownTopicOrPartition)
        #expect(throws: KafkaError.self) {
            try admin.createPartitions(of: known, total: 1, timeout: .seconds(20))
        }
    }

    @Test func `a group is forgotten with its positions`() throws {
        let cluster = try TestCluster(.real)
        let part = TopicPartition(try cluster.makeTopic(), 0)
        let group = cluster.makeGroup()
        let consumer = try Consumer(cluster.configuration, group: group)
        try consumer.commit([CommittedPosition(part, offset: 0)], timeout: .seconds(20))
        let admin = try Admin(cluster.configuration)
        #expect(try admin.deleteGroups([group], timeout: .seconds(20)).isEmpty)
        #expect(try consumer.committed([part], timeout: .seconds(20)).isEmpty)
        let again = try admin.deleteGroups([group], timeout: .seconds(20))
        #expect(again.keys.contains(group))
    }

    @Test func `the cluster tells its name and its brokers`() throws {
        let admin = try Admin(try TestCluster(.real).configuration)
        #expect(admin.clusterID(timeout: .seconds(20))?.isEmpty == false)
        #expect(try admin.metadata(timeout: .seconds(20)).brokers.isEmpty == false)
    }
}

@Suite struct EmbeddedBrokerTests {
    @Test func `several brokers share the partitions of a topic`() throws {
        let broker = try EmbeddedBroker(brokers: 3)
        try broker.createTopic("orders", partitions: 6, replication: 3)
        let admin = try Admin(ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        let metadata = try admin.metadata(topic: "orders", timeout: .seconds(20))
        #expect(metadata.brokers.map(\.id).sorted() == [1, 2, 3])
        let partitions = try #require(metadata.topics.first).partitions
        #expect(partitions.count == 6)
        #expect(partitions.allSatisfy { $0.replicas.count == 3 })
        try broker.setLeader(of: "orders", partition: 0, to: 2)
        let moved = try admin.metadata(topic: "orders", timeout: .seconds(20))
        #expect(moved.topics.first?.partitions.first?.leader == 2)
    }

    @Test func `administration ends with its time, for the library waits for a controller`() throws
    {
        let broker = try EmbeddedBroker()
        let admin = try Admin(ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        let error = #expect(throws: KafkaError.self) {
            try admin.createTopics([NewTopic("orders", partitions: 1)], timeout: .milliseconds(300))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("controller") == true, "\(String(describing: error))")
    }

    @Test func `a topic's error is told and ends`() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        let admin = try Admin(ClientConfiguration(bootstrapServers: broker.bootstrapServers))
        broker.fail(topic: "orders", with: .topicAuthorization)
        let refused = try admin.metadata(topic: "orders", timeout: .seconds(20))
        #expect(refused.topics.first?.error == .topicAuthorization)
        broker.fail(topic: "orders", with: .none)
        let taken = try admin.metadata(topic: "orders", timeout: .seconds(20))
        #expect(taken.topics.first?.error == nil)
    }
}
