import Foundation
import KafkaClient
import Records

/// A real cluster, in which a trial has topics and groups of its own; ``close()`` removes them.
final class RealTrialBroker: TrialBroker {
    let bootstrapServers: String
    let clients: ClientConfiguration
    private let admin: Admin
    private let id: String
    private let topics: [String]
    private let groups: [String]
    private var nextAsk = ContinuousClock.now
    private var membership: SettledMembership?

    init(
        servers: String, properties: [String: String], replication: Int, topics: [Hunt.Topic],
        groups: [String], id: String
    ) throws {
        var clients = ClientConfiguration(bootstrapServers: servers)
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            clients.set(name, to: value)
        }
        bootstrapServers = servers
        self.clients = clients
        self.id = id
        self.topics = topics.map { "\($0.name).\(id)" }
        self.groups = groups.map { "\($0).\(id)" }
        admin = try Admin(clients)
        let new = topics.map {
            NewTopic("\($0.name).\(id)", partitions: $0.partitions, replication: replication)
        }
        let failures = try admin.createTopics(new, timeout: .seconds(30))
        if let failure = failures.sorted(by: { $0.key < $1.key }).first { throw failure.value }
    }

    func topic(_ name: String) -> String { "\(name).\(id)" }
    func group(_ name: String) -> String { "\(name).\(id)" }
    func poll() {}
    var complaints: [String] { [] }
    var hasMemberBegun: Bool { true }
    var absence: String? { nil }
    var hasTransactions: Bool { true }
    /// A real broker answers a waiting fetch as soon as there is something.
    var fetches: Int? { nil }
    var commits: [TopicPartition: Offset]? { nil }
    var commitRequests: Int? { nil }
    var writes: Int? { nil }
    func refuseNextCommit() {}
    func takeCommits() {}

    func membership(of group: String) throws -> SettledMembership? {
        // A broker is asked ten times a second, not at every turn.
        guard ContinuousClock.now >= nextAsk else { return membership }
        nextAsk = .now + .milliseconds(100)
        do throws(KafkaError) {
            let found = try admin.membership(ofGroup: group, timeout: .seconds(10))
            membership =
                found.isStable && !found.members.isEmpty
                ? SettledMembership(
                    members: found.members.count, mark: found.members.joined(separator: " "))
                : nil
        } catch {
            // A cluster that has just begun still looks for who coordinates the group.
            guard error.isRetriable else { throw error }
        }
        return membership
    }

    /// Topics and groups are removed beside later trials.
    func close() {
        let (admin, topics, groups) = (Lent(admin), topics, groups)
        Removals.add { Self.remove(topics, groups, admin.value) }
    }

    /// What cannot be removed is tried again for a while: a member that was killed is there until its
    /// session ends.
    private static func remove(_ topics: [String], _ groups: [String], _ admin: Admin) {
        _ = try? admin.deleteTopics(topics, timeout: .seconds(30))
        let limit = ContinuousClock.now + .seconds(60)
        var left = groups
        while !left.isEmpty, ContinuousClock.now < limit {
            guard let failures = try? admin.deleteGroups(left, timeout: .seconds(30)) else { break }
            left = failures.filter { $0.value.name == "NON_EMPTY_GROUP" }.keys.sorted()
            if !left.isEmpty { usleep(500_000) }
        }
    }
}
