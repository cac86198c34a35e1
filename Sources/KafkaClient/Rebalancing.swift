internal import CRdkafka
import Records

/// The library's two ways of changing an assignment.
enum Rebalancing {
    /// Whether the group changes assignments by difference; no before it was joined.
    static func isCooperative(_ client: OpaquePointer) -> Bool {
        rd_kafka_rebalance_protocol(client).map { String(cString: $0) } == "COOPERATIVE"
    }

    /// Answers a rebalance; the library goes on waiting until somebody does.
    ///
    /// - Parameters:
    ///   - list: the partitions with their start offsets.
    ///   - accepting: false declines an assignment, where the protocol has a way to.
    @discardableResult
    static func answer(
        _ rebalance: AnnouncedRebalance, of handle: ClientHandle, with list: PartitionList,
        accepting: Bool
    ) -> KafkaError? {
        if list.elements.isEmpty && isCooperative(handle.client) {
            for each in rebalance.partitions { list.add(each) }
        }
        // Closing is all that carries rebalances out inside the callback.
        if handle.context.rebalanceNow != nil {
            return answerWhileClosing(rebalance, of: handle, with: list, accepting: accepting)
        }
        return tell(handle.client, of: rebalance, with: list, accepting: accepting)
    }

    /// 2.0.2 throws away what it was asked in the instant in which the group ends, and tells nobody: as
    /// where `max.poll.interval.ms` passes while the consumer closes. The client is given up then.
    private static func answerWhileClosing(
        _ rebalance: AnnouncedRebalance, of handle: ClientHandle, with list: PartitionList,
        accepting: Bool
    ) -> KafkaError? {
        // Used by the other thread alone until it has answered; one that never does keeps the list.
        nonisolated(unsafe) let client = handle.client
        nonisolated(unsafe) let list = list
        let call = LimitedCall { tell(client, of: rebalance, with: list, accepting: accepting) }
        guard let failure = call.value(unless: { rd_kafka_consumer_closed(client) != 0 }) else {
            handle.giveUp("no answer came to the last rebalance")
            return nil
        }
        return failure
    }

    private static func tell(
        _ client: OpaquePointer, of rebalance: AnnouncedRebalance, with list: PartitionList,
        accepting: Bool
    ) -> KafkaError? {
        let operation = rebalance.isAssignment ? "assign" : "unassign"
        if isCooperative(client) {
            let error =
                rebalance.isAssignment
                ? rd_kafka_incremental_assign(client, list.pointer)
                : rd_kafka_incremental_unassign(client, list.pointer)
            return KafkaError(owning: error, during: operation)
        }
        let accepted = rebalance.isAssignment && accepting
        let code = rd_kafka_assign(client, accepted ? list.pointer : nil)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
        return KafkaError(KafkaErrorCode(code), during: operation)
    }
}

extension Consumer {
    /// Says where a partition that was just assigned starts; to be called in the handler of
    /// ``ConsumerEvent/assigned(_:)``. Without it a partition starts where its group committed.
    public func start(_ partition: TopicPartition, at start: StartOffset) {
        starts[partition] = start
    }

    /// Tells the caller, then answers the library, in this order: what is revoked is still owned
    /// while the handler runs.
    func carryOut(
        _ rebalance: AnnouncedRebalance, telling events: (ConsumerEvent) throws -> Void
    ) throws {
        defer { starts.removeAll(keepingCapacity: true) }
        let list = PartitionList(capacity: rebalance.partitions.count)
        do {
            try events(event(of: rebalance))
        } catch {
            // Answered all the same: else the group would wait for this member for ever.
            for partition in rebalance.partitions { unmark(partition) }
            Rebalancing.answer(rebalance, of: handle, with: list, accepting: false)
            throw error
        }
        for partition in rebalance.partitions {
            let start = starts[partition] ?? .committed
            list.add(partition, offset: start.raw)
            if rebalance.isAssignment {
                mark(partition, startingAt: start)
            } else {
                unmark(partition)
            }
        }
        let failure = Rebalancing.answer(rebalance, of: handle, with: list, accepting: true)
        if let failure { throw handle.explained(failure) }
    }

    private func event(of rebalance: AnnouncedRebalance) -> ConsumerEvent {
        if rebalance.isAssignment { return .assigned(rebalance.partitions) }
        return rebalance.isLost ? .lost(rebalance.partitions) : .revoked(rebalance.partitions)
    }

    func mark(_ partition: TopicPartition, startingAt start: StartOffset) {
        let slot = slots.slot(of: partition)
        if slot < 0 { return }
        slots.slots[slot].isAssigned = true
        slots.slots[slot].start = start.raw
        if case .offset(let offset) = start {
            slots.slots[slot].next = offset
        } else {
            slots.slots[slot].next = .min
        }
    }

    func unmark(_ partition: TopicPartition) {
        let slot = slots.slot(of: partition)
        if slot < 0 { return }
        slots.slots[slot].isAssigned = false
        slots.slots[slot].isPaused = false
    }

    func markAllUnassigned() {
        for slot in 0..<slots.count {
            slots.slots[slot].isAssigned = false
            slots.slots[slot].isPaused = false
        }
    }
}
