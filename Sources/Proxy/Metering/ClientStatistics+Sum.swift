extension ClientStatistics {
    /// Of clients that do one job together.
    mutating func add(_ other: ClientStatistics) {
        eventsQueued += other.eventsQueued
        messagesQueued += other.messagesQueued
        messageBytesQueued += other.messageBytesQueued
        messagesFetched += other.messagesFetched
        messageBytesFetched += other.messageBytesFetched
        receivedBytes += other.receivedBytes
        sentBytes += other.sentBytes
        transactionStates.merge(other.transactionStates, uniquingKeysWith: +)
        for broker in other.brokers {
            if let index = brokers.firstIndex(where: { $0.name == broker.name }) {
                brokers[index] += broker
            } else {
                brokers.append(broker)
            }
        }
    }

    /// What stays of a client that is gone: its totals.
    var past: ClientStatistics {
        var past = self
        past.eventsQueued = 0
        past.messagesQueued = 0
        past.messageBytesQueued = 0
        past.messagesFetched = 0
        past.messageBytesFetched = 0
        past.transactionStates = [:]
        for index in past.brokers.indices { past.brokers[index].isPast = true }
        return past
    }
}

extension ClientStatistics.Broker {
    /// Connections of several clients to one broker: what can be added is, of times the longest.
    fileprivate static func += (left: inout Self, right: Self) {
        left.connects += right.connects
        left.disconnects += right.disconnects
        left.requestErrors += right.requestErrors
        left.responseErrors += right.responseErrors
        left.retries += right.retries
        left.timeouts += right.timeouts
        if right.isPast { return }
        if left.isPast {
            let totals = left
            left = right
            left.connects = totals.connects
            left.disconnects = totals.disconnects
            left.requestErrors = totals.requestErrors
            left.responseErrors = totals.responseErrors
            left.retries = totals.retries
            left.timeouts = totals.timeouts
            return
        }
        // One connection that stands is enough to reach it.
        left.isUp = left.isUp || right.isUp
        left.isBootstrap = left.isBootstrap && right.isBootstrap
        left.requestsQueued += right.requestsQueued
        left.requestsWaiting += right.requestsWaiting
        left.silenceSeconds =
            [left.silenceSeconds, right.silenceSeconds].compactMap { $0 }.min()
        left.roundTripMean = max(left.roundTripMean, right.roundTripMean)
        left.roundTrip99 = max(left.roundTrip99, right.roundTrip99)
        left.throttleMean = max(left.throttleMean, right.throttleMean)
    }
}
