import KafkaClient

/// Asks the broker, before anything is written, whether what was configured can work there.
struct BrokerCheck {
    private let configuration: ProxyConfiguration
    private let admin: Admin
    private let timeout = Duration.seconds(10)

    init(
        _ configuration: ProxyConfiguration, onEvent: @escaping (ClientEvent) -> Void
    ) throws {
        self.configuration = configuration
        admin = try Admin(configuration.client, onEvent: onEvent)
    }

    /// - Returns: the cluster's id.
    /// - Throws: `ProxyError` with one sentence for each thing that will not do.
    func run() throws(ProxyError) -> String {
        let brokers = configuration.client["bootstrap.servers"] ?? ""
        do { _ = try admin.metadata(topic: nil, timeout: timeout) } catch {
            throw ProxyError(.broker, "no broker answers at \(brokers): \(error.message)")
        }
        let cluster = admin.clusterID(timeout: timeout) ?? ""
        let isEmbedded = cluster.hasPrefix("mockCluster")
        if isEmbedded && configuration.delivery == .exactlyOnce {
            throw ProxyError(
                .refused,
                "the embedded broker has no real transactions, which exactly-once needs; give "
                    + "--delivery at-least-once")
        }
        var refusals: [String] = []
        for route in configuration.routes {
            check(route, isEmbedded: isEmbedded, &refusals)
        }
        if !refusals.isEmpty { throw ProxyError(.refused, refusals.joined(separator: "\n")) }
        return cluster
    }

    private func check(_ route: Route, isEmbedded: Bool, _ refusals: inout [String]) {
        guard let input = partitions(of: route.input, "input", &refusals),
            let output = partitions(of: route.output, "output", &refusals)
        else { return }
        if output < input {
            refusals.append(
                "the output topic \(route.output) has \(output) partitions and the input "
                    + "\(route.input) \(input); partitions are kept, so it needs as many")
        }
        guard !isEmbedded, !configuration.allowsLogAppendTime,
            let settings = try? admin.settings(ofTopic: route.output, timeout: timeout)
        else { return }
        if settings["message.timestamp.type"] == "LogAppendTime" {
            refusals.append(
                "the output topic \(route.output) has message.timestamp.type=LogAppendTime, which "
                    + "replaces every timestamp; set CreateTime, or give --allow-log-append-time")
        }
    }

    private func partitions(
        of topic: String, _ kind: String, _ refusals: inout [String]
    ) -> Int? {
        let found: ClusterMetadata.Topic?
        do {
            found = try admin.metadata(topic: topic, timeout: timeout).topics
                .first { $0.name == topic }
        } catch {
            refusals.append("the \(kind) topic \(topic): \(error.message)")
            return nil
        }
        guard let found, found.error == nil, !found.partitions.isEmpty else {
            let reason = found?.error.map { ": \($0.text)" } ?? ""
            refusals.append(
                "the \(kind) topic \(topic) is not there\(reason); make it first, with "
                    + (kind == "output" ? "as many partitions as the input" : "its producer"))
            return nil
        }
        return found.partitions.count
    }
}
