internal import CRdkafka
import Records

/// What Kafka or its client library refused or could not do, and where.
///
/// Three questions have three answers. ``isFatal``: this client can do nothing any more and must be
/// made anew. ``requiresAbort``: the transaction at hand must be aborted, then the client goes on.
/// ``isRetriable``: the same call may succeed when repeated.
public struct KafkaError: Error, Hashable, Sendable {
    public var code: KafkaErrorCode
    /// What the library or the broker said, without secrets.
    public var message: String
    public var isFatal: Bool
    public var isRetriable: Bool
    public var requiresAbort: Bool
    /// What was being done, as in `commit transaction`.
    public var operation: String
    /// The topic-partition it was about; partition -1 is the topic as a whole.
    public var source: TopicPartition?

    public init(
        _ code: KafkaErrorCode, _ message: String? = nil, during operation: String,
        at source: TopicPartition? = nil, isFatal: Bool = false, isRetriable: Bool? = nil,
        requiresAbort: Bool = false
    ) {
        self.code = code
        self.message = message ?? code.text
        self.isFatal = isFatal || code == .fatal || code == .fenced
        self.isRetriable = isRetriable ?? (!self.isFatal && !requiresAbort && code.isPassing)
        self.requiresAbort = requiresAbort
        self.operation = operation
        self.source = source
    }

    /// The library's own name of the code, as in `TOPIC_AUTHORIZATION_FAILED`; those that start with
    /// `_` are the client's, the others the broker's.
    public var name: String { code.name }
}

extension KafkaError: CustomStringConvertible {
    public var description: String {
        let place = source.map {
            $0.partition < 0 ? " of topic \($0.topic)" : " of \($0)"
        }
        return "\(operation)\(place ?? "") failed: \(message) (\(name)\(kind))"
    }

    private var kind: String {
        if isFatal { return ", fatal" }
        if requiresAbort { return ", the transaction must be aborted" }
        return isRetriable ? ", may pass" : ""
    }
}

extension KafkaError {
    /// Takes over an error object of the library and destroys it; nil where there was none.
    init?(
        owning error: OpaquePointer?, during operation: String, at source: TopicPartition? = nil
    ) {
        guard let error else { return nil }
        defer { rd_kafka_error_destroy(error) }
        self.init(
            KafkaErrorCode(rd_kafka_error_code(error)),
            rd_kafka_error_string(error).map { String(cString: $0) }, during: operation,
            at: source, isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0,
            requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0)
    }

    /// Throws where `code` is an error; `message` replaces the library's text for the code.
    static func check(
        _ code: rd_kafka_resp_err_t, _ message: String? = nil, during operation: String,
        at source: TopicPartition? = nil
    ) throws(KafkaError) {
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        throw KafkaError(KafkaErrorCode(code), message, during: operation, at: source)
    }
}
