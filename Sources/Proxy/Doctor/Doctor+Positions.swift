import KafkaClient
import Records

extension Doctor {
    /// The topic that keeps the group's positions, where the output has a cluster of its own: what it is
    /// like, or whether a run could make it.
    ///
    /// - Parameter partitions: those of the widest input.
    mutating func checkPositions(_ name: String, _ partitions: Int, _ side: Side) throws {
        let subject = "positions \(name)"
        if routes.contains(where: { $0.input == name || $0.output == name }) {
            return diagnosis.note(
                .bad, subject,
                "it is read or written as traffic; name another with --positions-topic")
        }
        let found = try seen(name, side)
        if let found, found.error == nil, !found.partitions.isEmpty {
            tell(found, subject)
            checkPartitions(of: name, subject, found, needed: partitions, side)
            if side.isEmbedded { return }
            let policy = settings(of: name, subject, side)?["cleanup.policy"]
            if let policy, policy != "compact" {
                diagnosis.note(
                    .bad, subject, "cleanup.policy=\(policy) would forget them; it takes compact",
                    Self.alter(name, "cleanup.policy=compact", side))
            }
            note(.init(.read, .topic(name)), try mayRead(name, side), side)
            note(.init(.write, .topic(name)), try mayWrite(name, side), side)
        } else if found?.error == .topicAuthorization {
            miss(.init(.read, .topic(name)), side)
            note(
                .init(.write, .topic(name)), .unknown("the topic cannot be seen"), side)
        } else if let error = found?.error, error != .unknownTopicOrPartition,
            error != .unknownTopic
        {
            diagnosis.note(.bad, subject, error.text)
        } else if !side.isEmbedded {
            checkMaking(name, max(1, partitions), subject, side)
        }
    }

    /// Asks for the topic without having it made.
    private mutating func checkMaking(
        _ name: String, _ partitions: Int, _ subject: String, _ side: Side
    ) {
        let topic = NewTopic(name, partitions: partitions, settings: PositionsTopic.settings)
        let failure: KafkaError?
        do throws(KafkaError) {
            failure =
                try side.admin.createTopics([topic], timeout: timeout, isTrial: true)[name]
        } catch {
            failure = error
        }
        if let failure {
            let settings = PositionsTopic.settings.sorted { $0.key < $1.key }
                .map { " --config \($0.key)=\($0.value)" }.joined()
            diagnosis.note(
                .bad, subject, "not there, and a run could not make it (\(failure.message))",
                [
                    "kafka-topics.sh --bootstrap-server \(side.brokers) --create --topic \(name) "
                        + "--partitions \(partitions)\(settings)"
                ])
        } else {
            diagnosis.note(
                .good, subject,
                "not there yet; the first run makes it, with \(partitions) partitions")
        }
        for right in [AccessRight(.read, .topic(name)), .init(.write, .topic(name))] {
            note(right, .unknown("the topic is not there yet"), side)
        }
    }
}
