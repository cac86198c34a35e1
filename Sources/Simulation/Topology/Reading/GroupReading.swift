import Configuration

/// What becomes of a store whose sender died.
enum StoreFate: String, CaseIterable {
    case dropped, land
}

extension TopologyReader {
    /// `group: {session: 45s, rebalance: 3s, revoked: finished}`
    func readGroup(of handler: inout Handler, _ section: Section) {
        let isGroup = handler.assignment == .eager || handler.assignment == .cooperative
        if isGroup && handler.commit == nil { handler.commit = PositionCommit(.after) }
        guard let element = section["group"] else { return }
        if !isGroup {
            element.problem(
                "only nodes that share out partitions among themselves are a group",
                accepted: "write assignment: cooperative (or eager), or leave it away")
        }
        var group = ConsumerGroup()
        element.section { section in
            group.session = section.optional(
                "session", as: .positiveDuration, default: group.session)
            group.rebalance = section.optional(
                "rebalance", as: .duration, default: group.rebalance)
            group.revoked = section.optional(
                "revoked", as: .word("fate of work in hand"), default: group.revoked)
        }
        handler.group = group
    }

    /// Nodes that own partitions have turns of their own, one for each partition, slot or key.
    func checkTurns(_ handler: Handler, _ topology: Topology) {
        guard let assignment = handler.assignment, assignment != .competing else { return }
        let (count, what): (Int, String)
        switch handler.order {
        case .none: return
        case .partition:
            let queue = topology.queues.first { $0.name == handler.queue }
            (count, what) = (queue?.partitions ?? 1, "partitions")
        case .slot(let slots): (count, what) = (slots, "slots")
        case .key:
            (count, what) = (topology.sources.compactMap(\.keys.count).max() ?? 1, "keys")
        }
        if count.multipliedReportingOverflow(by: handler.nodes).overflow
            || count * handler.nodes > Limits.entities
        {
            root["handlers"]?.problem(
                "\(handler.name): \(handler.nodes) nodes and \(count) \(what) are too many",
                accepted: "each node has a turn for each of them; at most \(Limits.entities) fit")
        }
    }

    func checkGroup(_ handler: Handler, _ topology: Topology) {
        guard let assignment = handler.assignment,
            assignment == .eager || assignment == .cooperative
        else { return }
        let queue = topology.queues.first { $0.name == handler.queue }
        func problem(_ found: String, _ accepted: String) {
            root["handlers"]?.problem("\(handler.name) \(found)", accepted: accepted)
        }
        if queue?.partitions == nil {
            problem(
                "shares out partitions, and \(handler.queue) has none",
                "write queues: {\(handler.queue): {partitions: 8}}")
        }
        if queue?.capacity != nil {
            problem("shares out partitions, which hold any number", "leave capacity away")
        }
        if handler.admission != .shared && !handler.admission.isOfNode {
            problem(
                "has admission: \(handler.admission.rawValue) and partitions that move",
                "write admission: queuePerSlot, or assignment: exclusive")
        }
        if topology.sources.contains(where: {
            $0.queue == handler.queue && $0.arrivals == .backlog
        }) {
            problem(
                "shares out partitions, and a backlog makes messages for whoever is free",
                "write arrivals: together")
        }
    }
}
