import Configuration

extension Station {
    /// A handler's workers and the lanes in which its queue keeps order.
    init(_ handler: Handler, _ queue: MessageQueue?) {
        let partitions = queue?.partitions ?? 0
        let assignment = handler.assignment ?? (partitions > 0 ? .exclusive : .competing)
        let lanes: Int
        let order: Order
        switch handler.order {
        case .none: (order, lanes) = (.none, 0)
        case .partition: (order, lanes) = (.partition, partitions)
        case .slot(let count): (order, lanes) = (.slot, count)
        case .key: (order, lanes) = (.key, 0)
        }
        // Partitions bind messages to nodes: their own queues then are all there is.
        let isPlain =
            handler.admission == .shared
            || handler.admission == .queuePerSlot && assignment != .competing
        let isDealt = handler.prefetch != nil || !isPlain
        let byWorker = handler.prefetch?.by == .worker
        let holders = byWorker ? handler.nodes * (handler.workers ?? 1) : handler.nodes
        self.init(
            groups: isDealt ? holders : assignment == .competing ? 1 : handler.nodes, lanes: lanes)
        dealing.isOn = isDealt
        dealing.admission = handler.admission
        dealing.isInTurn = assignment == .competing
        if isDealt { dealing.credit = handler.credit }
        dealing.holders.reach(holders)
        for index in 0..<holders {
            dealing.holders[index].alive = Int32(byWorker ? 1 : handler.workers ?? 1)
        }
        countsInProcess = queue?.deliveriesCountedBy == .process
        joinsKeyless = queue?.keyless == .together
        self.order = order
        slots = UInt32(max(1, lanes))
        self.partitions = Int32(partitions)
        isRoundRobin = queue?.partitioner == .roundRobin
        capacity = queue?.capacity ?? .max
        visibility = queue?.visibility?.nanoseconds ?? 0
        maxDeliveries = queue?.maxDeliveries.map { Int32(clamping: $0) } ?? .max
        takesLateAcks = queue?.takesLateAcks ?? false
        redelivery = handler.redelivery.nanoseconds
        ownsPartitions =
            partitions > 0 && assignment == .exclusive && (order == .slot || order == .key)
        membership.isOn = assignment == .eager || assignment == .cooperative
        membership.isEager = assignment == .eager
        membership.session = handler.group.session.nanoseconds
        membership.takes = handler.group.rebalance.nanoseconds
        membership.revoked = handler.group.revoked
        storesLand = handler.storesLand
        journal.isKept = handler.commit != nil
        journal.interval = handler.commit?.interval?.nanoseconds ?? 0
        journal.restartsTimer = handler.commit?.timer == .restart
        if journal.isKept { journal.logs.reach(partitions) }
        workers = Int32(handler.workers.map { $0 * handler.nodes } ?? 0)
        for index in 0..<Int(groupCount) {
            groups[index].isUnlimited = handler.workers == nil
            groups[index].node = Int32(index)
        }
    }
}

extension Handler {
    /// How many messages a holder may have at a time; without a prefetch those that its workers are at, or
    /// any number where they wait in the node's own queues or lie in partitions of its own.
    var credit: Int32 {
        if let prefetch { return prefetch.count.map { Int32(clamping: $0) } ?? .max }
        if admission == .queuePerSlot || commit != nil { return .max }
        return workers.map { Int32(clamping: $0) } ?? .max
    }
}

extension Simulator {
    /// Workers stand idle, sources and faults have their first event.
    mutating func start() {
        for unit in program.handlers.indices {
            let groupCount = stations[unit].groupCount
            // The first worker is the last to join the idle ones, and so the first to be taken.
            for index in stride(from: stations[unit].workers - 1, through: 0, by: -1) {
                let worker = makeProcess(.worker)
                processes[worker].unit = Int32(unit)
                processes[worker].group = index % groupCount
                let nodes = stations[unit].nodes
                processes[worker].node = nodes.lowerBound + index % Int32(nodes.count)
                rest(worker)
                stations[unit].members.append(worker)
            }
            startMembership(unit)
            startCommitting(unit)
        }
        for (index, source) in program.topology.sources.enumerated() {
            let process = makeProcess(.source)
            processes[process].counter = Int32(index)
            sources[index] = state(of: source, index)
            openSources += 1
            if source.arrivals == .backlog {
                let reader = readers[Int(sources[index].queue)]
                for group in 0..<Int(stations[reader].groupCount) {
                    stations[reader].groups[group].backlog = Int32(index)
                }
            }
            firstArrival(process)
        }
        for unit in program.handlers.indices {
            stations[unit].placesStretches = placesStretches(unit)
        }
        for (index, fault) in faults.enumerated() {
            let process = makeProcess(.fault)
            processes[process].counter = Int32(index)
            processes[process].unit = Int32(fault.unit)
            scheduleStrike(process)
        }
    }

    private mutating func state(of source: Source, _ index: Int) -> SourceState {
        let kind: SourceState.Kind
        var rate: Rate?
        switch source.arrivals {
        case .poisson(let given): (kind, rate) = (.poisson, given)
        case .constant(let given): (kind, rate) = (.constant, given)
        case .bursty(let given, _, _): (kind, rate) = (.bursty, given)
        case .batches(let given, _): (kind, rate) = (.batches, given)
        case .together: kind = .together
        case .closed: kind = .closed
        case .recorded: kind = .recorded
        case .backlog: kind = .backlog
        }
        let gap = rate.map { Double($0.seconds) * 1e9 / Double($0.events) } ?? 0
        let name = source.name
        let queue = program.topology.queues.firstIndex { $0.name == source.queue } ?? 0
        let arrivals = program.stream("\(name)/arrivals")
        return SourceState(
            kind: kind, start: source.start.nanoseconds, events: rate?.events ?? 1,
            seconds: rate?.seconds ?? 1, index: Int32(index), queue: Int32(queue),
            limit: Int64(source.mostMessages ?? .max), bytes: Int32(clamping: source.bytes),
            next: source.start.nanoseconds, meanGap: gap, poison: source.poison.threshold,
            copies: source.duplicates?.probability.threshold ?? 0,
            keyless: source.withoutKey.threshold,
            arrivals: arrivals, ahead: ahead.add(mean: gap, arrivals),
            extra: program.stream("\(name)/extra"),
            keys: program.stream("\(name)/keys"))
    }
}
