import KafkaClient
import Records
import Testing

@Suite struct GroupTests {
    /// A member of a group that notes what it is told and commits what it has read when it must.
    final class Member {
        let consumer: Consumer
        var told: [String] = []
        var owned: Set<TopicPartition> = []
        var read: [TopicPartition: [Offset]] = [:]
        private(set) var refusedCommits = 0
        var logged: [LogLine] { notes.lines }
        private final class Notes { var lines: [LogLine] = [] }
        private let notes = Notes()
        private let isOnEmbedded: Bool
        private var positions: [TopicPartition: Offset] = [:]

        init(_ cluster: TestCluster, group: String, strategy: String, topics: [String]) throws {
            var configuration = cluster.groupConfiguration
            configuration.set("partition.assignment.strategy", to: strategy)
            isOnEmbedded = cluster.kind == .embedded
            let notes = self.notes
            consumer = try Consumer(configuration, group: group) {
                if case .log(let line) = $0 { notes.lines.append(line) }
            }
            try consumer.subscribe(to: topics)
        }

        func poll(max: Int = 100) throws {
            try consumer.poll(timeout: .milliseconds(50), max: max, events: handle) { message in
                let source = consumer.partition(ofSlot: message.slot)
                read[source, default: []].append(message.offset)
                positions[source] = message.offset + 1
            }
        }

        /// Real brokers take commits while members join; the embedded one does not.
        private func commit(_ positions: [CommittedPosition]) throws {
            do {
                try consumer.commit(positions, timeout: .seconds(20))
            } catch {
                if !isOnEmbedded || error.name != "REBALANCE_IN_PROGRESS" { throw error }
                refusedCommits += 1
            }
        }

        func handle(_ event: ConsumerEvent) throws {
            switch event {
            case .assigned(let partitions):
                told.append("assigned")
                let committed = try consumer.committed(partitions, timeout: .seconds(20))
                for partition in partitions {
                    let start = committed[partition].map { StartOffset.offset($0.offset) }
                    consumer.start(partition, at: start ?? .earliest)
                }
                owned.formUnion(partitions)
            case .revoked(let partitions):
                told.append("revoked")
                // Still owned: the commit must be taken.
                let mine = partitions.compactMap { partition in
                    positions[partition].map {
                        CommittedPosition(partition, offset: $0, metadata: "from revoke")
                    }
                }
                if !mine.isEmpty { try commit(mine) }
                for partition in partitions { positions[partition] = nil }
                owned.subtract(partitions)
            case .lost(let partitions):
                told.append("lost")
                owned.subtract(partitions)
            case .maxPollExceeded: told.append("maxPollExceeded")
            case .endOfPartition: break
            case .offsetOutOfRange(_, let error), .error(let error): throw error
            }
        }
    }

    @Test(arguments: ClusterKind.available, ["range", "cooperative-sticky"])
    func `partitions pass from one member to another without a record lost or read twice`(
        _ kind: ClusterKind, _ strategy: String
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 4)
        let count = 400
        try cluster.produce(ConsumerTests.numbered(count, partitions: 4), to: topic)
        let group = cluster.makeGroup()
        let first = try Member(cluster, group: group, strategy: strategy, topics: [topic])
        try wait(for: "the first member's partitions") {
            try first.poll(max: 3)
            return first.owned.count == 4
        }
        let second = try Member(cluster, group: group, strategy: strategy, topics: [topic])
        try wait(for: "two partitions each", seconds: 60) {
            try first.poll(max: 1)
            try second.poll(max: 1)
            return first.owned.count == 2 && second.owned.count == 2
        }
        try second.consumer.close(events: second.handle)
        #expect(second.owned.isEmpty)
        #expect(second.told.last == "revoked")
        let parts = (0..<4).map { TopicPartition(topic, $0) }
        try wait(for: "everything", seconds: 60) {
            try first.poll()
            return first.owned.count == 4
                && parts.allSatisfy { first.read[$0]?.last == Offset(count - 1) }
        }
        for part in parts {
            let all = (first.read[part] ?? []) + (second.read[part] ?? [])
            if first.refusedCommits + second.refusedCommits == 0 {
                #expect(all.sorted() == Array(0..<Offset(count)), "\(part)")
            } else {
                #expect(Set(all) == Set(0..<Offset(count)), "\(part)")
            }
        }
        #expect(!first.told.contains("lost") && !second.told.contains("lost"))
        #expect(first.told.contains("revoked"))
        try first.consumer.close(events: first.handle)
        let reader = try Consumer(cluster.groupConfiguration, group: group)
        let committed = try reader.committed(parts, timeout: .seconds(20))
        for part in parts where first.refusedCommits + second.refusedCommits == 0 {
            let expected = CommittedPosition(
                part, offset: Offset(count), metadata: "from revoke")
            #expect(committed[part] == expected)
        }
    }

    @Test(arguments: ClusterKind.available)
    func `a member that does not poll in time is told so, and that its partitions are lost`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 2)
        let group = cluster.makeGroup()
        var configuration = cluster.groupConfiguration
        configuration.set("max.poll.interval.ms", to: kind == .embedded ? "4000" : "6000")
        let silent = try Consumer(configuration, group: group)
        try silent.subscribe(to: [topic])
        var told: [String] = []
        func poll() throws {
            try silent.poll(timeout: .milliseconds(50), max: 10) { event in
                switch event {
                case .assigned: told.append("assigned")
                case .revoked: told.append("revoked")
                case .lost: told.append("lost")
                case .maxPollExceeded: told.append("maxPollExceeded")
                default: break
                }
            } records: { _ in
            }
        }
        try wait(for: "the assignment") {
            try poll()
            return told == ["assigned"]
        }
        let stale = try #require(silent.groupMetadata()?.generation)
        // While the other polls until it has all partitions, the first one says nothing.
        let other = try Member(cluster, group: group, strategy: "range", topics: [topic])
        try wait(for: "the other to get all", seconds: 60) {
            try other.poll()
            return other.owned.count == 2
        }
        try wait(for: "the news") {
            try poll()
            return told.contains("maxPollExceeded") && told.contains("lost")
        }
        #expect(!told.contains("revoked"))
        #expect(try #require(other.consumer.groupMetadata()?.generation) > stale)
    }

    @Test(arguments: ClusterKind.available)
    func `a regular expression subscribes to what matches`(_ kind: ClusterKind) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 2)
        _ = try cluster.makeTopic(partitions: 2)
        let pattern = "^" + topic.prefix(20)
        let member = try Member(
            cluster, group: cluster.makeGroup(), strategy: "range", topics: [pattern])
        try wait(for: "the assignment", seconds: 60) {
            try member.poll()
            return !member.owned.isEmpty
        }
        #expect(Set(member.owned.map(\.topic)) == [topic])
    }

    @Test(arguments: ClusterKind.available)
    func `positions are stored with their text, by hand and without a membership`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 3)
        let group = cluster.makeGroup()
        let parts = (0..<3).map { TopicPartition(topic, $0) }
        let consumer = try Consumer(cluster.configuration, group: group)
        #expect(try consumer.committed(parts, timeout: .seconds(20)).isEmpty)
        let positions = [
            CommittedPosition(parts[0], offset: 5, metadata: "{\"id\":\"ä\"}"),
            CommittedPosition(parts[2], offset: 0),
        ]
        try consumer.commit(positions, timeout: .seconds(20))
        let other = try Consumer(cluster.configuration, group: group)
        let read = try other.committed(parts, timeout: .seconds(20))
        #expect(read == [parts[0]: positions[0], parts[2]: positions[1]])
        #expect(consumer.groupMetadata()?.generation == -1)
    }

    @Test func `an error thrown by the handler of an assignment leaves the group going`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic(partitions: 2)
        try cluster.produce(ConsumerTests.numbered(5, partitions: 2), to: topic)
        let consumer = try Consumer(cluster.groupConfiguration, group: cluster.makeGroup())
        try consumer.subscribe(to: [topic])
        var thrown = false
        try wait(for: "the throw") {
            do {
                try consumer.poll(timeout: .milliseconds(50), max: 10) { event in
                    if case .assigned = event { throw TestFailure("not now") }
                } records: { _ in
                    Issue.record("a record of a declined assignment")
                }
            } catch is TestFailure {
                thrown = true
            }
            return thrown
        }
        #expect(consumer.assignment.isEmpty)
        try consumer.close()
        #expect(consumer.isClosed)
    }

    @Test(arguments: ClusterKind.available, ["range", "cooperative-sticky"])
    func `who leaves while partitions are being given to it hears nothing of them`(
        _ kind: ClusterKind, _ strategy: String
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 2)
        let member = try Member(
            cluster, group: cluster.makeGroup(), strategy: strategy, topics: [topic])
        try wait(for: "an assignment that waits to be polled") { member.consumer.queuedCount > 0 }
        try member.consumer.close(events: member.handle)
        #expect(member.told.isEmpty)
        #expect(member.owned.isEmpty)
    }

    @Test(arguments: ClusterKind.available)
    func `who leaves while nothing is being given to it is not waited for`(
        _ kind: ClusterKind
    ) throws {
        let cluster = try TestCluster(kind)
        let topic = try cluster.makeTopic(partitions: 1)
        let group = cluster.makeGroup()
        let strategy = "cooperative-sticky"
        let owner = try Member(cluster, group: group, strategy: strategy, topics: [topic])
        try wait(for: "the owner's partition") {
            try owner.poll()
            return owner.owned.count == 1
        }
        let other = try Member(cluster, group: group, strategy: strategy, topics: [topic])
        try wait(for: "an assignment of nothing that waits to be polled", seconds: 60) {
            other.consumer.queuedCount > 0
        }
        try other.consumer.close(events: other.handle)
        #expect(other.told.isEmpty)
        #expect(!other.logged.contains { $0.facility == "CLOSE" })
        try owner.consumer.close(events: owner.handle)
        #expect(owner.owned.isEmpty)
        #expect(!owner.logged.contains { $0.facility == "CLOSE" })
    }

    @Test func `commits that the coordinator refuses name the partition`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        let consumer = try Consumer(cluster.configuration, group: cluster.makeGroup())
        let position = CommittedPosition(TopicPartition(topic, 0), offset: 3)
        try consumer.commit([position], timeout: .seconds(20))
        cluster.broker?.failNext(.offsetCommit, with: [.illegalGeneration])
        let error = #expect(throws: KafkaError.self) {
            try consumer.commit([position], timeout: .seconds(20))
        }
        #expect(error?.code == .illegalGeneration)
        #expect(error?.isRetriable == false)
    }

    @Test func `a coordinator that cannot be reached is a retriable error in time`() throws {
        let cluster = try TestCluster(.embedded)
        let topic = try cluster.makeTopic()
        let consumer = try Consumer(cluster.configuration, group: cluster.makeGroup())
        let part = TopicPartition(topic, 0)
        _ = try consumer.committed([part], timeout: .seconds(20))
        try cluster.broker?.down()
        let reading = #expect(throws: KafkaError.self) {
            try consumer.committed([part], timeout: .milliseconds(300))
        }
        #expect(reading?.isRetriable == true)
        let committing = #expect(throws: KafkaError.self) {
            try consumer.commit(
                [CommittedPosition(part, offset: 1)], timeout: .milliseconds(300))
        }
        #expect(committing?.isRetriable == true)
        try cluster.broker?.up()
        // The library may have sent the commit after all, once the broker was there again.
        let found = try consumer.committed([part], timeout: .seconds(30))
        #expect(found.values.allSatisfy { $0.offset == 1 })
    }
}
