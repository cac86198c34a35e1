import KafkaClient
import Logging

extension TopicSink {
    /// Asks the broker first whether every topic can take what is to come; nothing is sent before that.
    ///
    /// - Parameters:
    ///   - outputs: how many partitions each topic needs.
    ///   - allowsLogAppendTime: also topics that replace timestamps.
    ///   - log: gets what the client library tells while it sends.
    ///   - meter: gets its statistics.
    /// - Throws: `ProxyError.refused` with a sentence for each topic that will not do, or `.broker`
    ///   where no broker answers; `KafkaError`.
    public convenience init(
        opening client: ClientConfiguration, outputs: [String: Int], allowsLogAppendTime: Bool,
        log: Logger = .none, meter: ReplayMeter? = nil
    ) throws {
        let timeout = Duration.seconds(10)
        let admin = try Admin(client)
        let metadata: ClusterMetadata
        do throws(KafkaError) { metadata = try admin.metadata(timeout: timeout) } catch {
            throw ProxyError(.broker, Unanswered.sentence(client, error))
        }
        let isEmbedded = admin.clusterID(timeout: timeout)?.hasPrefix("mockCluster") == true
        var refusals: [String] = []
        var mostBatchBytes: Int?
        for (name, needed) in outputs.sorted(by: { $0.key < $1.key }) {
            var found = metadata.topics.first { $0.name == name }
            if found == nil, !isEmbedded {
                // The list leaves out what may not be seen. Asked as a consumer, that makes no topic.
                found = try? Consumer(client).metadata(topic: name, timeout: timeout).topics
                    .first { $0.name == name }
            }
            if found?.error == .topicAuthorization {
                throw ProxyError(.broker, AccessRight(.write, .topic(name)).refusal)
            }
            guard let found, found.error != .unknownTopicOrPartition, found.error != .unknownTopic
            else {
                refusals.append("the output topic \(name) is not there; make it first")
                continue
            }
            if let error = found.error {
                refusals.append("the output topic \(name) cannot be used: \(error.text)")
            } else if found.partitions.count < needed {
                refusals.append(
                    "the output topic \(name) has \(found.partitions.count) partitions and the "
                        + "recording \(needed); partitions are kept, so it needs as many")
            }
            // Who may not ask for settings finds out by writing.
            guard !isEmbedded, let settings = try? admin.settings(ofTopic: name, timeout: timeout)
            else { continue }
            let output = OutputSettings(settings)
            if let most = output.mostBatchBytes {
                mostBatchBytes = min(mostBatchBytes ?? most, most)
            }
            if output.replacesTimestamps, !allowsLogAppendTime {
                refusals.append(OutputSettings.refusal(name))
            }
        }
        if !refusals.isEmpty { throw ProxyError(.refused, refusals.joined(separator: "\n")) }
        var sending = client.sendingAnySize(mostBatchBytes: mostBatchBytes)
        if meter != nil {
            sending.set("statistics.interval.ms", to: "2000", in: .default, at: "replay")
        }
        self.init(
            try Producer(sending, onEvent: ClientLog(log, meter).note("producer")),
            outputs: Array(outputs.keys))
    }
}
