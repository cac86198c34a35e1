import KafkaClient
import Records
import Testing

@Suite struct KafkaErrorTests {
    @Test func `fatal, abortable and retriable exclude each other`() {
        let fatal = KafkaError(.fenced, during: "commit transaction")
        #expect(fatal.isFatal && !fatal.isRetriable && !fatal.requiresAbort)
        let passing = KafkaError(.transport, during: "commit transaction")
        #expect(!passing.isFatal && passing.isRetriable && !passing.requiresAbort)
        let abortable = KafkaError(.timedOut, during: "send offsets", requiresAbort: true)
        #expect(!abortable.isFatal && !abortable.isRetriable && abortable.requiresAbort)
        let neither = KafkaError(.topicAuthorization, during: "produce")
        #expect(!neither.isFatal && !neither.isRetriable && !neither.requiresAbort)
    }

    @Test func `it says what was done, where, why, and what may be done`() {
        let error = KafkaError(
            .unknownPartition, during: "deliver", at: TopicPartition("orders", 9))
        #expect(
            error.description
                == "deliver of orders/9 failed: Local: Unknown partition (_UNKNOWN_PARTITION)")
        let topic = KafkaError(.topicExists, during: "create", at: TopicPartition("orders", -1))
        #expect(topic.description.hasPrefix("create of topic orders failed: Broker: Topic"))
        let fatal = KafkaError(.fenced, "gone", during: "commit transaction")
        #expect(fatal.description == "commit transaction failed: gone (_FENCED, fatal)")
    }

    @Test func `a code that the library does not know has a name all the same`() {
        let code = KafkaErrorCode(rawValue: 12_345)
        #expect(code.name.contains("12345"))
        #expect(!code.text.isEmpty)
    }
}
