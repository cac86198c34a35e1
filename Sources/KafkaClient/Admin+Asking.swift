internal import CRdkafka
import Records

extension Admin {
    /// Sends a request, waits for its answer and reads it.
    func ask<Answer>(
        _ operation: String, _ kind: rd_kafka_admin_op_t, _ timeout: Duration,
        send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
        read: (_ event: OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let options = rd_kafka_AdminOptions_new(handle.client, kind)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let buffer = ErrorText()
        rd_kafka_AdminOptions_set_request_timeout(
            options, max(1, timeout.milliseconds), buffer.start, buffer.capacity)
        let waits = [
            RD_KAFKA_ADMIN_OP_CREATETOPICS, RD_KAFKA_ADMIN_OP_DELETETOPICS,
            RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
        ]
        if waits.contains(kind) {
            // Until the brokers have carried it out, not only taken it.
            rd_kafka_AdminOptions_set_operation_timeout(
                options, max(1, timeout.milliseconds), buffer.start, buffer.capacity)
        }
        let queue = ReplyQueue(handle)
        send(options, queue.pointer)
        guard let event = queue.next(within: timeout + .seconds(1)) else {
            throw KafkaError(.timedOut, during: operation)
        }
        defer { rd_kafka_event_destroy(event) }
        rd_kafka_poll(handle.client, 0)
        try KafkaError.check(
            rd_kafka_event_error(event),
            rd_kafka_event_error_string(event).map { String(cString: $0) }, during: operation)
        return try read(event)
    }

    func waitUntilKnown(_ topic: String, _ deadline: Deadline) throws(KafkaError) {
        while true {
            let metadata = try metadata(topic: topic, timeout: deadline.remaining)
            guard let error = metadata.topics.first?.error else { return }
            if deadline.hasPassed {
                throw KafkaError(error, during: "wait for", at: TopicPartition(topic, -1))
            }
            rd_kafka_poll(handle.client, 50)
        }
    }

    static func failures(
        _ operation: String, _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> [String: KafkaError] {
        var failures: [String: KafkaError] = [:]
        for index in 0..<count {
            let result = results?[index]
            let code = rd_kafka_topic_result_error(result)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { continue }
            let name = String(cString: rd_kafka_topic_result_name(result))
            failures[name] = KafkaError(
                KafkaErrorCode(code),
                rd_kafka_topic_result_error_string(result).map { String(cString: $0) },
                during: operation, at: TopicPartition(name, -1))
        }
        return failures
    }
}
