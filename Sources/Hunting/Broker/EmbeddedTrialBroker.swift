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
        var requests: Set<String> = []
        /// Kinds of request that were refused because nobody serves them here.
        var unsupported: Set<String> = []
        var hasMemberBegun = false
        /// Fetches by the port that they came from.
        var fetches: [UInt16: Int] = [:]
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

        /// `Broker 1: Received JoinGroupRequestV5 from …`
        private func noteRequest(_ text: String) {
            // `Broker 1: unsupported DescribeConfigsRequestV0 from …`; which versions are spoken is asked by trying.
            if let start = text.range(of: "unsupported "), let end = text.range(of: "Request") {
                let request = String(text[start.upperBound..<end.lowerBound])
                if !request.hasPrefix("ApiVersion") { unsupported.insert(request) }
                return
            }
            guard let start = text.range(of: "Received "), let end = text.range(of: "RequestV")
            else { return }
            let request = String(text[start.upperBound..<end.lowerBound])
            requests.insert(request)
            if request == "Fetch",
                let port = text.split(separator: ":").last.flatMap({ UInt16($0) })
            {
                fetches[port, default: 0] += 1
            }
            // Its group is new: nothing is committed that it could begin at.
            if request == "ListOffsets", !memberships.isEmpty {
                hasMemberBegun = true
            }
        }
    }

    private let broker: EmbeddedBroker
    private let watch: Watch

    init(
        topics: [Hunt.Topic], roundTrip: Duration?, errors: [BrokerChoice.RequestErrors]
    ) throws {
        let watch = Watch()
        self.watch = watch
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
    var hasMemberBegun: Bool { watch.hasMemberBegun }
    var hasBeenJoined: Bool { watch.requests.contains("JoinGroup") }

    var fetches: Int? {
        guard let port = bootstrapServers.split(separator: ":").last.flatMap({ UInt16($0) })
        else { return nil }
        let own = OwnConnections.localPorts(to: port)
        return watch.fetches.reduce(0) { own.contains($1.key) ? $0 : $0 + $1.value }
    }

    /// What the mock cannot do shows as requests that its clients should not have had to make, or as
    /// none at all.
    var complaints: [String] {
        var complaints: [String] = []
        if watch.requests.isEmpty {
            complaints.append(
                "no client of the system ever sent a request that the embedded broker understood: does "
                    + "it use KAFKA_BOOTSTRAP_SERVERS? Clients that need a newer protocol (those of "
                    + "the JVM, kafka-python 2.1 and newer) need a real broker: broker: {real: HOST}"
            )
        } else if watch.requests.contains("AddPartitionsToTxn")
            || watch.requests.contains("TxnOffsetCommit")
        {
            complaints.append(
                "the system uses transactions; the embedded broker shows aborted records and stores no "
                    + "positions sent in one: use a real broker (broker: {real: HOST})")
        }
        if !watch.unsupported.isEmpty {
            complaints.append(
                "the system asked for what the embedded broker does not serve ("
                    + watch.unsupported.sorted().joined(separator: ", ")
                    + "): if it needs that, use a real broker (broker: {real: HOST})")
        }
        return complaints
    }

    /// Destroying a cluster blocks for up to a second: it is done beside the next trial.
    func close() {
        let last = Unchecked(broker)
        Thread.detachNewThread { last.value.stop() }
    }
}

/// A value that is handed to another thread and used there alone.
private struct Unchecked<Value>: Sendable {
    nonisolated(unsafe) let value: Value
    init(_ value: Value) { self.value = value }
}
