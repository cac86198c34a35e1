import KafkaClient
import Perturbation
import Recording
import Records

/// Asks a cluster, before anything runs there, whether a run would work: what its brokers can do, what the
/// topics are like, which rights the user has. Where the output has a cluster of its own, each is asked
/// for its part.
///
/// Nothing is stored anywhere: rights to write are tried with requests that a broker refuses once it has
/// checked them.
public struct Doctor {
    let client: ClientConfiguration
    /// nil where the output is on the input's cluster.
    let target: TargetCluster?
    let routes: [Route]
    let group: String
    /// nil where the user named none: then any name that begins with the group's.
    let instance: String?
    let isExactlyOnce: Bool
    let shadow: ShadowGuard
    /// For whom rights are to be granted.
    let principal: String
    let timeout = Duration.seconds(10)
    var diagnosis = Diagnosis()

    public init(
        _ client: ClientConfiguration, target: TargetCluster? = nil, routes: [Route],
        group: String, instance: String?, delivery: DeliveryGuarantee, shadow: ShadowGuard,
        principal: String?
    ) {
        self.client = client
        self.target = target
        self.routes = routes
        self.group = group
        self.instance = instance
        isExactlyOnce = delivery == .exactlyOnce && routes.contains { $0.output != nil }
        self.shadow = shadow
        self.principal = principal ?? AccessRight.anybody
    }

    /// A cluster that is asked.
    struct Side {
        let client: ClientConfiguration
        let admin: Admin
        let metadata: ClusterMetadata
        /// It is librdkafka's mock cluster.
        let isEmbedded: Bool
        /// Which of two clusters it is; nothing where there is one.
        let mark: String

        var brokers: String { client["bootstrap.servers"] ?? "…" }

        func command(for right: AccessRight, principal: String) -> String {
            let way = client["security.protocol"]?.lowercased() ?? "plaintext"
            return right.command(
                principal: principal, brokers: brokers, isSecured: way != "plaintext")
        }

        /// What a check is of: `rights`, or `rights (output)`.
        func subject(_ name: String) -> String { name + mark }
    }

    /// Looks at all of it.
    ///
    /// - Throws: `ConfigurationError` for properties that the client library refuses.
    public mutating func examine() throws -> Diagnosis {
        let source = try side(client, target == nil ? "" : " (input)")
        let sink = try target.map { try side($0.client, " (output)") } ?? source
        guard let source, let sink else { return diagnosis }
        checkRequests(source, isOutput: target == nil)
        if target != nil { checkRequests(sink, isOutput: true) }
        var partitions = 0
        for refusal in ProxyConfiguration.refusals(ofInputs: routes) {
            diagnosis.note(.bad, "input", refusal)
        }
        for route in routes { partitions = max(partitions, try check(route, source, sink)) }
        if let target, isExactlyOnce {
            try checkPositions(target.positionsTopic, partitions, sink)
        }
        try checkRights(source, sink)
        return diagnosis
    }

    /// nil where no broker answers, which is noted.
    private mutating func side(_ client: ClientConfiguration, _ mark: String) throws -> Side? {
        let admin = try Admin(client)
        let metadata: ClusterMetadata
        do throws(KafkaError) { metadata = try admin.metadata(timeout: timeout) } catch {
            diagnosis.note(.bad, "broker\(mark)", Unanswered.sentence(client, error))
            return nil
        }
        let cluster = admin.clusterID(timeout: timeout) ?? ""
        let count = metadata.brokers.count
        diagnosis.note(
            .good, "broker\(mark)", "\(count) broker\(count == 1 ? "" : "s"), cluster \(cluster)")
        return Side(
            client: client, admin: admin, metadata: metadata,
            isEmbedded: cluster.hasPrefix("mockCluster"), mark: mark)
    }

    // MARK: What brokers can do

    /// - Parameter isOutput: transactions are to be made there.
    private mutating func checkRequests(_ side: Side, isOutput: Bool) {
        let requests = (try? BrokerRequests.ask(side.client, timeout: timeout)) ?? BrokerRequests()
        let isExactlyOnce = isExactlyOnce && isOutput
        let version = side.subject("version")
        if side.isEmbedded {
            return diagnosis.note(
                isExactlyOnce ? .bad : .good, version,
                "the embedded broker has no real transactions"
                    + (isOutput ? ": --delivery at-least-once" : ", and needs none here"))
        }
        guard !requests.highest.isEmpty else {
            return diagnosis.note(
                .untried, version, "the broker does not say which requests it knows")
        }
        diagnosis.note(
            requests.has(.produce, from: 3) ? .good : .bad, version,
            requests.release.map { "speaks like Apache Kafka \($0)" }
                ?? "older than Apache Kafka 0.11: it knows no headers")
        if isExactlyOnce { checkTransactionRequests(requests, side) }
    }

    private mutating func checkTransactionRequests(_ requests: BrokerRequests, _ side: Side) {
        // On a cluster of its own the positions are records like others.
        let hasPositions =
            target != nil
            || requests.has(.transactionOffsetCommit, from: 3)
                && requests.has(.offsetFetch, from: 7)
        let isEnough = requests.has(.initProducerID) && hasPositions
        diagnosis.note(
            isEnough ? .good : .bad, side.subject("transactions"),
            isEnough
                ? target == nil ? "known, with positions inside them" : "known"
                : "exactly-once takes a broker like Apache Kafka \(target == nil ? "2.5" : "0.11") "
                    + "or newer; give --delivery at-least-once")
    }
}
