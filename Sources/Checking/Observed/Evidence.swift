/// What was fed to a system and what it showed: all that comparisons and invariants judge by.
public struct Evidence: Sendable {
    public var feed: Feed
    /// Names are different from each other.
    public var observations: [Observation]

    public init(feed: Feed, observations: [Observation]) {
        self.feed = feed
        self.observations = observations
    }

    public subscript(name: String) -> Observation? { observations.first { $0.name == name } }
}
