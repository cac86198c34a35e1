import KafkaClient
import Records

extension ProxyConfiguration {
    /// Refuses what can be seen to be wrong without asking a broker.
    ///
    /// - Throws: `ProxyError.refused` with one sentence for each fault.
    func check() throws(ProxyError) {
        let refusals = refusals
        if !refusals.isEmpty { throw ProxyError(.refused, refusals.joined(separator: "\n")) }
    }

    /// What can be seen to be wrong without asking a broker.
    var refusals: [String] {
        var refusals: [String] = []
        if routes.isEmpty { refusals.append("no topic to read; give one with --in") }
        let inputs = routes.map(\.input)
        refusals += Self.refusals(ofInputs: routes)
        let outputs = routes.compactMap(\.output)
        if !outputs.isEmpty && outputs.count != routes.count {
            refusals.append(
                "\(inputs.count) inputs and \(outputs.count) outputs: give each --in its --out")
        }
        // Of patterns this is asked once it is known which topics they are.
        let named = routes.filter { !$0.isPattern }
        refusals += shadow.refusals(
            outputs: named.compactMap(\.output), inputs: named.map(\.input))
        refusals += propertyRefusals + targetRefusals
        refusals += maskRefusals
        if commitInterval <= .zero { refusals.append("the commit interval must be above 0") }
        if commitBytes < 1 { refusals.append("the commit size must be above 0") }
        if memoryBytes < Self.leastMemoryBytes {
            refusals.append("\(memoryBytes) bytes of memory are too few; 1MiB is the least")
        }
        if retention != nil && (paths.recording == nil || paths.schedule != nil) {
            refusals.append(
                "retention keeps a folder of recordings with their schedules in it; give --record "
                    + "FOLDER and no --schedule")
        } else if retention == nil && paths.recording != nil && paths.schedule == nil {
            refusals.append(
                "a recording needs its schedule beside it, which says what of it counts; give "
                    + "--schedule")
        }
        if let schedule = paths.schedule, schedule.hasSuffix(".zst") {
            refusals.append(
                "\(schedule): a schedule is plain text while it is written; name it without .zst")
        }
        if isRecordOnly && paths.schedule == nil && retention == nil && !routes.isEmpty {
            refusals.append("nothing to send and nothing to write; give --record")
        }
        return refusals
    }

    static func refusals(ofInputs routes: [Route]) -> [String] {
        let inputs = routes.map(\.input)
        let twice = inputs.enumerated().filter { inputs[..<$0.offset].contains($0.element) }
        return (inputs.contains("") ? ["an --in is empty; name a topic"] : [])
            + twice.map { "\($0.element) is read twice; give each --in once" }
    }

    /// What will do, and may be another thing than was meant.
    var notices: [String] {
        guard plan.window.bytes > memoryBytes else { return [] }
        return [
            "a window may hold \(plan.window.bytes) bytes (window.bytes), which is more than --memory: an "
                + "open window is held whole, whatever --memory says"
        ]
    }

    private var maskRefusals: [String] {
        guard let mask = plan.mask else { return [] }
        guard let maskKey else { return ["the plan masks, and there is no key to mask with"] }
        if mask.fingerprint == maskKey.fingerprint { return [] }
        return [
            "the plan is for the mask key \(mask.fingerprint ?? "none"), and the key given is "
                + "\(maskKey.fingerprint)"
        ]
    }

    /// What will not do of the other cluster.
    private var targetRefusals: [String] {
        guard let target else { return [] }
        var refusals: [String] = []
        for (name, why) in [
            ("transactional.id", "each partition has its own"),
            ("enable.idempotence", "a retry could repeat records or turn them round"),
        ] {
            guard let value = target.client[name], name != "enable.idempotence" || value != "true"
            else { continue }
            refusals.append("--to-X \(name)=\(value) will not do: \(why)")
        }
        let topic = target.positionsTopic
        if delivery == .exactlyOnce {
            if !TopicPartition.isTopicName(topic) {
                refusals.append(
                    "the positions would be kept in \"\(topic)\", which is no name of a topic; name "
                        + "one with --positions-topic")
            }
            if routes.contains(where: { $0.input == topic || $0.output == topic }) {
                refusals.append(
                    "\(topic) cannot be the topic of positions: it is read or written as traffic")
            }
        }
        return refusals
    }

    /// Properties of the client that the proxy's promises rest on.
    private var propertyRefusals: [String] {
        var refusals: [String] = []
        func refuse(_ name: String, _ why: String, unless allowed: (String) -> Bool) {
            guard let value = client[name], !allowed(value) else { return }
            refusals.append("\(name)=\(value) will not do: \(why)")
        }
        refuse(
            "isolation.level",
            "what was aborted would be read, and positions that are about to move"
        ) { $0 == "read_committed" }
        refuse("auto.offset.reset", "records that are gone would be passed over in silence") {
            $0 == "error"
        }
        refuse("transactional.id", "it is the instance's name; give --instance") { $0 == instance }
        refuse("group.id", "give --group") { $0 == group }
        refuse("enable.idempotence", "a retry could repeat records or turn them round") {
            $0 == "true" || isRecordOnly
        }
        if delivery == .exactlyOnce, let text = client["transaction.timeout.ms"],
            let milliseconds = Int64(text), .milliseconds(milliseconds) <= commitInterval
        {
            refusals.append(
                "transaction.timeout.ms=\(text) is no longer than a transaction of "
                    + "\(commitInterval) itself; shorten --commit-interval")
        }
        return refusals
    }

    /// What the proxy sets unless the user does.
    ///
    /// A full queue can leave the library's broker thread asleep for up to a second, so few records
    /// must never be the limit, and bytes are (2.0.2; `queued.min.messages` 10,000 gave a quarter of
    /// the rate of 100,000).
    var consumerClient: ClientConfiguration {
        var client = client
        let kilobytes = max(4096, memoryBytes / 4 / 1024)
        client.set("queued.min.messages", to: "1000000", in: .default, at: "proxy")
        client.set("queued.max.messages.kbytes", to: "\(kilobytes)", in: .default, at: "proxy")
        // One answer of a broker may go over that: it is no larger than a part of it. The library takes none
        // that is smaller than a message may be.
        let answer = min(50 << 20, max(1 << 20, memoryBytes / 16))
        let message = client["message.max.bytes"].flatMap { Int($0) } ?? 0
        client.set("fetch.max.bytes", to: "\(max(answer, message))", in: .default, at: "proxy")
        // New partitions are seen soon.
        client.set("topic.metadata.refresh.interval.ms", to: "1000", in: .default, at: "proxy")
        setStatistics(in: &client)
        return client
    }

    func producerClient(mostBatchBytes: Int?) -> ClientConfiguration {
        var client = (target?.client ?? client).sendingAnySize(mostBatchBytes: mostBatchBytes)
        if target != nil, delivery == .exactlyOnce {
            client.set(
                "transaction.timeout.ms", to: "\(Self.targetTimeoutMs)", in: .default, at: "proxy")
        }
        client.set(
            "queue.buffering.max.kbytes", to: "\(sendingKilobytes)", in: .default, at: "proxy")
        setStatistics(in: &client)
        return client
    }

    private func setStatistics(in client: inout ClientConfiguration) {
        if !isMeasured { return }
        client.set("statistics.interval.ms", to: "2000", in: .default, at: "proxy")
    }

    /// What the producer may hold.
    var sendingKilobytes: Int {
        client["queue.buffering.max.kbytes"].flatMap { Int($0) }
            ?? max(4096, memoryBytes / 4 / 1024)
    }
}
