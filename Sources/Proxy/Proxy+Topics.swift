import KafkaClient
import Perturbation
import Recording
import Records

/// Topics, and partitions of outputs, that come while the proxy runs.
extension Proxy {
    /// Reads new topics that a pattern matches, as soon as they can be: once their output is there. What
    /// stands against one is said once.
    func lookForTopics(_ now: UInt64) throws {
        guard routing.hasPatterns, !configuration.untilEnd, now >= nextTopicsNs else { return }
        nextTopicsNs = now + configuration.topicInterval.wholeNanoseconds
        guard let metadata = try? consumer.metadata(timeout: .seconds(1)) else { return }
        let partitions = Dictionary(
            metadata.topics.map { ($0.name, $0.partitions.count) },
            uniquingKeysWith: { one, _ in one })
        let known = Set(configuration.routes.map(\.input))
        var isNew = false
        for route in routing.routes(of: partitions.keys) where !known.contains(route.input) {
            if let reason = reason(against: route, partitions) {
                if toldTopics.insert(reason).inserted { observer.notice(reason) }
                continue
            }
            configuration.routes.append(route)
            if let output = route.output { outputs[route.input] = output }
            senders?.add(route)
            isNew = true
            observer.notice(
                "the new topic \(route.input) is read from now on"
                    + (route.output.map { " and sent to \($0)" } ?? ""))
        }
        if isNew { try consumer.subscribe(to: configuration.routes.map(\.input)) }
    }

    /// Why a new topic cannot be read yet; nil where it can.
    private func reason(against route: Route, _ partitions: [String: Int]) -> String? {
        let input = partitions[route.input] ?? 0
        if input == 0 { return "the new topic \(route.input) has no partitions yet" }
        guard let output = route.output else { return nil }
        let why = { (reason: String) in
            "the new topic \(route.input) matches a pattern and is not read: \(reason)"
        }
        let refusals = configuration.shadow.refusals(
            outputs: configuration.routes.compactMap(\.output) + [output],
            inputs: configuration.routes.map(\.input) + [route.input])
        if let refusal = refusals.first { return why(refusal) }
        let count = partitionCount(ofOutput: output)
        guard count > 0 else {
            return why("its output \(output) is not there; make it, with \(input) partitions")
        }
        if count < input {
            return why("its output \(output) has \(count) partitions, and it needs \(input)")
        }
        if let senders, let topic = configuration.target?.positionsTopic {
            let count = senders.partitionCount(of: topic)
            if count < input {
                return why(
                    "the topic of positions \(topic) has \(count) partitions, and it needs \(input)"
                )
            }
        }
        return nil
    }

    /// Whether a partition that a producer did not know is there by now: its client looks at topics every few
    /// minutes only, and one that is begun anew knows it.
    func hasPartitionNow(_ error: any Error) -> Bool {
        let cause = (error as? DeliveryFailure)?.error ?? error as? KafkaError
        guard let cause, cause.code == .unknownPartition, let place = cause.source else {
            return false
        }
        return place.partition < partitionCount(ofOutput: place.topic)
    }

    /// Partitions that a topic of the output's cluster has now; 0 where it is not there, or nobody answers.
    private func partitionCount(ofOutput topic: String) -> Int {
        if let senders { return senders.partitionCount(of: topic) }
        // Asked for by its name, a topic that is not there might be made.
        let metadata = try? producer?.metadata(timeout: .seconds(1))
        return metadata?.topics.first { $0.name == topic }?.partitions.count ?? 0
    }
}
