import KafkaClient

extension Consumer {
    /// A topic as the cluster knows it; nil where it is not in the answer.
    ///
    /// - Parameter client: what this consumer was made of.
    /// - Throws: `ProxyError.broker` with the reason where no broker answers, otherwise `KafkaError`.
    func topic(
        _ name: String, asked client: ClientConfiguration, timeout: Duration = .seconds(10)
    ) throws -> ClusterMetadata.Topic? {
        do throws(KafkaError) {
            return try metadata(topic: name, timeout: timeout).topics.first { $0.name == name }
        } catch {
            guard error.code.isUnanswered else { throw error }
            throw ProxyError(.broker, Unanswered.sentence(client, error), mayPass: true)
        }
    }
}
