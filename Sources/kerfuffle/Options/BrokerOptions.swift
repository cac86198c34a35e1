import Arguments
import KafkaClient

/// Where the cluster is, and any property of the client library.
struct BrokerOptions: ParsableArguments {
    @Option(
        name: [.customShort("b"), .long],
        help: ArgumentHelp(
            "Bootstrap brokers, with commas between them.", valueName: "host:port",
            example: "localhost:9092"),
        environment: "KERFUFFLE_BROKERS")
    var brokers: String?

    @Option(
        name: .customShort("X"),
        help: ArgumentHelp(
            "A property of librdkafka.", valueName: "name=value",
            example: "security.protocol=SASL_SSL"))
    var property: [String] = []

    @Option(
        name: .customShort("F"),
        help: ArgumentHelp(
            "A file of such properties, one a line.", valueName: "file", example: "client.conf"),
        completion: .files(extensions: []))
    var file: [String] = []

    /// Files first, then `-X`, then the brokers given by name.
    func client() throws -> ClientConfiguration {
        guard let brokers else {
            throw Failure(.usage, "no broker given; write -b host:port or set KERFUFFLE_BROKERS")
        }
        return try Self.client(
            brokers, files: file, properties: property, spelled: "-X", "--brokers")
    }

    static func client(
        _ brokers: String, files: [String], properties: [String], spelled option: String,
        _ place: String
    ) throws -> ClientConfiguration {
        try BrokerAddresses.check(brokers, at: place)
        var configuration = ClientConfiguration()
        for path in files {
            let text = try TextFile.read(path)
            try configuration.append(file: text, named: path)
        }
        for assignment in properties {
            try configuration.append(assignment: assignment, at: option)
        }
        configuration.set("bootstrap.servers", to: brokers, at: place)
        return configuration
    }
}
