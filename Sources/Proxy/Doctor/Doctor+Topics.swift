import KafkaClient
import Records

extension Doctor {
    /// Both topics of a route, by themselves and against each other.
    mutating func check(
        _ route: Route, _ metadata: ClusterMetadata, _ admin: Admin, isEmbedded: Bool
    ) throws {
        let input = try look(at: route.input, .read, metadata)
        if let input { tell(input, "input \(route.input)") }
        guard let name = route.output else { return }
        for refusal in shadow.refusals(outputs: [name], inputs: routes.map(\.input)) {
            diagnosis.note(.bad, "output \(name)", refusal)
        }
        guard let output = try look(at: name, .write, metadata) else {
            let right = AccessRight(.describeConfigs, .topic(name), isOptional: true)
            return diagnosis.note(
                .untried, "rights", "\(right.name): the topic cannot be seen",
                [right.command(principal: principal, brokers: brokers)])
        }
        tell(output, "output \(name)")
        if let input, output.partitions.count < input.partitions.count {
            diagnosis.note(
                .bad, "output \(name)",
                "\(output.partitions.count) partitions, and the input has "
                    + "\(input.partitions.count): it needs as many",
                [
                    "kafka-topics.sh --bootstrap-server \(brokers) --alter --topic \(name) "
                        + "--partitions \(input.partitions.count)"
                ])
        }
        if !isEmbedded { checkSettings(of: name, from: route.input, output, admin) }
    }

    var brokers: String { client["bootstrap.servers"] ?? "…" }

    /// nil where it cannot be seen, which is noted.
    private mutating func look(
        at name: String, _ operation: AccessRight.Operation, _ metadata: ClusterMetadata
    ) throws -> ClusterMetadata.Topic? {
        var found = metadata.topics.first { $0.name == name }
        if found == nil {
            // Asked by name as a consumer: that makes no topic.
            let consumer = try Consumer(client)
            found = try? consumer.metadata(topic: name, timeout: timeout).topics
                .first { $0.name == name }
        }
        let subject = operation == .read ? "input \(name)" : "output \(name)"
        if let found, found.error == nil, !found.partitions.isEmpty { return found }
        if found?.error == .topicAuthorization {
            miss(AccessRight(operation, .topic(name)))
        } else if let error = found?.error, error != .unknownTopicOrPartition,
            error != .unknownTopic
        {
            diagnosis.note(.bad, subject, error.text)
        } else {
            diagnosis.note(
                .bad, subject, "not there, or not to be seen",
                [
                    "kafka-topics.sh --bootstrap-server \(brokers) --create --topic \(name) "
                        + "--partitions …"
                ])
        }
        return nil
    }

    private mutating func tell(_ topic: ClusterMetadata.Topic, _ subject: String) {
        let replicas = topic.partitions.map(\.replicas.count).min() ?? 0
        let count = topic.partitions.count
        diagnosis.note(
            .good, subject,
            "\(count) partition\(count == 1 ? "" : "s"), \(replicas) replica"
                + "\(replicas == 1 ? "" : "s") each")
        let leaderless = topic.partitions.filter { $0.leader < 0 }.map { "\($0.id)" }
        if !leaderless.isEmpty {
            diagnosis.note(
                .bad, subject, "no leader for partition \(leaderless.joined(separator: ", "))")
        }
        let behind = topic.partitions.filter { $0.inSync.count < $0.replicas.count }
        if !behind.isEmpty {
            diagnosis.note(
                .warning, subject, "replicas of \(behind.count) partitions are not in step")
        }
    }

    /// What of a topic's settings would change records, lose them or refuse them.
    private mutating func checkSettings(
        of name: String, from input: String, _ topic: ClusterMetadata.Topic, _ admin: Admin
    ) {
        let subject = "output \(name)"
        let settings: [String: String]
        do { settings = try admin.settings(ofTopic: name, timeout: timeout) } catch {
            let right = AccessRight(.describeConfigs, .topic(name), isOptional: true)
            if error.code == .topicAuthorization { return miss(right) }
            return diagnosis.note(.untried, subject, "its settings: \(error.message)")
        }
        let brokers = brokers
        func alter(_ change: String) -> [String] {
            [
                "kafka-configs.sh --bootstrap-server \(brokers) --alter --topic \(name) "
                    + "--add-config \(change)"
            ]
        }
        if settings["message.timestamp.type"] == "LogAppendTime" {
            diagnosis.note(
                .bad, subject,
                "message.timestamp.type=LogAppendTime replaces every timestamp; set CreateTime, or "
                    + "give the proxy --allow-log-append-time",
                alter("message.timestamp.type=CreateTime"))
        }
        if settings["cleanup.policy"]?.contains("compact") == true {
            diagnosis.note(
                .warning, subject,
                "cleanup.policy=compact takes records away that the schedule says are there",
                alter("cleanup.policy=delete"))
        }
        if let retention = settings["retention.ms"].flatMap({ Int($0) }), retention >= 0 {
            diagnosis.note(
                .warning, subject,
                "retention.ms=\(retention): records keep their timestamps, so older ones are deleted "
                    + "soon after they were written", alter("retention.ms=-1"))
        }
        let least = settings["min.insync.replicas"].flatMap { Int($0) } ?? 1
        if let few = topic.partitions.map(\.inSync.count).min(), few < least {
            diagnosis.note(
                .bad, subject, "min.insync.replicas=\(least) and \(few) in step: writes are refused"
            )
        }
        checkSize(of: name, settings, input, admin, alter)
    }

    private mutating func checkSize(
        of name: String, _ settings: [String: String], _ input: String, _ admin: Admin,
        _ alter: (String) -> [String]
    ) {
        // Only where the user may see the input's settings, which a run never asks for.
        guard let most = settings["max.message.bytes"].flatMap({ Int($0) }),
            let theirs = try? admin.settings(ofTopic: input, timeout: timeout),
            let largest = theirs["max.message.bytes"].flatMap({ Int($0) })
        else { return }
        if most < largest {
            diagnosis.note(
                .warning, "output \(name)",
                "max.message.bytes=\(most), and the input takes \(largest): a record between them "
                    + "would end the run", alter("max.message.bytes=\(largest)"))
        } else {
            diagnosis.note(
                .good, "output \(name)", "takes records of the size that the input takes")
        }
    }

    mutating func miss(_ right: AccessRight) {
        // A right that several checks lack is asked for once.
        let text = "missing: \(right.name)"
        if diagnosis.checks.contains(where: { $0.text == text }) { return }
        diagnosis.note(
            right.isOptional ? .warning : .bad, "rights", text,
            [right.command(principal: principal, brokers: brokers)])
    }
}
