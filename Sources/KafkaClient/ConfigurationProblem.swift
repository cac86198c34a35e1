/// A property that the client library does not take: which, where it was given, why, and what is
/// accepted.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// Empty where there is none.
    public var property: String
    /// As in `-X` or `client.conf:12`.
    public var place: String
    /// Without secrets.
    public var reason: String

    public var description: String {
        property.isEmpty ? "\(place): \(reason)" : "\(place): \(property): \(reason)"
    }
}

/// All that is wrong with a client's configuration.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [ConfigurationProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
