/// Properties of the Kafka client library, in layers: defaults of ours, then files (`-F`), then options
/// (`-X name=value`). A later layer wins, and within a layer the later line.
///
/// Any property that librdkafka 2.0.2 knows passes through, so that TLS, SASL and every managed Kafka
/// work. Its list is CONFIGURATION.md of that library. One configuration serves consumers, producers
/// and administration: a property that only the other kind of client knows is left out, not refused.
public struct ClientConfiguration: Sendable {
    /// Who set a property; a later case wins over an earlier one.
    public enum Layer: Int, Comparable, Sendable {
        case `default`
        case file
        case option

        public static func < (left: Layer, right: Layer) -> Bool { left.rawValue < right.rawValue }
    }

    public struct Property: Hashable, Sendable {
        public var name: String
        public var value: String
        public var layer: Layer
        /// Where it was given, for messages: `-X`, `client.conf:12`, `default`.
        public var place: String
    }

    /// In the order in which they are applied: by layer, and within a layer as they were given.
    public private(set) var properties: [Property] = []

    public init() {}

    /// The usual start: where the cluster is.
    public init(bootstrapServers: String) {
        set("bootstrap.servers", to: bootstrapServers)
    }

    public mutating func set(
        _ name: String, to value: String, in layer: Layer = .option, at place: String = "-X"
    ) {
        let property = Property(name: name, value: value, layer: layer, place: place)
        let index = properties.firstIndex { $0.layer > layer } ?? properties.count
        properties.insert(property, at: index)
    }

    /// The value that wins; nil where nobody set one.
    public subscript(name: String) -> String? {
        properties.last { $0.name == name }?.value
    }

    /// One `-X`: `name=value`; the value may hold further `=` and may be empty.
    public mutating func append(assignment: String, at place: String = "-X")
        throws(ConfigurationError)
    {
        guard let property = Self.split(assignment, layer: .option, place: place) else {
            throw ConfigurationError(problems: [Self.noAssignment(assignment, place)])
        }
        set(property.name, to: property.value, in: .option, at: place)
    }

    /// A file as kcat and Kafka's own tools read it: `name=value` a line, `#` begins a comment line,
    /// blank around name and value, and a byte order mark in front, do not count. In a value of a `.pem` property
    /// `\n` is a line end.
    ///
    /// - Throws: every line that is no assignment, with its number.
    public mutating func append(file text: String, named name: String) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let trimmed = line.trimmingBlanks()
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            let place = "\(name):\(index + 1)"
            guard var property = Self.split(trimmed, layer: .file, place: place) else {
                problems.append(Self.noAssignment(String(trimmed), place))
                continue
            }
            if property.name.hasSuffix(".pem") {
                property.value = property.value.replacingLineEndEscapes()
            }
            set(property.name, to: property.value, in: .file, at: place)
        }
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    /// A line for each property, secrets replaced.
    public var redactedDescription: String {
        properties.map { "\($0.name)=\(Secrets.shown($0.value, of: $0.name))" }
            .joined(separator: "\n")
    }

    private static func split(
        _ text: some StringProtocol, layer: Layer, place: String
    ) -> Property? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals].trimmingBlanks()
        if name.isEmpty { return nil }
        let value = text[text.index(after: equals)...].trimmingBlanks()
        return Property(name: String(name), value: String(value), layer: layer, place: place)
    }

    /// Of such a line its first word is shown where that is a property's name or nearly one: all else may be a
    /// secret that lost its name.
    private static func noAssignment(_ text: String, _ place: String) -> ConfigurationProblem {
        let word = String(text.prefix { $0 != " " && $0 != ":" && $0 != "=" }.prefix(40))
        return ConfigurationProblem(
            property: PropertyCatalog.shared.resembles(word) ? word : "", place: place,
            reason: (text.hasPrefix("=") ? "no name in front of '='" : "no '=' here")
                + "; a property is given as name=value")
    }
}

extension ClientConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { redactedDescription }
    public var debugDescription: String { redactedDescription }
}

extension ClientConfiguration.Property: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "\(name)=\(Secrets.shown(value, of: name))" }
    public var debugDescription: String { description }
}

extension ClientConfiguration: CustomReflectable {
    /// `dump` and a debugger's mirror would else show the stored values.
    public var customMirror: Mirror { Mirror(self, children: ["properties": redactedDescription]) }
}

extension ClientConfiguration.Property: CustomReflectable {
    public var customMirror: Mirror { Mirror(self, children: ["property": description]) }
}

extension StringProtocol {
    func trimmingBlanks() -> SubSequence {
        let isBlank = { (character: Character) in character.isWhitespace }
        let start = firstIndex { !isBlank($0) } ?? endIndex
        let end = lastIndex { !isBlank($0) }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}

extension String {
    /// `\n` written out, as a PEM text stands in one line of a file.
    fileprivate func replacingLineEndEscapes() -> String {
        var result = ""
        var rest = self[...]
        while let backslash = rest.firstIndex(of: "\\") {
            let next = rest.index(after: backslash)
            guard next < rest.endIndex, rest[next] == "n" else {
                result += rest[..<next]
                rest = rest[next...]
                continue
            }
            result += rest[..<backslash] + "\n"
            rest = rest[rest.index(after: next)...]
        }
        return result + rest
    }
}
