extension Simulator {
    /// A message enters its queue for the first time.
    mutating func admit(_ message: Int32) {
        let unit = readers[Int(messages[message].queue)]
        traceMessage(message, .arrive)
        if perturbs && holdInWindow(message, unit) { return }
        if delaysMessages && holdBack(message) { return }
        enter(message, unit, atOnce: true)
    }

    /// A message is in its queue.
    @inline(__always)
    mutating func enter(_ message: Int32, _ unit: Int, atOnce: Bool) {
        place(message, unit)
        if stations[unit].capacity != .max && isFull(message, unit) {
            counts[messages[message].isMeasured ? 1 : 0].refused += 1
            traceMessage(message, .refuse)
            messages[message].isSettled = true
            if messages[message].isPublished { noteRefusal(of: message) }
            leave(message)
            return
        }
        if stations[unit].journal.isKept { enterLog(message, unit) }
        // Nobody owns its partition now: it lies in the log.
        if messages[message].group < 0 { return }
        enqueue(message, unit, atOnce: atOnce)
    }

    private mutating func isFull(_ message: Int32, _ unit: Int) -> Bool {
        guard stations[unit].waiting >= stations[unit].capacity else { return false }
        let group = Int(messages[message].group)
        let isTakenAtOnce =
            stations[unit].groups[group].idle >= 0 || stations[unit].groups[group].isUnlimited
        let lane = messages[message].lane
        return !isTakenAtOnce || (lane >= 0 && stations[unit].lanes[lane].isBusy)
    }

    /// At the end of its queue: into a free worker's hands, among the ready, or behind its lane.
    ///
    /// - Parameter atOnce: a free worker starts within this event. Only where an arrival is the event:
    ///   a worker that starts another one could go on without end.
    @inline(__always)
    mutating func enqueue(_ message: Int32, _ unit: Int, atOnce: Bool = false) {
        messages[message].ready = now
        messages[message].order = stations[unit].nextOrder
        stations[unit].nextOrder += 1
        messages[message].references += 1
        if stations[unit].dealing.isOn { return deal(message, unit, atOnce: atOnce) }
        if stations[unit].placesStretches {
            let group = Int(messages[message].group)
            if stations[unit].groups[group].hasParts { return appendToParts(message, unit, group) }
        }
        let lane = messages[message].lane
        if lane >= 0 {
            if stations[unit].lanes[lane].isBusy {
                stations[unit].waiting += 1
                append(message, toLane: lane, unit)
                return
            }
            occupy(lane, message, unit)
        }
        offer(message, unit, atOnce: atOnce)
    }

    mutating func append(_ message: Int32, toLane lane: Int32, _ unit: Int) {
        startWaiting(message, lane, unit)
        link(message, toLane: lane, unit)
    }

    mutating func link(_ message: Int32, toLane lane: Int32, _ unit: Int) {
        messages[message].next = -1
        let tail = stations[unit].lanes[lane].tail
        if tail >= 0 {
            messages[tail].next = message
        } else {
            stations[unit].lanes[lane].head = message
        }
        stations[unit].lanes[lane].tail = message
    }

    /// The message may be handled now.
    @inline(__always)
    mutating func offer(_ message: Int32, _ unit: Int, atOnce: Bool = false) {
        let group = Int(messages[message].group)
        let worker = stations[unit].groups[group].idle
        if worker >= 0 {
            let chosen = chooseWorker(unit, group)
            take(chosen, message)
            start(chosen, atOnce)
            return
        }
        if stations[unit].groups[group].isUnlimited {
            let made = makeProcess(.worker)
            processes[made].unit = Int32(unit)
            processes[made].group = Int32(group)
            let nodes = stations[unit].nodes
            processes[made].node =
                nodes.lowerBound
                + (stations[unit].groupCount > 1
                    ? Int32(group) : Int32(stations[unit].members.count % nodes.count))
            stations[unit].members.append(made)
            take(made, message)
            start(made, atOnce)
            return
        }
        stations[unit].waiting += 1
        stations[unit].groups[group].waiting += 1
        if stations[unit].order == .none {
            let tail = stations[unit].groups[group].tail
            messages[message].next = -1
            if tail >= 0 {
                messages[tail].next = message
            } else {
                stations[unit].groups[group].head = message
            }
            stations[unit].groups[group].tail = message
        } else {
            stations[unit].groups[group].ready.push(messages[message].order, Int(message))
        }
    }

    @inline(__always)
    private mutating func start(_ worker: Int32, _ atOnce: Bool) {
        guard processes[worker].state == .running else { return }
        if atOnce { advance(worker) } else { schedule(worker, now) }
    }

    /// Takes a free worker off the list: the first, unless the chooser says otherwise.
    @inline(__always)
    private mutating func chooseWorker(_ unit: Int, _ group: Int) -> Int32 {
        let first = stations[unit].groups[group].idle
        if Choices.decidesOrder { return chooseAmongIdle(unit, group) }
        stations[unit].groups[group].idle = processes[first].next
        return first
    }

    private mutating func chooseAmongIdle(_ unit: Int, _ group: Int) -> Int32 {
        var idle: [Int32] = []
        var next = stations[unit].groups[group].idle
        while next >= 0 {
            idle.append(next)
            next = processes[next].next
        }
        var index = 0
        if idle.count > 1 { index = choose(.worker, Int32(unit), idle[0], idle.count) }
        let chosen = idle[index]
        if index == 0 {
            stations[unit].groups[group].idle = processes[chosen].next
        } else {
            processes[idle[index - 1]].next = processes[chosen].next
        }
        return chosen
    }

    /// A worker without work joins the idle ones.
    @inline(__always)
    mutating func rest(_ worker: Int32) {
        let (unit, group) = (Int(processes[worker].unit), Int(processes[worker].group))
        processes[worker].state = .idle
        processes[worker].message = -1
        processes[worker].next = stations[unit].groups[group].idle
        stations[unit].groups[group].idle = worker
    }

    /// The next message for a worker that is free; -1: none is ready.
    @inline(__always)
    mutating func takeNext(_ worker: Int32) -> Int32 {
        let (unit, group) = (Int(processes[worker].unit), Int(processes[worker].group))
        if stations[unit].groups[group].hasParts { placeUntilReady(unit, group) }
        if stations[unit].groups[group].waiting == 0 {
            let backlog = stations[unit].groups[group].backlog
            return backlog >= 0 ? makeFromBacklog(Int(backlog), Int32(group)) : -1
        }
        stations[unit].groups[group].waiting -= 1
        stations[unit].waiting -= 1
        if stations[unit].order != .none || Choices.decidesOrder {
            return takeChosen(worker, unit, group)
        }
        let message = stations[unit].groups[group].head
        let next = messages[message].next
        stations[unit].groups[group].head = next
        if next < 0 { stations[unit].groups[group].tail = -1 }
        return message
    }

    private mutating func takeChosen(_ worker: Int32, _ unit: Int, _ group: Int) -> Int32 {
        let waiting = stations[unit].groups[group].waiting + 1
        var index = 0
        if Choices.decidesOrder && waiting > 1 {
            index = choose(.message, Int32(unit), worker, waiting)
        }
        if stations[unit].order != .none { return takeReady(unit, group, index) }
        var before: Int32 = -1
        var message = stations[unit].groups[group].head
        for _ in 0..<index {
            before = message
            message = messages[message].next
        }
        let next = messages[message].next
        if before < 0 {
            stations[unit].groups[group].head = next
        } else {
            messages[before].next = next
        }
        if next < 0 { stations[unit].groups[group].tail = before }
        return message
    }

    /// The ready message of this rank; those in front of it stay ready.
    private mutating func takeReady(_ unit: Int, _ group: Int, _ index: Int) -> Int32 {
        var front: [Int32] = []
        while let entry = stations[unit].groups[group].ready.pop() {
            let message = Int32(truncatingIfNeeded: entry.payload)
            if front.count == index {
                for other in front {
                    stations[unit].groups[group].ready.push(messages[other].order, Int(other))
                }
                return message
            }
            front.append(message)
        }
        return -1
    }

    private mutating func makeFromBacklog(_ index: Int, _ group: Int32) -> Int32 {
        guard canMake(index) else {
            // What is still under way would compete with fewer and fewer others: the run is over.
            isOver = true
            return -1
        }
        let unit = readers[Int(sources[index].queue)]
        if stations[unit].groupCount > 1, !passOthers(index, group, unit) { return -1 }
        let message = makeMessage(index)
        place(message, unit)
        if stations[unit].journal.isKept { enterLog(message, unit) }
        messages[message].ready = now
        messages[message].order = stations[unit].nextOrder
        stations[unit].nextOrder += 1
        messages[message].references += 1
        let lane = messages[message].lane
        if lane < 0 { return message }
        // Where order is kept, every worker brings one message into the system and works on whatever may
        // be handled next; who finds nothing waits.
        if stations[unit].lanes[lane].isBusy {
            stations[unit].waiting += 1
            append(message, toLane: lane, unit)
            return -1
        }
        occupy(lane, message, unit)
        if messages[message].group == group { return message }
        offer(message, unit)
        return -1
    }

    /// Every node has a backlog of its own, as every partition has: what belongs to others is theirs to ask for, so
    /// its numbers are passed over.
    ///
    /// - Returns: whether there is anything of this group; it is not among thousands of numbers then.
    private mutating func passOthers(_ index: Int, _ group: Int32, _ unit: Int) -> Bool {
        let row = messages.take()
        defer { messages.giveBack(row) }
        for _ in 0..<10_000 {
            let made = sources[index].made
            messages[row].number = Int64(index) << 40 | made
            messages[row].queue = sources[index].queue
            messages[row].key = keyTables[index].key(sources[index].keys, made)
            place(row, unit)
            if messages[row].group == group { return true }
            sources[index].made += 1
            if sources[index].limit < .max { sources[index].limit += 1 }
        }
        return false
    }

    /// A backlog's first event: every idle worker takes a message.
    mutating func feedIdle(_ index: Int) {
        let unit = readers[Int(sources[index].queue)]
        for group in 0..<Int(stations[unit].groupCount) {
            var waiting: [Int32] = []
            while stations[unit].groups[group].idle >= 0 && !isOver {
                let worker = stations[unit].groups[group].idle
                stations[unit].groups[group].idle = processes[worker].next
                let message = makeFromBacklog(index, Int32(group))
                if message < 0 { waiting.append(worker) } else { begin(worker, message) }
            }
            for worker in waiting.reversed() { rest(worker) }
        }
    }

    /// The next message of a lane may be handled.
    @inline(__always)
    mutating func releaseLane(of message: Int32, _ unit: Int) {
        let lane = messages[message].lane
        if lane >= 0 { startNext(inLane: lane, unit) }
    }

    private mutating func startNext(inLane lane: Int32, _ unit: Int) {
        vacate(lane, unit)
        if stations[unit].dealing.admission == .waitInSlot {
            return startQueued(inLane: lane, unit)
        }
        if stations[unit].placesStretches && startStretch(inLane: lane, unit) { return }
        while true {
            let head = stations[unit].lanes[lane].head
            guard head >= 0 else {
                stations[unit].lanes[lane].isBusy = false
                stations[unit].lanes[lane].since = now
                stations[unit].lanes[lane].freed = stations[unit].nextOrder
                return
            }
            let next = messages[head].next
            stations[unit].lanes[lane].head = next
            if next < 0 { stations[unit].lanes[lane].tail = -1 }
            stations[unit].waiting -= 1
            // Done meanwhile, by a late acknowledgement: its place in the queue is void.
            guard messages[head].isSettled && !isStale(head, unit) else {
                endWaiting(head, lane, unit)
                occupy(lane, head, unit)
                if stations[unit].dealing.blocksKeys {
                    giveOut(head, unit)
                } else {
                    offer(head, unit)
                }
                return
            }
            if stations[unit].dealing.isOn && !stations[unit].dealing.blocksKeys {
                giveRoom(unit, messages[head].group)
            }
            dropReference(head)
        }
    }

    /// A message that was ready is done already.
    mutating func skip(_ message: Int32, _ unit: Int) {
        if stations[unit].dealing.isOn {
            stations[unit].dealing.holdings[message].isBuffered = false
            if stations[unit].dealing.admission != .waitInSlot { releaseLane(of: message, unit) }
            giveRoom(unit, messages[message].group)
        } else {
            releaseLane(of: message, unit)
        }
        dropReference(message)
    }
}
