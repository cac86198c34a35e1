import Configuration

extension TopologyReader {
    /// `prefetch: 16`, `prefetch: unlimited`, `prefetch: {count: 16, by: worker}`
    func prefetch(_ element: Element) -> Prefetch? {
        guard case .mapping = element.node.content else {
            return element.value(as: .prefetchCount).map { Prefetch(count: $0.count) }
        }
        return element.section { section in
            let by = section.optional(
                "by", as: .word("holder of messages"), default: Prefetch.Holder.node)
            return section.required("count", as: .prefetchCount)
                .map { Prefetch(count: $0.count, by: by) }
        }
    }

    /// What goes with admission and prefetch, and what does not.
    func checkAdmission(_ handler: Handler, _ topology: Topology) {
        let queue = topology.queues.first { $0.name == handler.queue }
        let hasPartitions = queue?.partitions != nil
        let isExclusive = handler.assignment.map { $0 != .competing } ?? hasPartitions
        func problem(_ found: String, _ accepted: String) {
            root["handlers"]?.problem("\(handler.name) \(found)", accepted: accepted)
        }
        if handler.prefetch != nil && isExclusive {
            problem(
                "holds messages ahead that nobody else may take anyway",
                "leave prefetch away, or write assignment: competing")
        }
        let word = handler.admission.rawValue
        if handler.admission != .shared && handler.order == .none {
            problem(
                "has admission: \(word) and keeps no order", "write order: key or order: slot(8)")
        }
        if handler.prefetch != nil && handler.admission == .shared && handler.order != .none
            && !isExclusive
        {
            problem(
                "holds messages ahead, and keeps their order in the queue",
                "write admission: queuePerSlot, waitInSlot or brokerBlocksKey, or leave prefetch away"
            )
        }
        if handler.admission.isOfNode && handler.prefetch?.by == .worker {
            problem("has slots of nodes and holds messages by worker", "write by: node")
        }
        if handler.admission == .brokerBlocksKey && (hasPartitions || handler.order == .partition) {
            problem(
                "has a broker that blocks keys and one with partitions",
                "leave the partitions of \(handler.queue), or admission, away")
        }
        guard handler.prefetch != nil || handler.admission != .shared else { return }
        if handler.commit != nil && !handler.admission.isOfNode {
            problem(
                "commits positions and has admission: \(word)",
                "write admission: queuePerSlot or waitInSlot, or leave commit away")
        }
        if handler.commit != nil && handler.admission == .waitInSlot {
            let redelivers = topology.faults.contains { fault in
                if case .redeliver = fault.kind {
                    fault.kind.handler == handler.name
                } else {
                    false
                }
            }
            if redelivers {
                problem(
                    "commits positions, and nothing behind them is delivered again by itself",
                    "write kill: \(handler.name), or leave commit away")
            }
        }
        let fed = topology.sources.contains {
            $0.queue == handler.queue && $0.arrivals == .backlog
        }
        if fed {
            problem(
                "is dealt messages, and a backlog has them ready for whoever is free",
                "write arrivals: together")
        }
        if queue?.capacity != nil || queue?.takesLateAcks == true {
            problem(
                "is dealt messages, which goes neither with capacity nor with lateAcks: taken",
                "leave prefetch and admission, or those of \(handler.queue), away")
        }
    }
}

/// How many messages are held; nil: any number.
struct PrefetchCount: Sendable {
    let count: Int?
}

extension ValueParser where Value == PrefetchCount {
    static var prefetchCount: ValueParser {
        ValueParser(noun: "number of messages", accepted: "write 16, or unlimited") { text in
            if text == "unlimited" { return PrefetchCount(count: nil) }
            guard let count = Int(text), count >= 1, count <= Int(Int32.max) else { return nil }
            return PrefetchCount(count: count)
        }
    }
}
