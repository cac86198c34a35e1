import Arguments
import KafkaClient
import Proxy

/// A cluster of its own for the output.
struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bootstrap brokers of the output's cluster, where it is another than the input's (-b).",
            valueName: "host:port", example: "shadow:9092"))
    var toBrokers: String?

    @Option(
        name: .customLong("to-X"),
        help: ArgumentHelp(
            "A property of librdkafka for that cluster, as -X is for the other.",
            valueName: "name=value", example: "security.protocol=SASL_SSL"))
    var property: [String] = []

    @Option(
        name: .customLong("to-F"),
        help: ArgumentHelp(
            "A file of such properties, one a line.", valueName: "file", example: "shadow.conf"),
        completion: .files(extensions: []))
    var file: [String] = []

    @Option(
        help: ArgumentHelp(
            "The compacted topic of that cluster that keeps the group's positions; none: the group's "
                + "name and .shadow.positions.",
            valueName: "topic", example: "kerfuffle-orders.shadow.positions"))
    var positionsTopic: String?

    func validate() throws {
        if toBrokers == nil, !property.isEmpty || !file.isEmpty || positionsTopic != nil {
            throw ValidationError(
                "--to-X, --to-F and --positions-topic are of the output's own cluster; give it with "
                    + "--to-brokers")
        }
    }

    /// nil where the output is on the input's cluster.
    func client() throws -> ClientConfiguration? {
        guard let toBrokers else { return nil }
        return try BrokerOptions.client(
            toBrokers, files: file, properties: property, spelled: "--to-X", "--to-brokers")
    }

    func cluster(group: String) throws -> TargetCluster? {
        try client().map {
            TargetCluster(client: $0, group: group, positionsTopic: positionsTopic)
        }
    }
}
