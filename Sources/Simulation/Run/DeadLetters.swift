import Configuration

/// A queue that dead letters go to.
struct DeadLetterQueue {
    /// What lies there, in the order in which it came, by the messages' `next`.
    var head: Int32 = -1
    var tail: Int32 = -1
    var count = 0
    /// A handler reads it, so that nothing lies there.
    let isRead: Bool
    let redrive: Redrive?
    /// Of a redrive by message.
    let after: Latency?
    let stream: RandomStream
    /// Between two that are moved, in nanoseconds.
    let gap: Int64
    /// The next time to move what lies there is planned.
    var isPlanned = false
    /// How many are still to be moved, one after the other.
    var moving = 0

    init(_ queue: MessageQueue, isRead: Bool, _ program: Program) {
        self.isRead = isRead
        redrive = queue.redrive
        stream = program.stream("\(queue.name)/redrive")
        if case .after(let time)? = queue.redrive?.moment {
            after = Latency(time)
        } else {
            after = nil
        }
        gap = queue.redrive?.rate.map { Int64(Double($0.seconds) * 1e9 / Double($0.events)) } ?? 0
    }

    /// By queue, those included that no dead letters go to.
    static func all(of program: Program) -> [DeadLetterQueue] {
        let topology = program.topology
        return topology.queues.map { queue in
            let isRead = topology.handlers.contains { $0.queue == queue.name }
            return DeadLetterQueue(queue, isRead: isRead, program)
        }
    }

    /// When what lies there is moved next; nil: never, or each at a time of its own.
    func next(after now: Int64) -> Int64? {
        switch redrive?.moment {
        case .at(let times): return times.lazy.map(\.nanoseconds).first { $0 > now }
        case .every(let time): return (now / time.nanoseconds + 1) * time.nanoseconds
        case .after, nil: return nil
        }
    }

    /// Whether a message that comes now, after so many redrives, will be moved back.
    func movesBack(_ redrives: UInt8, at now: Int64) -> Bool {
        guard let redrive, Int(redrives) < redrive.times ?? .max else { return false }
        return after != nil || next(after: now) != nil
    }
}

extension Simulator {
    /// A message that would be a dead letter goes to the queue for those: a handler reads that, or it goes back some
    /// day. What still knows the old row is about something that is over.
    ///
    /// - Returns: false where this is its end.
    mutating func park(_ message: Int32) -> Bool {
        let target = deadLetterTargets[Int(messages[message].queue)]
        guard target >= 0 else { return false }
        let place = deadLetterQueues[Int(target)]
        counts[messages[message].isMeasured ? 1 : 0].deadLettered += 1
        traceMessage(message, .park, Int64(target))
        guard place.isRead || place.movesBack(messages[message].redrives, at: now) else {
            return false
        }
        let copy = copied(message)
        messages[copy].isRedelivered = messages[message].isRedelivered
        messages[copy].isBack = false
        messages[copy].deliveries = 0
        messages[copy].forgiven = 0
        messages[copy].failures = 0
        messages[copy].lane = -1
        messages[copy].group = 0
        messages[copy].references += 1
        messages[message].isSettled = true
        if messages[message].references == 0 {
            forget(message)
        } else if keepsPositions {
            settleInLog(message)
        }
        if place.isRead {
            // Its reader starts in an event of its own.
            messages[copy].queue = target
            let carrier = makeProcess(.delayed)
            processes[carrier].message = copy
            schedule(carrier, now)
        } else {
            lay(copy, Int(target))
        }
        return true
    }

    /// The message lies in the dead-letter queue; its own queue is the one that it goes back to.
    private mutating func lay(_ message: Int32, _ place: Int) {
        messages[message].isParked = true
        messages[message].group = -1
        parked += 1
        if let after = deadLetterQueues[place].after {
            let stream = deadLetterQueues[place].stream
            let timer = chore(.moveBack, Int32(place))
            processes[timer].message = message
            let number = messages[message].number
            schedule(timer, now + after.draw(stream, number, Int32(messages[message].redrives)))
            return
        }
        messages[message].next = -1
        let tail = deadLetterQueues[place].tail
        if tail >= 0 {
            messages[tail].next = message
        } else {
            deadLetterQueues[place].head = message
        }
        deadLetterQueues[place].tail = message
        deadLetterQueues[place].count += 1
        guard !deadLetterQueues[place].isPlanned,
            let next = deadLetterQueues[place].next(after: now)
        else { return }
        deadLetterQueues[place].isPlanned = true
        schedule(chore(.redrive, Int32(place)), next)
    }

    private mutating func chore(_ chore: Chore, _ unit: Int32) -> Int32 {
        let timer = makeProcess(.chore)
        processes[timer].counter = chore.rawValue
        processes[timer].unit = unit
        return timer
    }

    /// All that lie in a dead-letter queue now go back, at once or one after the other.
    mutating func redrive(_ timer: Int32) {
        let place = Int(processes[timer].unit)
        free(timer)
        deadLetterQueues[place].isPlanned = false
        let (wasMoving, count) = (deadLetterQueues[place].moving > 0, deadLetterQueues[place].count)
        deadLetterQueues[place].moving = count
        if !wasMoving { schedule(chore(.moveBack, Int32(place)), now) }
    }

    /// One goes back, the one whose time it is or the one that came first; then the next.
    mutating func moveBack(_ timer: Int32) {
        let (message, place) = (processes[timer].message, Int(processes[timer].unit))
        if message >= 0 {
            free(timer)
            return redriveOne(message)
        }
        while deadLetterQueues[place].moving > 0 {
            let first = deadLetterQueues[place].head
            let next = messages[first].next
            deadLetterQueues[place].head = next
            if next < 0 { deadLetterQueues[place].tail = -1 }
            deadLetterQueues[place].count -= 1
            deadLetterQueues[place].moving -= 1
            redriveOne(first)
            let gap = deadLetterQueues[place].gap
            if gap > 0 && deadLetterQueues[place].moving > 0 { return schedule(timer, now + gap) }
        }
        free(timer)
    }

    private mutating func redriveOne(_ message: Int32) {
        messages[message].isParked = false
        messages[message].group = 0
        messages[message].redrives &+= 1
        parked -= 1
        counts[messages[message].isMeasured ? 1 : 0].redriven += 1
        traceMessage(message, .redrive, Int64(messages[message].redrives))
        admit(message)
        dropReference(message)
    }
}

/// Queues that give out nothing of a message before a time.
struct QueueDelay {
    let time: Latency
    let stream: RandomStream

    /// By queue; nil: at once.
    static func all(of program: Program) -> [QueueDelay?] {
        program.topology.queues.map { queue in
            queue.delay.isZero
                ? nil
                : QueueDelay(
                    time: Latency(queue.delay), stream: program.stream("\(queue.name)/delay"))
        }
    }
}

extension Simulator {
    /// A message has come, and its queue gives it out later.
    ///
    /// - Returns: false where it does so at once.
    mutating func holdBack(_ message: Int32) -> Bool {
        guard let delay = delays[Int(messages[message].queue)] else { return false }
        // A copy has draws of its own, and so has what comes again.
        let draw = messages[message].attempts &+ Int32(messages[message].redrives) << 24
        let time = delay.time.draw(delay.stream, messages[message].number, draw)
        if time == 0 { return false }
        traceMessage(message, .hold, time)
        let timer = makeProcess(.chore)
        processes[timer].counter = Chore.due.rawValue
        processes[timer].message = message
        messages[message].references += 1
        schedule(timer, now + time, .arrival)
        return true
    }

    /// A message that was held back may be handled.
    mutating func giveOutDue(_ timer: Int32) {
        let message = processes[timer].message
        free(timer)
        enter(message, readers[Int(messages[message].queue)], atOnce: true)
        dropReference(message)
    }
}
