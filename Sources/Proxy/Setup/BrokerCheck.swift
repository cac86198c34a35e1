import KafkaClient
import Perturbation
import Recording
import Records

/// Asks the broker, before anything is written, whether what was configured can work there.
struct BrokerCheck {
    private let configuration: ProxyConfiguration
    private let observer: ProxyObserver
    private let timeout = Duration.seconds(10)

    init(_ configuration: ProxyConfiguration, _ observer: ProxyObserver) {
        self.configuration = configuration
        self.observer = observer
    }

    /// A cluster that is asked.
    private struct Side {
        // What the library logs meanwhile is said in one sentence.
        let admin: Admin
        let consumer: Consumer
        let metadata: ClusterMetadata
        let cluster: String

        /// It is librdkafka's mock cluster.
        var isEmbedded: Bool { cluster.hasPrefix("mockCluster") }
    }

    struct Finding {
        var cluster = ""
        /// The largest batch that every output takes, where that was told.
        var mostBatchBytes: Int?
        /// How many partitions each topic has that is there.
        var partitions: [String: Int] = [:]
        /// The topic of positions is not there and will be made with so many partitions.
        var positionsToMake: Int?
        /// One for each thing that will not do; a right that is missing is the broker's refusal.
        var refusals: [ProxyError] = []

        mutating func refuse(_ sentence: String, _ kind: ProxyError.Kind = .refused) {
            refusals.append(ProxyError(kind, sentence))
        }
    }

    /// - Throws: `ProxyError` with one sentence for each thing that will not do.
    func run() throws -> Finding {
        let finding = try look()
        if !finding.refusals.isEmpty {
            // Rights can be granted, and then the same command line will do.
            let areRights = finding.refusals.allSatisfy { $0.kind == .broker }
            throw ProxyError(
                areRights ? .broker : .refused,
                finding.refusals.map(\.message).joined(separator: "\n"))
        }
        if let count = finding.positionsToMake, let target = configuration.target {
            try PositionsTopicCheck(target.positionsTopic, partitions: count, timeout: timeout)
                .make(try Admin(target.client), observer)
        }
        return finding
    }

    /// - Throws: `ProxyError.broker` where no broker answers.
    func look() throws -> Finding {
        let source = try side(configuration.client)
        let target = try configuration.target.map { try side($0.client) } ?? source
        var finding = Finding(cluster: source.cluster)
        let isExact = configuration.delivery == .exactlyOnce && !configuration.isRecordOnly
        if target.isEmbedded && isExact {
            finding.refuse(
                "the embedded broker has no real transactions, which exactly-once needs; give "
                    + "--delivery at-least-once")
        }
        var most = 0
        for route in configuration.routes {
            most = max(most, check(route, source, target, &finding))
        }
        if isExact, let positions = configuration.target?.positionsTopic, most > 0 {
            let check = PositionsTopicCheck(positions, partitions: most, timeout: timeout)
            switch try check.look(target.admin, target.consumer, observer) {
            case .fine: break
            case .missing: finding.positionsToMake = most
            case .refused(let sentence): finding.refuse(sentence)
            }
        }
        return finding
    }

    private func side(_ client: ClientConfiguration) throws -> Side {
        let admin = try Admin(client)
        let consumer = try Consumer(client, group: configuration.group)
        let metadata: ClusterMetadata
        do throws(KafkaError) { metadata = try admin.metadata(timeout: timeout) } catch {
            throw ProxyError(.broker, Unanswered.sentence(client, error))
        }
        return Side(
            admin: admin, consumer: consumer, metadata: metadata,
            cluster: admin.clusterID(timeout: timeout) ?? "")
    }

    /// - Returns: the partitions of the input; 0 where that cannot be read.
    private func check(
        _ route: Route, _ source: Side, _ target: Side, _ finding: inout Finding
    ) -> Int {
        let input = partitions(of: route.input, "input", source, &finding)
        finding.partitions[route.input] = input
        guard let name = route.output else { return input ?? 0 }
        let output = partitions(of: name, "output", target, &finding)
        finding.partitions[name] = output
        guard let input, let output else { return 0 }
        if output < input {
            finding.refuse(
                "the output topic \(name) has \(output) partitions and the input "
                    + "\(route.input) \(input); partitions are kept, so it needs as many")
        }
        if target.isEmbedded { return input }
        let settings: OutputSettings
        do {
            settings = OutputSettings(try target.admin.settings(ofTopic: name, timeout: timeout))
        } catch {
            observer.notice(
                "cannot see whether \(name) replaces timestamps (\(error.message); the right is "
                    + AccessRight(.describeConfigs, .topic(name)).name + ")", .warning,
                metadata: .event(.notice, TopicPartition(name, -1)))
            return input
        }
        if let most = settings.mostBatchBytes {
            finding.mostBatchBytes = min(finding.mostBatchBytes ?? most, most)
        }
        if settings.replacesTimestamps, !configuration.allowsLogAppendTime {
            finding.refuse(OutputSettings.refusal(name))
        }
        return input
    }

    /// Asked by name as a consumer where the list does not have it: that makes no topic.
    private func partitions(
        of name: String, _ kind: String, _ side: Side, _ finding: inout Finding
    ) -> Int? {
        var found = side.metadata.topics.first { $0.name == name }
        if found == nil, !side.isEmbedded {
            found = try? side.consumer.metadata(topic: name, timeout: timeout).topics
                .first { $0.name == name }
        }
        if let found, found.error == nil, !found.partitions.isEmpty {
            return found.partitions.count
        }
        if found?.error == .topicAuthorization {
            let right = AccessRight(kind == "output" ? .write : .read, .topic(name))
            finding.refuse(
                "the \(kind) topic \(name) cannot be seen: \(right.refusal)", .broker)
        } else if let error = found?.error, error != .unknownTopicOrPartition,
            error != .unknownTopic
        {
            finding.refuse("the \(kind) topic \(name) cannot be used: \(error.text)")
        } else {
            finding.refuse(
                "the \(kind) topic \(name) is not there; make it first"
                    + (kind == "output" ? ", with as many partitions as the input" : ""))
        }
        return nil
    }
}
