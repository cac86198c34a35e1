import Arguments
import Hunting
import KafkaClient

/// The Kafka over which a hunt's trials go to workers.
struct ViaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bootstrap brokers of the Kafka over which trials go to `kerfuffle worker` processes, and results "
                + "come back.", valueName: "host:port", example: "kafka:9092"))
    var via: String?

    @Option(
        name: .customLong("via-X"),
        help: ArgumentHelp(
            "A property of librdkafka for that cluster.", valueName: "name=value",
            example: "security.protocol=SASL_SSL"))
    var property: [String] = []

    @Option(
        name: .customLong("via-F"),
        help: ArgumentHelp(
            "A file of such properties, one a line.", valueName: "file", example: "client.conf"),
        completion: .files(extensions: []))
    var file: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the names of its topics begin with, NAME.runs, NAME.trials and NAME.results; none: "
                + "kerfuffle. and the hunt's name.", valueName: "name",
            example: "team-a.payments"))
    var viaPrefix: String?

    func validate() throws {
        if via == nil, !property.isEmpty || !file.isEmpty || viaPrefix != nil {
            throw ValidationError(
                "--via-X, --via-F and --via-prefix are of the Kafka between a hunt and its workers; name it with "
                    + "--via")
        }
        if let viaPrefix, viaPrefix.isEmpty || viaPrefix.contains(where: { !Self.isLegal($0) }) {
            throw ValidationError(
                "--via-prefix \(viaPrefix): topics have letters, digits, dots, hyphens and underlines in "
                    + "their names")
        }
    }

    /// nil where trials are run here.
    func topics(of hunt: Hunt) throws -> HuntTopics? {
        guard let via else { return nil }
        let client = try BrokerOptions.client(
            via, files: file, properties: property, spelled: "--via-X", "--via")
        let name = String(hunt.name.map { Self.isLegal($0) ? $0 : "-" })
        return HuntTopics(client, prefix: viaPrefix ?? "kerfuffle.\(name)")
    }

    private static func isLegal(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "._-".contains(character))
    }
}
