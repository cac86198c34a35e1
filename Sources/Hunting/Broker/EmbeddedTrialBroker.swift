import Foundation
import KafkaClient
import Records

/// A broker in this process for one trial. Its log tells the states of groups exactly.
final class EmbeddedTrialBroker: TrialBroker {
    /// What the log has told so far.
    private final class Watch {
        /// Of each group that is up.
        var memberships: [String: SettledMembership] = [:]
        private var settlings = 0
        /// By the port that they came from.
        var requests: [UInt16: Set<String>] = [:]
        var refused: [UInt16: Set<String>] = [:]
        var hasMemberBegun = false
        /// Fetches and writes by the port that they came from.
        var fetches: [UInt16: Int] = [:]
        var writes: [UInt16: Int] = [:]
        /// As the system's groups committed them; there is one group to a trial.
        var commits: [TopicPartition: Offset] = [:]
        var commitRequests = 0

        /// `Mock consumer group G with 1 member(s) changing state Syncing -> Up: …`
        func note(_ text: String) {
            guard let range = text.range(of: "Mock consumer group ") else {
                return noteRequest(text)
            }
            let rest = text[range.upperBound...]
            guard let with = rest.range(of: " with "), let arrow = rest.range(of: " -> "),
                let count = Int(rest[with.upperBound...].prefix { $0.isNumber })
            else { return }
            let state = rest[arrow.upperBound...].prefix { $0 != ":" }
            settlings += 1
            memberships[String(rest[..<with.lowerBound])] =
                state == "Up" && count > 0
                ? SettledMembership(members: count, mark: "\(settlings)") : nil
        }

        /// `Broker 1: Received JoinGroupRequestV5 from 127.0.0.1:53412`, or `unsupported` in place of `Received`.
        private func noteRequest(_ text: String) {
            guard let end = text.range(of: "RequestV"),
                let port = text.split(separator: ":").last.flatMap({ UInt16($0) })
            else { return noteCommit(text) }
            let request = String(text[..<end.lowerBound].split(separator: " ").last ?? "")
            guard text.contains("Received ") else {
                // Which versions are spoken is asked by trying.
                if request != "ApiVersion" { refused[port, default: []].insert(request) }
                return
            }
            requests[port, default: []].insert(request)
            if request == "Fetch" { fetches[port, default: 0] += 1 }
            if request == "Produce" { writes[port, default: 0] += 1 }
            if request == "OffsetCommit" { commitRequests += 1 }
            // Its group is new: nothing is committed that it could begin at.
            if request == "ListOffsets", !memberships.isEmpty {
                hasMemberBegun = true
            }
        }

        /// `Topic orders [0] committing offset 5 for group payments`, of which the client's own log has the like.
        private func noteCommit(_ text: String) {
            guard let start = text.range(of: "Topic "),
                let middle = text.range(of: "] committing offset "),
                let open = text[..<middle.lowerBound].range(of: " [", options: .backwards),
                start.upperBound <= open.lowerBound,
                let partition = Int32(text[open.upperBound..<middle.lowerBound]),
                let offset = Offset(text[middle.upperBound...].prefix { $0.isNumber })
            else { return }
            let topic = String(text[start.upperBound..<open.lowerBound])
            commits[TopicPartition(topic, partition)] = offset
        }
    }

    private let broker: EmbeddedBroker
    private let watch: Watch
    private let failsCommits: Bool

    init(
        topics: [Hunt.Topic], roundTrip: Duration?, errors: [BrokerChoice.RequestErrors]
    ) throws {
        let watch = Watch()
        self.watch = watch
        failsCommits = errors.contains { $0.request == "OffsetCommit" }
        broker = try EmbeddedBroker { watch.note($0.text) }
        for topic in topics {
            try broker.createTopic(topic.name, partitions: topic.partitions)
        }
        if let roundTrip { try broker.setRoundTrip(roundTrip) }
        for error in errors {
            guard let request = KafkaRequest.named(error.request) else { continue }
            broker.failNext(
                request, with: error.codes.map { KafkaErrorCode(rawValue: Int32($0)) })
        }
    }

    var bootstrapServers: String { broker.bootstrapServers }
    var clients: ClientConfiguration { ClientConfiguration(bootstrapServers: bootstrapServers) }
    func topic(_ name: String) -> String { name }
    func group(_ name: String) -> String { name }
    func membership(of group: String) -> SettledMembership? { watch.memberships[group] }
    func poll() { broker.poll() }
    var hasTransactions: Bool { false }

    var hasMemberBegun: Bool { watch.hasMemberBegun }

    var fetches: Int? { ofSystem(watch.fetches) }
    var writes: Int? { ofSystem(watch.writes) }

    private func ofSystem(_ counts: [UInt16: Int]) -> Int? {
        own.map { own in counts.reduce(0) { own.contains($1.key) ? $0 : $0 + $1.value } }
    }

    var commits: [TopicPartition: Offset]? { watch.commits }
    var commitRequests: Int? { watch.commitRequests }

    /// COORDINATOR_LOAD_IN_PROGRESS: it may be asked again.
    func refuseNextCommit() {
        broker.failNext(.offsetCommit, with: [KafkaErrorCode(rawValue: 14)])
    }

    /// What the hunt file lets fail stays.
    func takeCommits() { if !failsCommits { broker.clearFailures(of: .offsetCommit) } }

    /// Ports of this process's own connections to it.
    private var own: Set<UInt16>? {
        bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) }
            .map { Set(OwnConnections.localPorts(to: $0)) }
    }

    /// Kinds of request by the clients of the system.
    private func ofSystem(_ requests: [UInt16: Set<String>]) -> Set<String> {
        let own = own ?? []
        return requests.filter { !own.contains($0.key) }
            .values.reduce(into: []) { $0.formUnion($1) }
    }

    /// What the mock cannot do shows as requests that it refused, or that its clients should not have had to make.
    var complaints: [String] {
        var complaints: [String] = []
        let requests = ofSystem(watch.requests)
        if requests.contains("AddPartitionsToTxn") || requests.contains("TxnOffsetCommit") {
            complaints.append(
                "the system uses transactions; the embedded broker shows aborted records and stores no "
                    + "positions sent in one: use a real broker (broker: {real: HOST})")
        }
        let refused = ofSystem(watch.refused)
        if !refused.isEmpty {
            complaints.append(
                "the system asked for what the embedded broker does not serve ("
                    + refused.sorted().joined(separator: ", ")
                    + "): if it needs that, use a real broker (broker: {real: HOST})")
        }
        return complaints
    }

    var absence: String? {
        let requests = ofSystem(watch.requests)
        let what: String
        if requests.subtracting(["ApiVersion"]).isEmpty {
            what =
                "no client of the system ever sent a request that the embedded broker understood (does it use "
                + "KAFKA_BOOTSTRAP_SERVERS?)"
        } else if !requests.contains("JoinGroup") {
            what = "the system's client connected and never asked to join a group"
        } else if !requests.contains("Fetch") {
            what = "the system's client joined its group and never asked for a record"
        } else {
            return nil
        }
        return what
            + "; clients of the JVM, kafka-python 2.1 and newer, groups of aiokafka, and frameworks that first "
            + "look at topics' configurations or make topics of their own need a real broker: "
            + "broker: {real: HOST}, or --brokers HOST"
    }

    /// Destroying a cluster blocks for up to a second: it is done beside the next trial.
    func close() {
        let last = Lent(broker)
        Thread.detachNewThread { last.value.stop() }
    }
}
