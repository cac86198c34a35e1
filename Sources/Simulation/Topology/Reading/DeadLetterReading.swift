import Configuration

extension TopologyReader {
    /// `redrive: {at: 30m, rate: 10/s}`, `{every: 10m, times: 2}`, `{after: 1m}`
    func redrive(_ element: Element) -> Redrive? {
        element.section { section in
            let given = section.oneOf(["at", "every", "after"])
            let rate = section.optional("rate", as: .rate)
            let times = section.optional("times", as: .redrives)
            if given?.key == "after", rate != nil {
                section["rate"]?.problem(
                    "each is moved at a time of its own", accepted: "leave it away, or write every:"
                )
            }
            guard let given, let moment = moment(given.key, given.value) else { return nil }
            if case .after(let time) = moment, time.isZero, times?.count == .some(nil) {
                given.value.problem(
                    "moves what always fails back for ever within one instant",
                    accepted: "write after: 30s, or times: 3")
            }
            return Redrive(
                moment, rate: rate, times: times.map(\.count) ?? Redrive.standardTimes(moment))
        }
    }

    private func moment(_ word: String, _ value: Element) -> Redrive.Moment? {
        switch word {
        case "at":
            let times = value.filled("write 5m, or [5m, 1h]") { $0.value(as: .positiveDuration) }
            return times.isEmpty ? nil : .at(times.sorted())
        case "every": return value.value(as: .positiveDuration).map { .every($0) }
        default: return value.value(as: .durationDistribution).map { .after($0) }
        }
    }

    /// What no single queue can know: who reads, who sends there, and whether dead letters go round.
    func checkDeadLetters(_ topology: Topology) {
        for queue in topology.queues {
            checkRedrive(queue, topology)
            checkDelay(queue, topology)
            if let end = topology.deadLetterCycle(from: queue) {
                root["queues"]?.problem(
                    "dead letters of \(queue.name) come back to it by \(end)",
                    accepted: "write deadLetterQueue for one of them less")
            }
        }
    }

    private func checkRedrive(_ queue: MessageQueue, _ topology: Topology) {
        let isDeadLetterQueue = topology.isDeadLetterQueue(queue.name)
        let reader = topology.handlers.first { $0.queue == queue.name }
        if queue.redrive != nil && !isDeadLetterQueue {
            root["queues"]?.problem(
                "no dead letters go to \(queue.name) that could be moved back",
                accepted: "write deadLetterQueue: \(queue.name) in another queue")
        }
        if queue.redrive != nil, let reader {
            root["queues"]?.problem(
                "\(reader.name) reads \(queue.name), so that nothing is left there to be moved back",
                accepted: "leave redrive away, or let nobody read it")
        }
        if let redrive = queue.redrive, redrive.times == nil, topology.run.time == nil,
            !redrive.isOfInstants
        {
            root["queues"]?.problem(
                "what always fails is moved back from \(queue.name) for ever",
                accepted: "write times: 3, or run: {time: 30m}")
        }
        guard reader == nil, isDeadLetterQueue else { return }
        let source = topology.sources.first { $0.queue == queue.name }
        if let source {
            root["sources"]?.problem(
                "\(source.name) sends to \(queue.name), which no handler reads",
                accepted: "write from: \(queue.name) in a handler")
        }
        for handler in topology.handlers {
            guard handler.steps.contains(where: { $0.publishes(to: queue.name) }) else { continue }
            root["handlers"]?.problem(
                "\(handler.name) publishes to \(queue.name), which no handler reads",
                accepted: "write from: \(queue.name) in a handler")
        }
    }

    private func checkDelay(_ queue: MessageQueue, _ topology: Topology) {
        guard !queue.delay.isZero else { return }
        func problem(_ found: String, _ accepted: String) {
            root["queues"]?.problem("\(queue.name) \(found)", accepted: accepted)
        }
        if queue.partitions != nil {
            problem(
                "has partitions, which give out what they have at once",
                "leave delay or partitions away, or write after: in a publish step")
        }
        if queue.perturb != nil {
            problem("has a delay and a plan", "write delay: as a rule of the plan")
        }
        let fed = topology.sources.contains {
            $0.queue == queue.name && $0.arrivals == .backlog
        }
        if fed {
            problem(
                "has a delay, and a backlog has its messages ready at once",
                "write arrivals: together")
        }
    }
}

extension Topology {
    func isDeadLetterQueue(_ name: String) -> Bool {
        queues.contains { $0.deadLetterQueue == name }
    }

    /// The queue by which dead letters of one come back to it; nil: they do not.
    fileprivate func deadLetterCycle(from queue: MessageQueue) -> String? {
        var seen: Set<String> = []
        var next: MessageQueue? = queue
        while let current = next, let target = current.deadLetterQueue {
            if target == queue.name { return current.name }
            guard seen.insert(target).inserted else { return nil }
            next = queues.first { $0.name == target }
        }
        return nil
    }
}

extension Step {
    fileprivate func publishes(to name: String) -> Bool {
        if case .publish(let queue, _) = self { queue == name } else { false }
    }
}

/// How often; nil: no limit.
struct RedriveCount: Sendable {
    let count: Int?
}

extension ValueParser where Value == RedriveCount {
    fileprivate static var redrives: ValueParser {
        ValueParser(noun: "number of times", accepted: "write 1 to 250, or unlimited") { text in
            if text == "unlimited" { return RedriveCount(count: nil) }
            guard let count = Int(text), count >= 1, count <= 250 else { return nil }
            return RedriveCount(count: count)
        }
    }
}
