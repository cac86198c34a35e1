/// Deliveries counted, and deliveries again after a death.
extension Simulator {
    /// Whether a message has had its last delivery.
    mutating func isWornOut(_ message: Int32, _ unit: Int) -> Bool {
        guard stations[unit].maxDeliveries != .max else { return false }
        return messages[message].deliveries - messages[message].forgiven
            >= stations[unit].maxDeliveries
    }

    mutating func buryDelivered(_ message: Int32, _ unit: Int) {
        noteGivenUp(message, discards: false)
        if buriesInQueues && park(message) { return releaseLane(of: message, unit) }
        counts[messages[message].isMeasured ? 1 : 0].deadByDeliveries += 1
        traceMessage(message, .deadLetter)
        settle(message)
        releaseLane(of: message, unit)
    }

    /// What a process counted dies with it: deliveries and failures of the message begin anew.
    mutating func forgive(_ message: Int32, _ unit: Int) {
        guard stations[unit].countsInProcess else { return }
        messages[message].forgiven = messages[message].deliveries
        messages[message].failures = 0
    }

    /// After the time that the broker takes to see that a worker is gone.
    mutating func redeliverLater(_ message: Int32, _ unit: Int) {
        let timer = makeProcess(.delayed)
        processes[timer].message = message
        processes[timer].isVictim = true
        messages[message].isRedelivered = true
        messages[message].references += 1
        schedule(timer, now + stations[unit].redelivery)
    }

    /// The message of a worker that died comes back, in front of those behind it, unless it was its last
    /// delivery.
    mutating func deliverOrphan(_ message: Int32, _ unit: Int) {
        if isWornOut(message, unit) {
            messages[message].references += 1
            buryDelivered(message, unit)
            dropReference(message)
        } else if stations[unit].dealing.isOn {
            deliverFromBroker(message, unit)
        } else {
            messages[message].ready = now
            messages[message].references += 1
            let group = Int(messages[message].group)
            if stations[unit].order == .none && stations[unit].groups[group].hasParts {
                return appendToParts(message, unit, group)
            }
            offer(message, unit)
        }
    }
}
