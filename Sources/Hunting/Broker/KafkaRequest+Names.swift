import KafkaClient

extension KafkaRequest {
    /// The names of Kafka's protocol for requests that can be made to fail.
    static let names: [(String, KafkaRequest)] = [
        ("Produce", .produce), ("Fetch", .fetch), ("ListOffsets", .listOffsets),
        ("Metadata", .metadata), ("OffsetCommit", .offsetCommit), ("OffsetFetch", .offsetFetch),
        ("FindCoordinator", .findCoordinator), ("JoinGroup", .joinGroup),
        ("Heartbeat", .heartbeat), ("SyncGroup", .syncGroup),
        ("InitProducerId", .initProducerID),
    ]

    static func named(_ name: String) -> KafkaRequest? { names.first { $0.0 == name }?.1 }
}
