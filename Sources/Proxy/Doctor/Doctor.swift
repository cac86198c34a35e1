import KafkaClient
import Perturbation
import Recording
import Records

/// Asks a cluster, before anything runs there, whether a run would work: what its brokers can do, what the
/// topics are like, which rights the user has.
///
/// Nothing is stored anywhere: rights to write are tried with requests that a broker refuses once it has
/// checked them.
public struct Doctor {
    let client: ClientConfiguration
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
        _ client: ClientConfiguration, routes: [Route], group: String, instance: String?,
        delivery: DeliveryGuarantee, shadow: ShadowGuard, principal: String?
    ) {
        self.client = client
        self.routes = routes
        self.group = group
        self.instance = instance
        isExactlyOnce = delivery == .exactlyOnce && routes.contains { $0.output != nil }
        self.shadow = shadow
        self.principal = principal ?? AccessRight.anybody
    }

    /// Looks at all of it.
    ///
    /// - Throws: `ConfigurationError` for properties that the client library refuses.
    public mutating func examine() throws -> Diagnosis {
        let admin = try Admin(client)
        let metadata: ClusterMetadata
        do throws(KafkaError) { metadata = try admin.metadata(timeout: timeout) } catch {
            diagnosis.note(.bad, "broker", try unreachable(error))
            return diagnosis
        }
        let cluster = admin.clusterID(timeout: timeout) ?? ""
        let isEmbedded = cluster.hasPrefix("mockCluster")
        let count = metadata.brokers.count
        diagnosis.note(
            .good, "broker", "\(count) broker\(count == 1 ? "" : "s"), cluster \(cluster)")
        checkRequests(isEmbedded: isEmbedded)
        for route in routes { try check(route, metadata, admin, isEmbedded: isEmbedded) }
        if isEmbedded {
            diagnosis.note(.good, "rights", "the embedded broker asks for none")
        } else {
            try checkRights(admin)
        }
        return diagnosis
    }

    /// The library's log says more than its error: wrong passwords, certificates, no TLS where some is
    /// wanted.
    private func unreachable(_ error: KafkaError) throws -> String {
        let brokers = client["bootstrap.servers"] ?? ""
        let told = Told()
        let admin = try Admin(client, onEvent: told.note)
        _ = try? admin.metadata(timeout: .seconds(5))
        admin.poll(timeout: .milliseconds(100))
        let reasons = told.reasons.isEmpty ? [error.message] : told.reasons
        return "no broker answers at \(brokers): \(reasons.joined(separator: "; "))"
    }

    private final class Told {
        var reasons: [String] = []

        func note(_ event: ClientEvent) {
            guard case .error(let error) = event, error.code != .allBrokersDown,
                reasons.count < 3, !reasons.contains(error.message)
            else { return }
            reasons.append(error.message)
        }
    }

    // MARK: What brokers can do

    private mutating func checkRequests(isEmbedded: Bool) {
        let requests = (try? BrokerRequests.ask(client, timeout: timeout)) ?? BrokerRequests()
        if isEmbedded {
            let status: Diagnosis.Status = isExactlyOnce ? .bad : .good
            diagnosis.note(
                status, "version",
                "the embedded broker has no real transactions: --delivery at-least-once")
            return
        }
        guard !requests.highest.isEmpty else {
            diagnosis.note(.untried, "version", "the broker does not say which requests it knows")
            return
        }
        diagnosis.note(
            requests.has(.produce, from: 3) ? .good : .bad, "version",
            requests.release.map { "speaks like Apache Kafka \($0)" }
                ?? "older than Apache Kafka 0.11: it knows no headers")
        guard isExactlyOnce else { return }
        let isEnough =
            requests.has(.initProducerID) && requests.has(.transactionOffsetCommit, from: 3)
            && requests.has(.offsetFetch, from: 7)
        diagnosis.note(
            isEnough ? .good : .bad, "transactions",
            isEnough
                ? "known, with positions inside them"
                : "exactly-once takes a broker like Apache Kafka 2.5 or newer; give --delivery "
                    + "at-least-once")
    }
}
