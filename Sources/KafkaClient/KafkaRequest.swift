/// Kinds of request by their number in Kafka's protocol ("API keys").
public struct KafkaRequest: RawRepresentable, Hashable, Sendable {
    public var rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    public static let produce = KafkaRequest(rawValue: 0)
    public static let fetch = KafkaRequest(rawValue: 1)
    public static let listOffsets = KafkaRequest(rawValue: 2)
    public static let metadata = KafkaRequest(rawValue: 3)
    public static let offsetCommit = KafkaRequest(rawValue: 8)
    public static let offsetFetch = KafkaRequest(rawValue: 9)
    public static let findCoordinator = KafkaRequest(rawValue: 10)
    public static let joinGroup = KafkaRequest(rawValue: 11)
    public static let heartbeat = KafkaRequest(rawValue: 12)
    public static let syncGroup = KafkaRequest(rawValue: 14)
    public static let initProducerID = KafkaRequest(rawValue: 22)
    public static let addPartitionsToTransaction = KafkaRequest(rawValue: 24)
    public static let addOffsetsToTransaction = KafkaRequest(rawValue: 25)
    public static let endTransaction = KafkaRequest(rawValue: 26)
    public static let transactionOffsetCommit = KafkaRequest(rawValue: 28)
}
