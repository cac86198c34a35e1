internal import CRdkafka

extension ClientHandle {
    /// How long a group may be left: the library waits up to 5 s for the coordinator's answer.
    private static let closingTime = Duration.seconds(30)

    /// Leaves the group, and tells `rebalanceNow` of the context what is revoked meanwhile.
    ///
    /// 2.0.2 never ends where an assignment of nothing waits for its answer as the closing begins: it
    /// takes the answer for an unassignment, and goes on waiting for one to the assignment
    /// (librdkafka issue 4527). So what waits is answered first. One that comes in the instant
    /// between is left to the time limit: the client is given up then, not destroyed, for that would
    /// wait as long.
    func closeConsumer() {
        answerWhatWaits()
        skipsClose = true
        let queue = ReplyQueue(self)
        defer { withExtendedLifetime(queue) {} }
        if let refused = rd_kafka_consumer_close_queue(client, queue.pointer) {
            // A fatal error was raised: there is no group to leave any more.
            rd_kafka_error_destroy(refused)
            return
        }
        let end = ContinuousClock.now + Self.closingTime
        while rd_kafka_consumer_closed(client) == 0 {
            if isGivenUp { return }
            if ContinuousClock.now > end {
                return giveUp("the group was not left within \(Self.closingTime)")
            }
            // Serves the callbacks; a record that was on its way is of no use any more.
            if let message = rd_kafka_consume_queue(queue.pointer, 10) {
                rd_kafka_message_destroy(message)
            }
        }
    }

    /// Serves the rebalance that may stand behind records that nobody has taken, and the assignment
    /// that follows a revocation as soon as its partitions have stopped.
    private func answerWhatWaits() {
        guard Rebalancing.isCooperative(client) else { return }
        var assigned: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        if rd_kafka_assignment(client, &assigned) == RD_KAFKA_RESP_ERR_NO_ERROR, let assigned {
            // Else records could come in as fast as they are thrown away.
            let all = PartitionList(owning: assigned)
            withExtendedLifetime(all) { _ = rd_kafka_pause_partitions(client, all.pointer) }
        }
        guard let queue = rd_kafka_queue_get_consumer(client) else { return }
        defer { rd_kafka_queue_destroy(queue) }
        let end = ContinuousClock.now + .seconds(1)
        while rd_kafka_queue_length(queue) > 0
            || context.awaitsAssignment && ContinuousClock.now < end
        {
            if let message = rd_kafka_consumer_poll(client, 10) {
                rd_kafka_message_destroy(message)
            }
        }
    }

    func giveUp(_ reason: String) {
        isGivenUp = true
        context.log(4, "CLOSE", "\(reason): the broker will notice after the session timeout")
    }
}
