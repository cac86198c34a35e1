/// How a broker deals out the messages of a queue to those that hold some ahead of work.
struct Dealing: ~Copyable {
    /// What is known of a message beside its row.
    struct Holding: BitwiseCopyable {
        /// Held ahead of work.
        var isBuffered = false
        /// Its lock has run out: work on it comes too late.
        var isStale = false
        /// Ends its lock.
        var timer: Int32 = -1
    }

    struct Holder: BitwiseCopyable {
        var held: Int32 = 0
        /// Workers that are not dead; without any, nothing is dealt to it.
        var alive: Int32 = 0
        /// Its node dies at this instant, worker by worker.
        var isDying = false
        /// Where messages belong to a holder: those that it had no room for.
        var line = Line()
    }

    /// Messages that wait at the broker, by their `next`.
    struct Line: BitwiseCopyable {
        var head: Int32 = -1
        var tail: Int32 = -1
    }

    var isOn = false
    var admission = Admission.shared
    var isInTurn = false
    /// How many one holder may hold.
    var credit = Int32.max
    /// Whose turn it is next.
    var turn = 0
    /// Messages that nobody had room for.
    var line = Line()
    var holders = Column(Holder())
    /// By the row of the message.
    var holdings = Column(Holding())

    /// Whether a message that failed keeps those of its key waiting.
    var blocksKeys: Bool { admission == .brokerBlocksKey }
}

extension Simulator {
    /// A message is ready at the broker.
    mutating func deal(_ message: Int32, _ unit: Int, atOnce: Bool) {
        stations[unit].dealing.holdings.reach(Int(message))
        stations[unit].dealing.holdings[message] = Dealing.Holding()
        let lane = messages[message].lane
        if stations[unit].dealing.blocksKeys && lane >= 0 {
            if stations[unit].lanes[lane].isBusy {
                stations[unit].waiting += 1
                append(message, toLane: lane, unit)
                return
            }
            occupy(lane, message, unit)
        }
        giveOut(message, unit, atOnce: atOnce)
    }

    /// To the holder whose turn it is, or that it belongs to; or it waits until there is room.
    mutating func giveOut(_ message: Int32, _ unit: Int, atOnce: Bool = false) {
        guard let holder = holder(for: message, unit) else {
            stations[unit].waiting += 1
            messages[message].next = -1
            var line = line(for: messages[message].group, unit)
            if line.tail >= 0 {
                messages[line.tail].next = message
            } else {
                line.head = message
            }
            line.tail = message
            setLine(line, for: messages[message].group, unit)
            return
        }
        hand(message, unit, to: holder, atOnce: atOnce)
    }

    /// The line of a holder, or of all.
    private mutating func line(for holder: Int32, _ unit: Int) -> Dealing.Line {
        stations[unit].dealing.isInTurn
            ? stations[unit].dealing.line : stations[unit].dealing.holders[holder].line
    }

    private mutating func setLine(_ line: Dealing.Line, for holder: Int32, _ unit: Int) {
        if stations[unit].dealing.isInTurn {
            stations[unit].dealing.line = line
        } else {
            stations[unit].dealing.holders[holder].line = line
        }
    }

    private mutating func holder(for message: Int32, _ unit: Int) -> Int? {
        guard stations[unit].dealing.isInTurn else {
            let owner = Int(messages[message].group)
            // A consumer of partitions has all that comes to them.
            return stations[unit].journal.isKept || hasRoom(unit, owner) ? owner : nil
        }
        let count = Int(stations[unit].groupCount)
        var candidate = stations[unit].dealing.turn
        for _ in 0..<count {
            let next = candidate + 1 == count ? 0 : candidate + 1
            if hasRoom(unit, candidate) {
                stations[unit].dealing.turn = next
                return candidate
            }
            candidate = next
        }
        return nil
    }

    private mutating func hasRoom(_ unit: Int, _ holder: Int) -> Bool {
        let row = stations[unit].dealing.holders[holder]
        guard row.held < stations[unit].dealing.credit, row.alive > 0, !row.isDying else {
            return false
        }
        let own = stations[unit].nodes
        let node = nodes[Int(own.lowerBound) + holder % own.count]
        return max(node.brokerCutUntil, node.closedUntil) <= now
    }

    /// A delivery: its lock runs from here.
    private mutating func hand(
        _ message: Int32, _ unit: Int, to holder: Int, atOnce: Bool = false
    ) {
        messages[message].group = Int32(holder)
        messages[message].deliveries &+= 1
        counts[messages[message].isMeasured ? 1 : 0].deliveries += 1
        stations[unit].dealing.holders[holder].held += 1
        stations[unit].dealing.holdings[message].isBuffered = true
        if stations[unit].visibility > 0 {
            stations[unit].dealing.holdings[message].timer = watch(message, unit)
        }
        if waitsInNode(message, unit, holder) { return }
        offer(message, unit, atOnce: atOnce)
    }

    /// Where nodes keep turns: the lane of this one, and whether the message waits there.
    private mutating func waitsInNode(_ message: Int32, _ unit: Int, _ holder: Int) -> Bool {
        guard stations[unit].dealing.admission.isOfNode else { return false }
        let turn = turn(of: message, unit)
        let lane = turn < 0 ? -1 : turn * stations[unit].groupCount + Int32(holder)
        messages[message].lane = lane
        guard lane >= 0 else { return false }
        stations[unit].lanes.reach(Int(lane))
        if stations[unit].dealing.admission == .waitInSlot { return false }
        if stations[unit].lanes[lane].isBusy {
            stations[unit].waiting += 1
            append(message, toLane: lane, unit)
            return true
        }
        occupy(lane, message, unit)
        return false
    }

    /// A worker takes what its holder has.
    mutating func takeHeld(_ worker: Int32, _ message: Int32, _ unit: Int) {
        let holding = stations[unit].dealing.holdings[message]
        stations[unit].dealing.holdings[message].isBuffered = false
        processes[worker].receipt = messages[message].deliveries
        if holding.isStale { counts[messages[message].isMeasured ? 1 : 0].lateStarts += 1 }
        if holding.timer >= 0 {
            processes[worker].timer = holding.timer
            processes[holding.timer].caller = worker
            stations[unit].dealing.holdings[message].timer = -1
        }
        let lane = messages[message].lane
        guard stations[unit].dealing.admission == .waitInSlot && lane >= 0 else {
            startAttempt(worker)
            return
        }
        if !stations[unit].lanes[lane].isBusy {
            occupy(lane, message, unit)
            startAttempt(worker)
            return
        }
        startWaiting(message, lane, unit)
        processes[worker].state = .queued
        processes[worker].next = -1
        let tail = stations[unit].lanes[lane].tail
        if tail >= 0 {
            processes[tail].next = worker
        } else {
            stations[unit].lanes[lane].head = worker
        }
        stations[unit].lanes[lane].tail = worker
        trace(worker, .queue)
    }

    /// The worker that waited longest for a slot has it.
    mutating func startQueued(inLane lane: Int32, _ unit: Int) {
        let worker = stations[unit].lanes[lane].head
        guard worker >= 0 else {
            stations[unit].lanes[lane].isBusy = false
            return
        }
        let next = processes[worker].next
        stations[unit].lanes[lane].head = next
        if next < 0 { stations[unit].lanes[lane].tail = -1 }
        processes[worker].next = -1
        result.slotWaitNs += Int128(now - processes[worker].taken)
        endWaiting(processes[worker].message, lane, unit)
        occupy(lane, processes[worker].message, unit)
        startAttempt(worker)
        schedule(worker, max(now, processes[worker].pausedUntil))
    }

    // MARK: Room

    /// A holder is rid of a message; the next is dealt to it.
    mutating func giveRoom(_ unit: Int, _ holder: Int32) {
        stations[unit].dealing.holders[holder].held -= 1
        feed(unit, Int(holder))
    }

    mutating func feed(_ unit: Int, _ holder: Int) {
        while true {
            var line = line(for: Int32(holder), unit)
            guard line.head >= 0 && hasRoom(unit, holder) else { return }
            let message = line.head
            line.head = messages[message].next
            if line.head < 0 { line.tail = -1 }
            setLine(line, for: Int32(holder), unit)
            stations[unit].waiting -= 1
            if messages[message].isSettled {
                dropReference(message)
            } else {
                hand(message, unit, to: holder)
            }
        }
    }

    // MARK: Locks that run out, workers that die

    /// The lock of a message ended while a holder had it; its holder is not told, and goes on with what it
    /// has. The broker delivers the message again, or it is a dead letter.
    mutating func timeOutHeld(_ message: Int32, _ unit: Int) {
        guard !messages[message].isSettled else { return }
        let copy = copied(message)
        stations[unit].dealing.holdings.reach(Int(copy))
        stations[unit].dealing.holdings[message].isStale = true
        stations[unit].dealing.holdings[message].timer = -1
        messages[message].isSettled = true
        // Draws of its own.
        if stations[unit].dealing.holdings[message].isBuffered {
            messages[message].attempts |= 1 << 20
        }
        if stations[unit].dealing.blocksKeys { messages[message].lane = -1 }
        if isWornOut(copy, unit) {
            buryDelivered(copy, unit)
        } else {
            traceMessage(copy, .redeliver)
            messages[copy].isRedelivered = true
            deliverFromBroker(copy, unit)
        }
    }

    /// From the broker once more; where the broker blocks keys, in front of those of its key.
    mutating func deliverFromBroker(_ message: Int32, _ unit: Int) {
        guard stations[unit].dealing.blocksKeys, messages[message].lane >= 0
        else { return enqueue(message, unit) }
        stations[unit].dealing.holdings.reach(Int(message))
        stations[unit].dealing.holdings[message] = Dealing.Holding()
        messages[message].ready = now
        messages[message].references += 1
        giveOut(message, unit)
    }

    /// Whether a message that is settled as far as the broker knows is worked on all the same.
    @inline(__always)
    mutating func isStale(_ message: Int32, _ unit: Int) -> Bool {
        stations[unit].dealing.isOn && stations[unit].dealing.holdings[message].isStale
    }

    /// A worker of a holder dies; what it was about goes back to the broker, and all that it held where
    /// it holds by itself.
    mutating func loseHeld(of worker: Int32, _ unit: Int) {
        let (message, holder) = (processes[worker].message, Int(processes[worker].group))
        if processes[worker].state == .queued {
            leaveSlotLine(worker, unit)
        } else if stations[unit].dealing.admission.isOfNode {
            releaseLane(of: message, unit)
        }
        if !messages[message].isSettled {
            noteCrash(message)
            redeliverLater(message, unit)
        } else if stations[unit].dealing.blocksKeys {
            releaseLane(of: message, unit)
        }
        processes[worker].message = -1
        giveRoom(unit, Int32(holder))
        dropReference(message)
    }

    /// A holder is down: nothing is dealt to it, and what it held is the broker's again.
    mutating func noteDeath(_ worker: Int32, _ unit: Int) {
        guard stations[unit].workers > 0 else { return }
        let holder = Int(processes[worker].group)
        stations[unit].dealing.holders[holder].alive -= 1
        guard stations[unit].dealing.holders[holder].alive <= 0 else { return }
        stations[unit].dealing.holdings.reach(messages.count)
        for message in messages.inUse()
        where readers[Int(messages[message].queue)] == unit
            && Int(messages[message].group) == holder && !messages[message].isSettled
            && stations[unit].dealing.holdings[message].isBuffered
        {
            let timer = stations[unit].dealing.holdings[message].timer
            if timer >= 0 {
                free(timer)
                dropReference(message)
            }
            let copy = copied(message)
            messages[message].isSettled = true
            stations[unit].dealing.holdings[message].timer = -1
            // Its turn is the copy's.
            if stations[unit].dealing.blocksKeys { messages[message].lane = -1 }
            forgive(copy, unit)
            redeliverLater(copy, unit)
        }
    }

    mutating func noteRestart(_ worker: Int32, _ unit: Int) {
        guard stations[unit].workers > 0 else { return }
        let holder = Int(processes[worker].group)
        stations[unit].dealing.holders[holder].alive += 1
        stations[unit].dealing.holders[holder].isDying = false
    }

    /// A node dies with all its workers: none of them is given what another one had.
    mutating func noteDying(_ workers: [Int32], _ unit: Int) {
        guard stations[unit].dealing.isOn && stations[unit].workers > 0 else { return }
        for worker in workers {
            stations[unit].dealing.holders[processes[worker].group].isDying = true
        }
    }
}
