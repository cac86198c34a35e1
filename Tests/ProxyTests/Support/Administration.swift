import Foundation

/// What a test does to a cluster from outside, by the admin client of confluent-kafka for Python:
/// nothing of ours can, for nothing of ours should.
enum Administration {
    static let python = ProcessInfo.processInfo.environment["KERFUFFLE_PYTHON"]
    /// A real broker and the client for it.
    static var isAtHand: Bool { ClusterKind.hasReal && python != nil }

    static func addPartitions(to topic: String, upTo count: Int) throws {
        try run(
            "admin.create_partitions([NewPartitions('\(topic)', \(count))])['\(topic)'].result()")
    }

    /// As retention does: records below the offset are gone.
    static func deleteRecords(of topic: String, partition: Int32, below offset: Int64) throws {
        try run(
            """
            place = TopicPartition('\(topic)', \(partition), \(offset))
            [future.result() for future in admin.delete_records([place]).values()]
            """)
    }

    static func set(_ name: String, to value: String, of topic: String) throws {
        try run(
            """
            entry = ConfigEntry('\(name)', '\(value)',
                incremental_operation=AlterConfigOpType.SET)
            resource = ConfigResource(ResourceType.TOPIC, '\(topic)', incremental_configs=[entry])
            [future.result() for future in admin.incremental_alter_configs([resource]).values()]
            """)
    }

    private static func run(_ body: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: python ?? "")
        process.arguments = [
            "-c",
            """
            from confluent_kafka import TopicPartition
            from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry,
                ConfigResource, NewPartitions, ResourceType)
            admin = AdminClient({'bootstrap.servers': '\(ClusterKind.realBrokers ?? "")'})

            """ + body,
        ]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("the admin client failed at: \(body)")
        }
    }
}
