import Configuration

/// What a framework or a broker does where its user says nothing: defaults for a handler and its queue.
///
/// The files are in Presets, and in the program: each has a name, the version that was looked at, keys of a
/// handler and of a queue, and where each of them is said.
public struct Preset: Sendable {
    /// What stands in a topology: `nservicebus`.
    public let word: String
    public let name: String
    public let version: String
    /// Keys and where they are said, in the order of the file.
    public let sources: [(key: String, text: String)]
    /// A mapping, as it would stand in a topology.
    let handler: Node
    let queue: Node?

    /// All that there are, by word.
    public static let all: [Preset] = [
        ("kafka", PackageResources.kafka_yaml), ("masstransit", PackageResources.masstransit_yaml),
        ("nservicebus", PackageResources.nservicebus_yaml),
        ("parallel-consumer", PackageResources.parallel_consumer_yaml),
        ("rabbitmq-quorum", PackageResources.rabbitmq_quorum_yaml),
        ("rebus", PackageResources.rebus_yaml), ("service-bus", PackageResources.service_bus_yaml),
        ("sqs-fifo", PackageResources.sqs_fifo_yaml),
        ("wolverine", PackageResources.wolverine_yaml),
    ].compactMap { try? Preset($0.0, yaml: $0.1) }

    public static func named(_ word: String) -> Preset? { all.first { $0.word == word } }

    /// - Throws: `ConfigurationError` where the file will not do.
    init(_ word: String, yaml bytes: [UInt8]) throws(ConfigurationError) {
        self = try YAML.read(bytes, file: "preset \(word)") { root in
            root.section { section in
                let name = section.required("name", as: .text)
                let version = section.required("version", as: .text)
                let handler = section["handler"]?.node
                let queue = section["queue"]?.node
                let sources = section["sources"]?.entries { key, value in
                    value.value(as: .text).map { (Self.text(key.node), $0) }
                }
                guard let name, let version, let handler, let sources else { return nil }
                return Preset(
                    word: word, name: name, version: version, sources: sources, handler: handler,
                    queue: queue)
            }
        }
    }

    private init(
        word: String, name: String, version: String, sources: [(key: String, text: String)],
        handler: Node, queue: Node?
    ) {
        self.word = word
        self.name = name
        self.version = version
        self.sources = sources
        self.handler = handler
        self.queue = queue
    }

    private static func text(_ node: Node) -> String {
        if case .scalar(let text, _) = node.content { text } else { "" }
    }

    /// The keys that it has a value for, of the handler and of the queue.
    var keys: (handler: [String], queue: [String]) {
        func names(_ node: Node?) -> [String] {
            if case .mapping(let entries) = node?.content { entries.map(\.name) } else { [] }
        }
        return (names(handler), names(queue))
    }

    /// Where a key's value is said.
    func source(of key: String) -> String? { sources.first { $0.key == key }?.text }
}

extension ValueParser where Value == Preset {
    /// `nservicebus`
    static var preset: ValueParser {
        let words = Preset.all.map(\.word)
        return ValueParser<String>.reference("preset", among: words)
            .map { word in Preset.all.first { $0.word == word } ?? Preset.all[0] }
    }
}
