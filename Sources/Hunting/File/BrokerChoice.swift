/// Where trials take place.
public enum BrokerChoice: Hashable, Sendable {
    /// A broker within this process for each trial; it needs nothing else.
    case embedded(roundTrip: Duration?, errors: [RequestErrors])
    /// A real cluster; each trial has topics and a group of its own, which are removed afterwards.
    case real(bootstrapServers: String, properties: [String: String], replication: Int)

    /// Errors that requests of a kind meet, the first ones of each trial.
    public struct RequestErrors: Hashable, Sendable {
        public var request: String
        public var codes: [Int16]
    }

    public var isEmbedded: Bool { if case .embedded = self { true } else { false } }
}
