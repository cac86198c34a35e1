/// One named stream of what a system showed in a trial, or what a recording holds of one topic.
public struct Observation: Sendable {
    /// Where it comes from: what its records mean and what they can be judged by.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An output topic, read committed.
        case topic
        /// A topic of changes to a table (Debezium's envelope).
        case changes
        /// A topic or table of things that were done and cannot be taken back.
        case ledger
        /// Lines that say how the system's state is at the end, one an entity.
        case state
        /// Lines of a file.
        case file
        /// Requests that the system made of a service that we stood in for.
        case calls
    }

    /// The name that a hunt file gives it, or the topic's.
    public var name: String
    public var kind: Kind
    public var records: ObservedRecords

    public init(_ name: String, _ kind: Kind, _ records: ObservedRecords = ObservedRecords()) {
        self.name = name
        self.kind = kind
        self.records = records
    }
}
