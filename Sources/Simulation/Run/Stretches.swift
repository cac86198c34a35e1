/// Messages of one partition, one behind the other, that nothing but the partition knows. Its consumer is given all of
/// them at once, as a place in its queue for each, and they take their places one by one, as workers come to them.
///
/// So what a partition costs that moves, or goes back to its position, is what was handed out of it, not what waits.
struct Stretch: BitwiseCopyable {
    var first: Int32 = -1
    var last: Int32 = -1
    var count = 0
    /// Those from the front that were in a consumer's queue before: they come once more.
    var againFrom = 0
    var againEnd = 0
    /// Its consumer has it in its queue since `ready`, as ``Part`` `number`, the first message in place `order`.
    var isPlaced = false
    var number: Int64 = 0
    var order: Int64 = 0
    var ready: Int64 = 0
}

/// Messages of a queue that have not taken their places yet: a partition's stretch, or messages that came later.
struct Part: BitwiseCopyable {
    /// -1: of no partition; the messages from `head` to `tail`, by their `next`.
    var partition: Int32 = -1
    /// Of the stretch; void where the partition has another one.
    var number: Int64 = -1
    var head: Int32 = -1
    var tail: Int32 = -1
}

/// The parts of a group's queue behind what is ready or in line, oldest first.
struct Parts: ~Copyable {
    private var parts: [Part] = []
    private var oldest = 0

    /// The part in front.
    var front: Part {
        get { parts[oldest] }
        set { parts[oldest] = newValue }
    }

    /// - Returns: whether another one is left.
    mutating func removeFront() -> Bool {
        oldest += 1
        if oldest == parts.count {
            parts.removeAll(keepingCapacity: true)
            oldest = 0
        } else if oldest > 1024 && oldest * 2 > parts.count {
            parts.removeFirst(oldest)
            oldest = 0
        }
        return !parts.isEmpty
    }

    mutating func append(_ part: Part) { parts.append(part) }

    /// The message that was the last of the list at the end; nil where no list is there.
    ///
    /// - Returns: what it is behind; -1: the list is new.
    mutating func append(_ message: Int32) -> Int32 {
        let end = parts.count - 1
        guard end >= 0, parts[end].partition < 0 else {
            parts.append(Part(head: message, tail: message))
            return -1
        }
        let before = parts[end].tail
        parts[end].tail = message
        return before
    }
}

extension Simulator {
    /// Whether messages of a handler's partitions may take their places later than they are given to a consumer: not
    /// where a broker deals them out, somebody else chooses among those that are ready, or all are taken at once.
    func placesStretches(_ unit: Int) -> Bool {
        stations[unit].journal.isKept && !stations[unit].dealing.isOn && !Choices.decidesOrder
            && stations[unit].capacity == .max && !stations[unit].groups[0].isUnlimited
            && stations[unit].groups[0].backlog < 0
    }

    // MARK: In the partition

    /// A message at the end of a partition is known to that alone, and was in no queue yet.
    mutating func extendStretch(
        _ partition: Int32, with message: Int32, after tail: Int32, _ unit: Int
    ) {
        var stretch = stations[unit].journal.logs[partition].stretch
        if stretch.count == 0 {
            stretch = Stretch(first: message)
        } else if stretch.last != tail {
            return
        }
        stretch.last = message
        stretch.count += 1
        stations[unit].journal.logs[partition].stretch = stretch
    }

    /// A partition that is linked anew goes on with what was a stretch of it, with all its messages at once.
    ///
    /// - Complexity: O(1)
    mutating func link(_ old: Stretch, toLog partition: Int32, _ unit: Int) {
        var log = stations[unit].journal.logs[partition]
        if log.tail >= 0 {
            stations[unit].journal.marks[log.tail].next = old.first
        } else {
            log.head = old.first
        }
        log.tail = old.last
        stations[unit].journal.marks[old.last].next = -1
        let again = old.isPlaced ? 0..<old.count : old.againFrom..<old.againEnd
        let before = log.stretch.count
        log.stretch = Stretch(
            first: before > 0 ? log.stretch.first : old.first, last: old.last,
            count: before + old.count, againFrom: before + again.lowerBound,
            againEnd: before + again.upperBound)
        stations[unit].journal.logs[partition] = log
    }

    /// The first message of a placed stretch takes its place.
    private mutating func takeFirst(of partition: Int32, _ unit: Int) -> Int32 {
        var stretch = stations[unit].journal.logs[partition].stretch
        let message = stretch.first
        if stretch.againFrom <= 0 && stretch.againEnd > 0 {
            messages[message].isRedelivered = true
            messages[message].failures = 0
        }
        messages[message].ready = stretch.ready
        messages[message].order = stretch.order
        messages[message].references += 1
        result.placed += 1
        if stations[unit].membership.isOn { _ = placeAtOwner(message, unit) }
        stretch.first = stations[unit].journal.marks[message].next
        stretch.count -= 1
        stretch.againFrom = max(0, stretch.againFrom - 1)
        stretch.againEnd -= 1
        stretch.order += 1
        if stretch.count == 0 { stretch = Stretch() }
        stations[unit].journal.logs[partition].stretch = stretch
        return message
    }

    // MARK: In the consumer's queue

    /// All that lies in a partition is at the end of its consumer's queue, in order.
    mutating func placeLog(_ partition: Int32, _ unit: Int) {
        guard stations[unit].placesStretches else { return enqueueLog(partition, unit) }
        var stretch = stations[unit].journal.logs[partition].stretch
        guard stretch.count > 0 else { return }
        stretch.isPlaced = true
        stretch.ready = now
        stretch.order = stations[unit].nextOrder
        stretch.number = stretch.order
        stations[unit].nextOrder += Int64(stretch.count)
        stations[unit].journal.logs[partition].stretch = stretch
        noteKeyTimes(unit)
        let owner =
            stations[unit].membership.isOn
            ? stations[unit].membership.owners[partition]
            : partition % stations[unit].groupCount
        if stations[unit].order == .partition {
            let lane = lane(of: partition, owner, unit)
            stations[unit].lanes.reach(Int(lane))
            if !stations[unit].lanes[lane].isBusy { _ = startStretch(inLane: lane, unit) }
            return
        }
        let group = Int(owner)
        stations[unit].groups[group].hasParts = true
        stations[unit].groups[group].parts.append(
            Part(partition: partition, number: stretch.number))
        while stations[unit].groups[group].hasParts && stations[unit].groups[group].idle >= 0 {
            placeNext(unit, group)
        }
    }

    private mutating func enqueueLog(_ partition: Int32, _ unit: Int) {
        var next = stations[unit].journal.logs[partition].head
        while next >= 0 {
            let message = next
            next = stations[unit].journal.marks[message].next
            result.placed += 1
            if !stations[unit].membership.isOn || placeAtOwner(message, unit) {
                enqueue(message, unit)
            }
        }
    }

    /// A message is at the end of a queue of which not all have their places.
    mutating func appendToParts(_ message: Int32, _ unit: Int, _ group: Int) {
        messages[message].next = -1
        let lane = messages[message].lane
        if lane >= 0 { startWaiting(message, lane, unit) }
        let before = stations[unit].groups[group].parts.append(message)
        if before >= 0 { messages[before].next = message }
    }

    /// So many take their places that the first one for a free worker is known.
    @inline(never)
    mutating func placeUntilReady(_ unit: Int, _ group: Int) {
        while stations[unit].groups[group].hasParts && !isFirstReady(unit, group) {
            placeNext(unit, group)
        }
    }

    /// All take their places.
    mutating func placeAll(_ unit: Int) {
        for group in 0..<Int(stations[unit].groupCount) {
            while stations[unit].groups[group].hasParts { placeNext(unit, group) }
        }
    }

    /// Whether one that is ready comes before all that have no places.
    private mutating func isFirstReady(_ unit: Int, _ group: Int) -> Bool {
        guard stations[unit].groups[group].waiting > 0 else { return false }
        if stations[unit].order == .none { return true }
        let part = stations[unit].groups[group].parts.front
        let order: Int64
        if part.partition >= 0 {
            guard isPlaced(part, unit) else { return false }
            order = stations[unit].journal.logs[part.partition].stretch.order
        } else {
            order = messages[part.head].order
        }
        return stations[unit].groups[group].ready.nextTime().map { $0 < order } ?? false
    }

    private func isPlaced(_ part: Part, _ unit: Int) -> Bool {
        let stretch = stations[unit].journal.logs[part.partition].stretch
        return stretch.isPlaced && stretch.number == part.number
    }

    /// The first message without one takes its place: behind its lane, or among the ready.
    private mutating func placeNext(_ unit: Int, _ group: Int) {
        let part = stations[unit].groups[group].parts.front
        let message: Int32
        let isLast: Bool
        if part.partition >= 0 {
            guard isPlaced(part, unit) else { return removePart(unit, group) }
            isLast = stations[unit].journal.logs[part.partition].stretch.count == 1
            message = takeFirst(of: part.partition, unit)
            let lane = messages[message].lane
            if lane >= 0 {
                messages[message].inLine = messages[message].ready
                messages[message].keyTime = timeOfKey(
                    of: message, lane, unit, at: messages[message].ready)
            }
        } else {
            message = part.head
            isLast = message == part.tail
            stations[unit].groups[group].parts.front.head = messages[message].next
        }
        if isLast { removePart(unit, group) }
        // It was taken away meanwhile.
        if messages[message].isSettled { return dropReference(message) }
        put(message, unit)
    }

    private mutating func removePart(_ unit: Int, _ group: Int) {
        stations[unit].groups[group].hasParts = stations[unit].groups[group].parts.removeFront()
    }

    private mutating func put(_ message: Int32, _ unit: Int) {
        let lane = messages[message].lane
        if lane >= 0 {
            if stations[unit].lanes[lane].isBusy {
                stations[unit].waiting += 1
                link(message, toLane: lane, unit)
                return
            }
            occupyLate(lane, message, unit)
        }
        offer(message, unit)
    }

    // MARK: Where partitions are lanes

    private func lane(of partition: Int32, _ owner: Int32, _ unit: Int) -> Int32 {
        stations[unit].membership.isOn
            ? partition * stations[unit].groupCount + owner : partition
    }

    /// The first message of the stretch that belongs behind a lane may be handled.
    ///
    /// - Returns: whether there is one.
    mutating func startStretch(inLane lane: Int32, _ unit: Int) -> Bool {
        guard let partition = partitionPlaced(inLane: lane, unit) else { return false }
        let wasBusy = stations[unit].lanes[lane].isBusy
        let message = takeFirst(of: partition, unit)
        if stations[unit].membership.isOn {
            messages[message].group = lane % stations[unit].groupCount
            messages[message].lane = lane
        }
        if wasBusy {
            messages[message].inLine = messages[message].ready
            messages[message].keyTime = timeOfKey(
                of: message, lane, unit, at: messages[message].ready)
            endWaiting(message, lane, unit)
        }
        occupy(lane, message, unit)
        offer(message, unit)
        return true
    }

    private func partitionPlaced(inLane lane: Int32, _ unit: Int) -> Int32? {
        guard stations[unit].order == .partition else { return nil }
        let isShared = stations[unit].membership.isOn
        let count = stations[unit].groupCount
        let partition = isShared ? lane / count : lane
        guard stations[unit].journal.logs[partition].stretch.isPlaced,
            // Who had it last: while it is taken away, work that ends there gives its lane on.
            !isShared || stations[unit].membership.former[partition] == lane % count
        else { return nil }
        return partition
    }

    /// For how long all that have no places yet have been in line, where partitions are lanes.
    func timeInLineOfPlaced(_ unit: Int) -> Int128 {
        guard stations[unit].order == .partition else { return 0 }
        var sum = Int128(0)
        for partition in 0..<stations[unit].partitions {
            let stretch = stations[unit].journal.logs[partition].stretch
            if stretch.isPlaced { sum += Int128(now - stretch.ready) * Int128(stretch.count) }
        }
        return sum
    }
}
