import KafkaClient
import Records

extension Doctor {
    /// Both topics of a route, by themselves and against each other.
    ///
    /// - Returns: the partitions of the input; 0 where it cannot be seen.
    mutating func check(_ route: Route, _ source: Side, _ sink: Side) throws -> Int {
        let input = try look(at: route.input, "input \(route.input)", .read, source)
        if let input { tell(input, "input \(route.input)") }
        let count = input?.partitions.count ?? 0
        guard let name = route.output else { return count }
        let inputs = target == nil ? routes.map(\.input) : []
        for refusal in shadow.refusals(outputs: [name], inputs: inputs) {
            diagnosis.note(.bad, "output \(name)", refusal)
        }
        guard let output = try look(at: name, "output \(name)", .write, sink) else {
            let right = AccessRight(.describeConfigs, .topic(name), isOptional: true)
            note(right, .unknown("the topic cannot be seen"), sink)
            return count
        }
        tell(output, "output \(name)")
        checkPartitions(of: name, "output \(name)", output, needed: count, sink)
        if !sink.isEmbedded { checkSettings(of: name, from: route.input, output, source, sink) }
        return count
    }

    mutating func checkPartitions(
        of name: String, _ subject: String, _ topic: ClusterMetadata.Topic, needed: Int,
        _ side: Side
    ) {
        let count = topic.partitions.count
        if count >= needed { return }
        diagnosis.note(
            .bad, subject, "\(count) partitions, and the input has \(needed): it needs as many",
            [
                "kafka-topics.sh --bootstrap-server \(side.brokers) --alter --topic \(name) "
                    + "--partitions \(needed)"
            ])
    }

    /// What the cluster tells of a topic; nil where it does not know it.
    func seen(_ name: String, _ side: Side) throws -> ClusterMetadata.Topic? {
        if let found = side.metadata.topics.first(where: { $0.name == name }) { return found }
        // The embedded broker would make it.
        if side.isEmbedded { return nil }
        // Asked by name as a consumer: that makes no topic.
        let consumer = try Consumer(side.client)
        return try? consumer.metadata(topic: name, timeout: timeout).topics
            .first { $0.name == name }
    }

    /// nil where it cannot be seen, which is noted.
    private mutating func look(
        at name: String, _ subject: String, _ operation: AccessRight.Operation, _ side: Side
    ) throws -> ClusterMetadata.Topic? {
        let found = try seen(name, side)
        if let found, found.error == nil, !found.partitions.isEmpty { return found }
        if found?.error == .topicAuthorization {
            miss(AccessRight(operation, .topic(name)), side)
        } else if let error = found?.error, error != .unknownTopicOrPartition,
            error != .unknownTopic
        {
            diagnosis.note(.bad, subject, error.text)
        } else {
            diagnosis.note(
                .bad, subject, "not there, or not to be seen",
                [
                    "kafka-topics.sh --bootstrap-server \(side.brokers) --create --topic \(name) "
                        + "--partitions …"
                ])
        }
        return nil
    }

    mutating func tell(_ topic: ClusterMetadata.Topic, _ subject: String) {
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
        of name: String, from input: String, _ topic: ClusterMetadata.Topic, _ source: Side,
        _ sink: Side
    ) {
        let subject = "output \(name)"
        guard let settings = settings(of: name, subject, sink) else { return }
        func alter(_ change: String) -> [String] { Self.alter(name, change, sink) }
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
        // Kafka 4.0 and later want no more of them than there are (KIP-966).
        let isShort = topic.partitions.contains { $0.inSync.count < min(least, $0.replicas.count) }
        if let few = topic.partitions.map(\.inSync.count).min(), few < least {
            diagnosis.note(
                isShort ? .bad : .warning, subject,
                "min.insync.replicas=\(least) and \(few) in step: writes are refused"
                    + (isShort ? "" : " by brokers older than Kafka 4.0"))
        }
        // Only where the user may see the input's settings, which a run never asks for.
        guard let theirs = try? source.admin.settings(ofTopic: input, timeout: timeout) else {
            return
        }
        checkSize(of: name, settings, theirs, alter)
        checkTimes(of: name, settings, theirs, alter)
    }

    /// nil where they cannot be seen, which is noted.
    mutating func settings(
        of name: String, _ subject: String, _ side: Side
    ) -> [String: String]? {
        do throws(KafkaError) {
            return try side.admin.settings(ofTopic: name, timeout: timeout)
        } catch {
            if error.code == .topicAuthorization {
                miss(AccessRight(.describeConfigs, .topic(name), isOptional: true), side)
            } else {
                diagnosis.note(.untried, subject, "its settings: \(error.message)")
            }
            return nil
        }
    }

    static func alter(_ topic: String, _ change: String, _ side: Side) -> [String] {
        [
            "kafka-configs.sh --bootstrap-server \(side.brokers) --alter --topic \(topic) "
                + "--add-config \(change)"
        ]
    }

    private mutating func checkSize(
        of name: String, _ settings: [String: String], _ theirs: [String: String],
        _ alter: (String) -> [String]
    ) {
        guard let most = settings["max.message.bytes"].flatMap({ Int($0) }),
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

    /// How far from the brokers' clock a record's time may be.
    private mutating func checkTimes(
        of name: String, _ settings: [String: String], _ theirs: [String: String],
        _ alter: (String) -> [String]
    ) {
        for key in ["message.timestamp.before.max.ms", "message.timestamp.after.max.ms"] {
            guard let most = settings[key].flatMap({ Int($0) }),
                let furthest = theirs[key].flatMap({ Int($0) }), most < furthest
            else { continue }
            diagnosis.note(
                .warning, "output \(name)",
                "\(key)=\(most), and the input takes \(furthest): a record whose time lies between them "
                    + "would end the run", alter("\(key)=\(furthest)"))
        }
    }
}
