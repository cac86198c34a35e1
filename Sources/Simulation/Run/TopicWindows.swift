import Perturbation
import Records

/// A topic whose records the proxy's engine perturbs, window by window and partition by partition, with the
/// decisions that the proxy would make for the same plan and records.
struct TopicWindows {
    struct Part {
        var perturber: Perturber
        var former: WindowFormer
        var block: RecordBlock
        /// The messages of the open window.
        var messages: [Int32] = []
        var nextOffset: Offset = 0
        /// No delivery comes before the one in front of it.
        var lastDue: Int64 = 0
        /// Closes a window for want of traffic.
        var timer: Int32 = -1
    }

    let maxWait: Int64
    var parts: [Part]

    /// - Parameter seed: of plans that have none.
    init(_ plan: TopicPlan, topic: String, partitions: Int, seed: String) {
        var resolved = plan.plan
        if plan.followsSeed { resolved.seed = seed }
        maxWait = resolved.window.maxWait?.nanoseconds ?? Latency.longest
        parts = (0..<max(1, partitions)).map { partition in
            let source = TopicPartition(topic, Int32(partition))
            let perturber = Perturber(plan: resolved, source: source)
            return Part(
                perturber: perturber, former: WindowFormer(perturber, start: 0),
                block: RecordBlock(source: source))
        }
    }
}

extension Simulator {
    /// A message of a topic that is perturbed waits until its window is full.
    ///
    /// - Returns: whether it does.
    mutating func holdInWindow(_ message: Int32, _ unit: Int) -> Bool {
        guard windows[unit] != nil else { return false }
        let number = stations[unit].partitions > 0 ? Int(partition(of: message, unit)) : 0
        let key = isKeyless(message) ? nil : Array(String(messages[message].key).utf8)
        let bytes = Int(messages[message].bytes)
        if windows[unit]?.parts[number].former.endsBefore(payloadBytes: bytes) == true {
            closeWindow(number, unit)
        }
        guard var part = windows[unit]?.parts[number] else { return false }
        let record = Record(
            source: part.block.source, offset: part.nextOffset,
            timestamp: Timestamp(.create, milliseconds: now / 1_000_000), key: key,
            // Something that can be corrupted.
            value: Array(String(messages[message].number).utf8))
        let arrival = UInt64(clamping: now)
        guard (try? part.block.append(record, arrivalNs: arrival)) != nil else { return false }
        let isFull = part.former.take(payloadBytes: bytes, at: part.nextOffset)
        part.messages.append(message)
        part.nextOffset += 1
        messages[message].references += 1
        if part.messages.count == 1, let maxWait = windows[unit]?.maxWait {
            let timer = makeProcess(.chore)
            processes[timer].counter = Chore.window.rawValue
            processes[timer].unit = Int32(unit)
            processes[timer].group = Int32(number)
            part.timer = timer
            schedule(timer, now + maxWait)
        }
        windows[unit]?.parts[number] = part
        if isFull { closeWindow(number, unit) }
        return true
    }

    mutating func closeWindow(_ timer: Int32) {
        closeWindow(Int(processes[timer].group), Int(processes[timer].unit))
    }

    /// The engine says what becomes of the window; each delivery comes when it is due.
    private mutating func closeWindow(_ number: Int, _ unit: Int) {
        guard var part = windows[unit]?.parts[number], !part.messages.isEmpty else { return }
        var outcome = Perturbation.Outcome()
        part.perturber.perturb(part.block, start: part.former.start, into: &outcome)
        if part.timer >= 0 { free(part.timer) }
        let held = part.messages
        let arrivals = part.block.entries.map { Int64(clamping: $0.arrivalNs) }
        (part.messages, part.timer) = ([], -1)
        part.block.removeAll()
        part.former.begin(at: part.nextOffset)
        var isOriginal = [Bool](repeating: false, count: held.count)
        var rows = held
        for delivery in outcome.deliveries {
            let slot = Int(delivery.slot)
            var message = rows[slot]
            if isOriginal[slot] {
                message = copyOfRecord(rows[slot])
            } else {
                isOriginal[slot] = true
                rows[slot] = message
            }
            if delivery.isCorrupted { messages[message].isPoison = true }
            let due = max(part.lastDue, arrivals[slot] + delivery.delayMicroseconds * 1000)
            part.lastDue = due
            emit(message, at: due, unit)
        }
        windows[unit]?.parts[number] = part
        for (slot, message) in held.enumerated() {
            if !isOriginal[slot] { dropRecord(message) }
            dropReference(message)
        }
    }

    private mutating func emit(_ message: Int32, at due: Int64, _ unit: Int) {
        guard due > now else {
            enter(message, unit, atOnce: false)
            return
        }
        let carrier = makeProcess(.chore)
        processes[carrier].counter = Chore.emission.rawValue
        processes[carrier].unit = Int32(unit)
        processes[carrier].message = message
        messages[message].references += 1
        schedule(carrier, due)
    }

    /// A delivery is due.
    mutating func emitDue(_ carrier: Int32) {
        let (message, unit) = (processes[carrier].message, Int(processes[carrier].unit))
        free(carrier)
        enter(message, unit, atOnce: false)
        dropReference(message)
    }

    private mutating func copyOfRecord(_ message: Int32) -> Int32 {
        let copy = copied(message)
        messages[copy].isCopy = true
        messages[copy].isRedelivered = true
        // Its client waits for the first alone.
        messages[copy].client = -1
        messages[copy].arrived = now
        messages[copy].lane = -1
        // Draws of its own.
        messages[copy].attempts = 1 << 20
        counts[messages[copy].isMeasured ? 1 : 0].copies += 1
        changePresent(by: 1)
        return copy
    }

    /// The plan drops a message: it never comes.
    private mutating func dropRecord(_ message: Int32) {
        counts[messages[message].isMeasured ? 1 : 0].dropped += 1
        traceMessage(message, .drop)
        messages[message].isSettled = true
        leave(message)
    }
}
