import Configuration

extension TopologyReader {
    /// What no single value can know.
    func check(_ topology: Topology) {
        if root["sources"] == nil {
            root.problem("has no sources", accepted: "write where messages come from")
        }
        if root["handlers"] == nil {
            root.problem("has no handlers", accepted: "write who works on the messages")
        }
        for queue in topology.queues {
            let readers = topology.handlers.filter { $0.queue == queue.name }
            if readers.isEmpty && !topology.isDeadLetterQueue(queue.name) {
                root["queues"]?.problem(
                    "no handler reads \(queue.name)",
                    accepted: "write from: \(queue.name) in a handler")
            } else if readers.count > 1 {
                root["handlers"]?.problem(
                    "\(readers.map(\.name).joined(separator: " and ")) both read \(queue.name)",
                    accepted: "one handler with more nodes or workers, or a queue for each")
            }
        }
        checkEnd(topology)
        checkCircles(topology)
        for handler in topology.handlers { checkTime(handler, topology) }
        for handler in topology.handlers { checkPositions(handler, topology) }
        for handler in topology.handlers { checkAdmission(handler, topology) }
        for handler in topology.handlers { checkGroup(handler, topology) }
        for handler in topology.handlers { checkTurns(handler, topology) }
        checkPerturbed(topology)
        checkDeadLetters(topology)
        for handler in topology.handlers { checkOutbox(handler) }
        for handler in topology.handlers {
            let queue = topology.queues.first { $0.name == handler.queue }
            if handler.order == .partition && queue?.partitions == nil {
                root["handlers"]?.problem(
                    "\(handler.name) keeps the order of partitions, and \(handler.queue) has none",
                    accepted: "write queues: {\(handler.queue): {partitions: 8}}")
            }
            let backlog = topology.sources.first {
                $0.queue == handler.queue && $0.arrivals == .backlog
            }
            if let backlog, handler.workers == nil {
                root["sources"]?.problem(
                    "the backlog \(backlog.name) has no end for \(handler.name)",
                    accepted: "say how many workers there are, or write arrivals: together")
            }
        }
    }

    /// What takes no time and repeats for ever would never let time go on.
    private func checkTime(_ handler: Handler, _ topology: Topology) {
        let takesTime = handler.steps.contains { step in
            switch step {
            case .think(let time, _): !time.isZero
            case .thinkBySize(let time): !time.isZero
            case .load(let name), .store(let name, _):
                topology.stores.first { $0.name == name }?.latency.isZero == false
            case .call(let call):
                topology.services.first { $0.name == call.service }?.steps.contains {
                    if case .think(let time, _) = $0 { !time.isZero } else { false }
                } ?? false
            default: false
            }
        }
        if takesTime { return }
        for kind in FailureKind.allCases {
            let policy = handler.retry[kind]
            guard policy.repeats, let last = policy.actions.last else { continue }
            switch last {
            case .inline(let delay), .schedule(let delay): if !delay.time.isZero { continue }
            case .pause(let time): if !time.isZero { continue }
            case .requeue: break
            }
            root["handlers"]?.problem(
                "\(handler.name) takes no time and may try again for ever within one instant",
                accepted: "write a step that takes time, a cooldown, or a number of retries")
            return
        }
        let fed = topology.sources.first {
            $0.queue == handler.queue && $0.arrivals.isFedByOutcomes && $0.messages == nil
        }
        if let fed, topology.run.messages == nil {
            root["handlers"]?.problem(
                "\(handler.name) takes no time, so \(fed.name) lets no time go by",
                accepted: "write a step that takes time, or run: {messages: 100000}")
        }
    }

    /// A message that each of its kind publishes again has no end, and nor has the run.
    private func checkCircles(_ topology: Topology) {
        func next(_ queue: String) -> [String] {
            topology.handlers.filter { $0.queue == queue }.flatMap(\.steps).compactMap {
                if case .publish(let queue, _) = $0 { queue } else { nil }
            }
        }
        for queue in topology.queues {
            // The way on from each queue that was reached, nearest first.
            var ways = [[queue.name]]
            var seen: Set<String> = []
            while let way = ways.first, let last = way.last {
                ways.removeFirst()
                for other in next(last) {
                    if other == queue.name {
                        root["handlers"]?.problem(
                            "messages are published in a circle and never end: "
                                + (way + [other]).joined(separator: " -> "),
                            accepted: "publish to a queue whose handler does not lead back")
                        return
                    }
                    if seen.insert(other).inserted { ways.append(way + [other]) }
                }
            }
        }
    }

    private func checkEnd(_ topology: Topology) {
        guard topology.run.time == nil, topology.run.messages == nil else { return }
        let run = root["run"]?.node
        // An end that cannot be read has its own problem.
        guard run?.value(of: "time") == nil, run?.value(of: "messages") == nil else { return }
        let sources = root["sources"]?.node
        let endless = topology.sources.filter { source in
            source.mostMessages == nil
                && sources?.value(of: source.name)?.value(of: "messages") == nil
        }
        guard let first = endless.first else { return }
        root.problem(
            "it never ends: \(first.name) makes messages without limit",
            accepted:
                "write run: {messages: 100000} or run: {time: 30m}, or give --messages or --time")
    }
}

extension DurationDistribution {
    /// Whether it never takes any time.
    var isZero: Bool {
        switch self {
        case .constant(let us), .exponential(let us), .lognormal(let us, _): us == 0
        case .uniform(_, let high): high == 0
        case .empirical(let values): values.allSatisfy { $0 == 0 }
        }
    }
}

extension Source.Arrivals {
    /// Whether the next message comes at the very instant at which one is done.
    fileprivate var isFedByOutcomes: Bool {
        switch self {
        case .backlog: true
        case .closed(_, let think): think.isZero
        default: false
        }
    }
}
