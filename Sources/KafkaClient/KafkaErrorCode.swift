internal import CRdkafka

/// A code of librdkafka (negative) or of the Kafka protocol (positive). Open: a newer broker may send
/// codes that are not named here.
public struct KafkaErrorCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }

    /// As in `UNKNOWN_TOPIC_OR_PART`; `ERR_<n>?` where the library does not know it.
    public var name: String {
        rd_kafka_err2name(rd_kafka_resp_err_t(rawValue)).map { String(cString: $0) }
            ?? "ERR_\(rawValue)"
    }

    /// The library's sentence for the code.
    public var text: String {
        rd_kafka_err2str(rd_kafka_resp_err_t(rawValue)).map { String(cString: $0) }
            ?? "error \(rawValue)"
    }
}

extension KafkaErrorCode {
    public static let none = KafkaErrorCode(RD_KAFKA_RESP_ERR_NO_ERROR)
    public static let fatal = KafkaErrorCode(RD_KAFKA_RESP_ERR__FATAL)
    public static let fenced = KafkaErrorCode(RD_KAFKA_RESP_ERR__FENCED)
    public static let timedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__TIMED_OUT)
    public static let transport = KafkaErrorCode(RD_KAFKA_RESP_ERR__TRANSPORT)
    public static let allBrokersDown = KafkaErrorCode(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    public static let resolve = KafkaErrorCode(RD_KAFKA_RESP_ERR__RESOLVE)
    public static let authentication = KafkaErrorCode(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    public static let invalidArgument = KafkaErrorCode(RD_KAFKA_RESP_ERR__INVALID_ARG)
    public static let wrongState = KafkaErrorCode(RD_KAFKA_RESP_ERR__STATE)
    public static let queueFull = KafkaErrorCode(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    public static let purgedInQueue = KafkaErrorCode(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    public static let purgedInFlight = KafkaErrorCode(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    public static let messageTimedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    public static let unknownTopic = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    public static let unknownPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    public static let unknownTopicOrPartition = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    public static let topicExists = KafkaErrorCode(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    public static let messageTooLarge = KafkaErrorCode(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    public static let offsetOutOfRange = KafkaErrorCode(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    public static let autoOffsetReset = KafkaErrorCode(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    public static let noOffset = KafkaErrorCode(RD_KAFKA_RESP_ERR__NO_OFFSET)
    public static let partitionEnd = KafkaErrorCode(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    public static let maxPollExceeded = KafkaErrorCode(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    public static let topicAuthorization = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    public static let groupAuthorization = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    public static let transactionalIDAuthorization = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    public static let clusterAuthorization = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    public static let invalidRequiredAcks = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS)
    public static let illegalGeneration = KafkaErrorCode(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    public static let unknownMember = KafkaErrorCode(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    /// A record that the topic does not take: in a compacted one, a record with a null key.
    public static let invalidRecord = KafkaErrorCode(RD_KAFKA_RESP_ERR_INVALID_RECORD)
    /// A time that the topic does not take: too far from the broker's clock.
    public static let invalidTimestamp = KafkaErrorCode(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
    public static let invalidProducerEpoch = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    public static let invalidTransactionTimeout = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT)
    public static let fencedInstance = KafkaErrorCode(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    public static let invalidSessionTimeout = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT)
    public static let inconsistentGroupProtocol = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
    public static let invalidGroup = KafkaErrorCode(RD_KAFKA_RESP_ERR_INVALID_GROUP_ID)
    public static let groupIsFull = KafkaErrorCode(RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED)
    public static let unstableOffset = KafkaErrorCode(RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
    public static let unsupportedFeature = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)

    /// Whether the state it tells of may pass by itself: what an error is taken for where the library
    /// gives a bare code and no flags.
    public var isPassing: Bool { Self.passing.contains(rawValue) }

    private static let passing = Set(
        [
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE,
            RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__RETRY,
            RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
            RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
            RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
        ].map(\.rawValue))
}

extension KafkaErrorCode {
    /// A record that failed so will fail again however often it is sent.
    public var isPermanentForRecord: Bool {
        switch self {
        case .messageTooLarge, .unknownPartition, .unknownTopic, .unknownTopicOrPartition,
            .topicAuthorization, .invalidArgument, .invalidRecord, .invalidTimestamp:
            true
        default: false
        }
    }

    /// The group has moved on, or is about to: a rebalance tells what this member still owns.
    public var isOfGroup: Bool {
        switch self {
        case .illegalGeneration, .unknownMember: true
        default:
            rawValue == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS.rawValue
                || rawValue == RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST.rawValue
        }
    }

    /// A topic or partition is not there.
    public var saysNothingIsThere: Bool {
        switch self {
        case .unknownTopic, .unknownPartition, .unknownTopicOrPartition: true
        default: false
        }
    }

    /// Reading will not succeed until somebody changes something.
    public var isPermanentForReader: Bool {
        switch self {
        case .topicAuthorization, .groupAuthorization, .clusterAuthorization, .unknownTopic,
            .unknownTopicOrPartition, .invalidSessionTimeout, .inconsistentGroupProtocol,
            .invalidGroup, .groupIsFull:
            true
        default: false
        }
    }
}
