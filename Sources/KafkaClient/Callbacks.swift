internal import CRdkafka

/// The functions that the library calls back; each finds its client's context and hands over.
enum Callbacks {
    static func install(in configuration: OpaquePointer, for role: ClientRole) {
        rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let context = Callbacks.context(rd_kafka_opaque(client)) else { return }
            context.log(level, Callbacks.string(facility), Callbacks.string(text))
        }
        rd_kafka_conf_set_error_cb(configuration) { client, code, reason, opaque in
            guard let context = Callbacks.context(opaque) else { return }
            Callbacks.tellError(code, Callbacks.string(reason), of: client, to: context)
        }
        rd_kafka_conf_set_stats_cb(configuration) { _, json, length, opaque in
            if let context = Callbacks.context(opaque), let json {
                let bytes = UnsafeRawBufferPointer(start: json, count: length)
                context.onEvent(.statistics(String(decoding: bytes, as: UTF8.self)))
            }
            // 0: the library frees the text.
            return 0
        }
        if role == .consumer {
            rd_kafka_conf_set_rebalance_cb(configuration) { client, code, partitions, opaque in
                guard let context = Callbacks.context(opaque), let client else { return }
                Callbacks.rebalance(client, code, partitions, context)
            }
        } else {
            // A callback for each message: per-message cost is below that of reporting errors only.
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let opaque, let message else { return }
                Unmanaged<ClientContext>.fromOpaque(opaque)._withUnsafeGuaranteedRef {
                    $0.deliveries.report(message)
                }
            }
        }
    }

    private static func context(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func string(_ text: UnsafePointer<CChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }

    private static func tellError(
        _ code: Int32, _ reason: String, of client: OpaquePointer?, to context: ClientContext
    ) {
        var code = rd_kafka_resp_err_t(code)
        var reason = reason
        let isFatal = code == RD_KAFKA_RESP_ERR__FATAL
        if isFatal {
            let buffer = ErrorText()
            code = rd_kafka_fatal_error(client, buffer.start, buffer.capacity)
            reason = buffer.text
        }
        context.onEvent(
            .error(
                KafkaError(
                    KafkaErrorCode(code), Secrets.hide(context.secrets, in: reason),
                    during: "talk to the cluster", isFatal: isFatal)))
    }

    /// Whether what is revoked is gone already. The library says so by `rd_kafka_assignment_lost`, but
    /// not where a revocation was announced first and `max.poll.interval.ms` passed before anyone
    /// polled: it has left the group then, and has no member id any more.
    private static func isLost(_ client: OpaquePointer) -> Bool {
        if rd_kafka_assignment_lost(client) != 0 { return true }
        guard let member = rd_kafka_memberid(client) else { return true }
        defer { rd_kafka_mem_free(client, member) }
        return member.pointee == 0
    }

    /// Notes the rebalance and lets the poll return at once, so that the caller's work (finish the
    /// transaction, commit) is done in its own context and may throw. The library waits: partitions
    /// are neither fetched nor given away before the (un)assign that follows.
    ///
    /// `rd_kafka_yield` is safe with `rd_kafka_consumer_poll`; in `rd_kafka_consume_batch_queue` of
    /// 2.0.2 it would drop the next message.
    private static func rebalance(
        _ client: OpaquePointer, _ code: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        _ context: ClientContext
    ) {
        let isAssignment = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
        let rebalance = AnnouncedRebalance(
            isAssignment: isAssignment,
            isLost: !isAssignment && isLost(client),
            partitions: PartitionList.partitions(of: partitions))
        context.hasRebalanced = true
        context.awaitsAssignment = !isAssignment && !rebalance.isLost
        if let now = context.rebalanceNow {
            now(rebalance)
        } else {
            context.rebalances.append(rebalance)
            rd_kafka_yield(client)
        }
    }
}
