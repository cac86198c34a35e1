internal import CRdkafka

/// Which requests a broker knows, and in which versions: what it can do, told by itself.
public struct BrokerRequests: Hashable, Sendable {
    /// The highest version of each request.
    public var highest: [KafkaRequest: Int] = [:]

    public init() {}

    /// Whether the broker knows the request in this version or a later one.
    public func has(_ request: KafkaRequest, from version: Int = 0) -> Bool {
        highest[request].map { $0 >= version } ?? false
    }

    /// The release of Apache Kafka that speaks like this, as far as the requests tell: a later one may
    /// differ in nothing that shows here. Others who speak the protocol may resemble any of them.
    public var release: String? {
        Self.releases.first { has($0.request, from: $0.version) }?.release
    }

    /// What each release was the first to know, newest first (the schemas of requests in Kafka's own
    /// repository, clients/src/main/resources/common/message).
    private static let releases: [(release: String, request: KafkaRequest, version: Int)] = [
        ("4.1 or newer", .produce, 13), ("4.0", .produce, 12), ("3.9", .fetch, 17),
        ("3.8", .produce, 11), ("3.7", .fetch, 16), ("3.5 or 3.6", .fetch, 15),
        ("3.2 to 3.4", .joinGroup, 9), ("3.1", .fetch, 13), ("3.0", .listOffsets, 7),
        ("2.8", .produce, 9), ("2.7", .fetch, 12), ("2.5 or 2.6", .joinGroup, 7),
        ("2.4", .produce, 8), ("2.3", .fetch, 11), ("2.2", .listOffsets, 5), ("2.1", .fetch, 10),
        ("2.0", .fetch, 8), ("1.1", .fetch, 7), ("1.0", .fetch, 6), ("0.11", .fetch, 5),
    ]

    /// Takes over a line of the library's log in which it lists what a broker knows; others are passed
    /// over.
    mutating func note(_ line: LogLine) {
        guard line.facility == "APIVERSION",
            let start = line.text.firstRange(of: "ApiKey ")?.upperBound
        else { return }
        // `Produce (0) Versions 0..9`
        let rest = line.text[start...]
        guard let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")"),
            let key = Int16(rest[rest.index(after: open)..<close]),
            let dots = rest[close...].firstRange(of: "..")?.upperBound,
            let version = Int(rest[dots...].prefix { $0.isNumber })
        else { return }
        highest[KafkaRequest(rawValue: key)] = version
    }
}

extension BrokerRequests {
    /// Asks a broker. The library tells nobody but its log.
    ///
    /// - Returns: nothing in it where the log tells nothing.
    /// - Throws: `ConfigurationError`, `KafkaError` where no broker answers.
    public static func ask(
        _ configuration: ClientConfiguration, timeout: Duration
    ) throws -> BrokerRequests {
        var configuration = configuration
        let debug = configuration["debug"].map { "\($0),feature" } ?? "feature"
        configuration.set("debug", to: debug)
        let found = Found()
        let admin = try Admin(configuration) { event in
            if case .log(let line) = event { found.requests.note(line) }
        }
        _ = try admin.metadata(timeout: timeout)
        let deadline = Deadline(in: .seconds(2))
        // Lines of the connection that answered stand in the queue in front of this moment.
        while rd_kafka_poll(admin.handle.client, 10) > 0 && !deadline.hasPassed {}
        return found.requests
    }

    private final class Found {
        var requests = BrokerRequests()
    }
}
