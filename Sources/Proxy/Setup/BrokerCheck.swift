import KafkaClient
import Perturbation
import Recording
import Records

/// Asks the broker, before anything is written, whether what was configured can work there.
struct BrokerCheck {
    private let configuration: ProxyConfiguration
    private let observer: ProxyObserver
    private let admin: Admin
    private let consumer: Consumer
    private let timeout = Duration.seconds(10)

    init(_ configuration: ProxyConfiguration, _ observer: ProxyObserver) throws {
        self.configuration = configuration
        self.observer = observer
        // What the library logs meanwhile is said in one sentence.
        admin = try Admin(configuration.client)
        consumer = try Consumer(configuration.client, group: configuration.group)
    }

    struct Finding {
        var cluster = ""
        /// The largest batch that every output takes, where that was told.
        var mostBatchBytes: Int?
        /// How many partitions each topic has that is there.
        var partitions: [String: Int] = [:]
        /// One sentence for each thing that will not do.
        var refusals: [String] = []
    }

    /// - Throws: `ProxyError` with one sentence for each thing that will not do.
    func run() throws(ProxyError) -> Finding {
        let finding = try look()
        if !finding.refusals.isEmpty {
            throw ProxyError(.refused, finding.refusals.joined(separator: "\n"))
        }
        return finding
    }

    /// - Throws: `ProxyError.broker` where no broker answers.
    func look() throws(ProxyError) -> Finding {
        let brokers = configuration.client["bootstrap.servers"] ?? ""
        let metadata: ClusterMetadata
        do throws(KafkaError) { metadata = try admin.metadata(timeout: timeout) } catch {
            throw ProxyError(.broker, "no broker answers at \(brokers): \(error.message)")
        }
        let cluster = admin.clusterID(timeout: timeout) ?? ""
        let isEmbedded = cluster.hasPrefix("mockCluster")
        var finding = Finding(cluster: cluster)
        var refusals: [String] = []
        if isEmbedded && configuration.delivery == .exactlyOnce && !configuration.isRecordOnly {
            refusals.append(
                "the embedded broker has no real transactions, which exactly-once needs; give "
                    + "--delivery at-least-once")
        }
        for route in configuration.routes {
            check(route, metadata, isEmbedded: isEmbedded, &finding, &refusals)
        }
        finding.refusals = refusals
        return finding
    }

    private func check(
        _ route: Route, _ metadata: ClusterMetadata, isEmbedded: Bool, _ finding: inout Finding,
        _ refusals: inout [String]
    ) {
        let input = partitions(of: route.input, "input", metadata, isEmbedded, &refusals)
        finding.partitions[route.input] = input
        guard let name = route.output else { return }
        let output = partitions(of: name, "output", metadata, isEmbedded, &refusals)
        finding.partitions[name] = output
        guard let input, let output else { return }
        if output < input {
            refusals.append(
                "the output topic \(name) has \(output) partitions and the input "
                    + "\(route.input) \(input); partitions are kept, so it needs as many")
        }
        if isEmbedded { return }
        let settings: OutputSettings
        do { settings = OutputSettings(try admin.settings(ofTopic: name, timeout: timeout)) } catch
        {
            return observer.notice(
                "cannot see whether \(name) replaces timestamps (\(error.message))", .warning,
                metadata: .event(.notice, TopicPartition(name, -1)))
        }
        if let most = settings.mostBatchBytes {
            finding.mostBatchBytes = min(finding.mostBatchBytes ?? most, most)
        }
        if settings.replacesTimestamps, !configuration.allowsLogAppendTime {
            refusals.append(OutputSettings.refusal(name))
        }
    }

    /// Asked by name as a consumer where the list does not have it: that makes no topic.
    private func partitions(
        of name: String, _ kind: String, _ metadata: ClusterMetadata, _ isEmbedded: Bool,
        _ refusals: inout [String]
    ) -> Int? {
        var found = metadata.topics.first { $0.name == name }
        if found == nil, !isEmbedded {
            found = try? consumer.metadata(topic: name, timeout: timeout).topics
                .first { $0.name == name }
        }
        if let found, found.error == nil, !found.partitions.isEmpty {
            return found.partitions.count
        }
        if let error = found?.error, error != .unknownTopicOrPartition, error != .unknownTopic {
            refusals.append("the \(kind) topic \(name) cannot be used: \(error.text)")
        } else {
            refusals.append(
                "the \(kind) topic \(name) is not there; make it first"
                    + (kind == "output" ? ", with as many partitions as the input" : ""))
        }
        return nil
    }
}
