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
        var configuration = ClientConfiguration()
        for path in file {
            let text = try TextFile.read(path)
            try configuration.append(file: text, named: path)
        }
        for assignment in property { try configuration.append(assignment: assignment) }
        configuration.set("bootstrap.servers", to: brokers, at: "--brokers")
        return configuration
    }
}
