import KafkaClient

/// A right that a run needs on a cluster with an authorizer.
public struct AccessRight: Hashable, Sendable {
    public enum Operation: String, Sendable {
        case read = "Read"
        case write = "Write"
        case describeConfigs = "DescribeConfigs"
    }

    public enum Resource: Hashable, Sendable {
        case topic(String)
        case group(String)
        case transactionalID(String)
        /// All that begin so.
        case transactionalIDs(prefix: String)
    }

    public var operation: Operation
    public var resource: Resource
    /// A run goes without it, and says what it could not see.
    public var isOptional = false

    public init(_ operation: Operation, _ resource: Resource, isOptional: Bool = false) {
        self.operation = operation
        self.resource = resource
        self.isOptional = isOptional
    }

    /// `Read on topic orders`
    public var name: String {
        switch resource {
        case .topic(let name): "\(operation.rawValue) on topic \(name)"
        case .group(let name): "\(operation.rawValue) on group \(name)"
        case .transactionalID(let name): "\(operation.rawValue) on transactional id \(name)"
        case .transactionalIDs(let prefix):
            "\(operation.rawValue) on transactional ids that begin with \(prefix)"
        }
    }

    /// What grants it, for Kafka's own tool.
    ///
    /// - Parameters:
    ///   - principal: who gets it, as in `User:kerfuffle`.
    ///   - isSecured: whether the tool needs properties of its own to be let in.
    public func command(
        principal: String, brokers: String = "…", isSecured: Bool = false
    ) -> String {
        let place =
            switch resource {
            case .topic(let name): "--topic \(Self.quoted(name))"
            case .group(let name): "--group \(Self.quoted(name))"
            case .transactionalID(let name): "--transactional-id \(Self.quoted(name))"
            case .transactionalIDs(let prefix):
                "--transactional-id \(Self.quoted(prefix)) --resource-pattern-type prefixed"
            }
        let login = isSecured ? "--command-config admin.properties " : ""
        return "kafka-acls.sh --bootstrap-server \(brokers) \(login)--add --allow-principal "
            + "\(Self.quoted(principal)) --operation \(operation.rawValue) \(place)"
    }

    /// The right whose want an error tells of, where the error says enough of it by itself; nil otherwise.
    ///
    /// - Parameter group: the group that the client reads positions of.
    public init?(missingFor error: KafkaError, group: String? = nil) {
        switch error.code {
        case .topicAuthorization:
            guard let topic = error.source?.topic else { return nil }
            let writes = error.operation == "deliver" || error.operation == "produce"
            self.init(writes ? .write : .read, .topic(topic))
        case .groupAuthorization:
            guard let group else { return nil }
            self.init(.read, .group(group))
        default: return nil
        }
    }

    /// What ends a run that lacks it.
    public var refusal: String {
        "a right is missing: \(name); grant it with: \(command(principal: Self.anybody))"
    }

    /// In place of a name that is not known here.
    public static let anybody = "User:NAME"

    /// A word for a shell.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || "0123456789._-:/…".utf8.contains(byte)
        }
        return isPlain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}

extension ProxyConfiguration {
    /// Every right that the run needs, none more.
    public var rights: [AccessRight] {
        var rights: [AccessRight] = routes.map { .init(.read, .topic($0.input)) }
        rights.append(.init(.read, .group(group)))
        let outputs = routes.compactMap(\.output)
        rights += outputs.map { .init(.write, .topic($0)) }
        if delivery == .exactlyOnce && !isRecordOnly {
            rights.append(.init(.write, transactionalIDs))
        }
        var seen = outputs
        if let positions = target?.positionsTopic, delivery == .exactlyOnce, !isRecordOnly {
            rights += [.init(.read, .topic(positions)), .init(.write, .topic(positions))]
            seen.append(positions)
        }
        rights += seen.map { .init(.describeConfigs, .topic($0), isOptional: true) }
        return rights
    }

    /// With a cluster of its own for the output each partition has one.
    private var transactionalIDs: AccessRight.Resource {
        target == nil ? .transactionalID(instance) : .transactionalIDs(prefix: "\(group).")
    }

    /// The right whose want an error tells of; nil where it tells of something else.
    func missingRight(_ error: KafkaError) -> AccessRight? {
        switch error.code {
        case .groupAuthorization: return .init(.read, .group(group))
        case .transactionalIDAuthorization: return .init(.write, transactionalIDs)
        case .topicAuthorization:
            // A subscription's error has its topic in the text alone.
            let names =
                error.source.map { [$0.topic] }
                ?? routes.map(\.input)
                .filter { error.message.contains($0) }
            guard let topic = names.first else { return nil }
            let writes =
                routes.contains { $0.output == topic } || error.operation == "deliver"
                || error.operation == "produce"
            return .init(writes ? .write : .read, .topic(topic))
        default: return nil
        }
    }
}
