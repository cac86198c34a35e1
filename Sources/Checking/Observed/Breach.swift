/// An invariant that does not hold in what was observed, with what shows it.
public struct Breach: Hashable, Sendable {
    /// Whose doing it is.
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// The system's: its contract says that it copes with what the schedule did.
        case system
        /// What the schedule injected accounts for it, and the contract does not ask the system to cope.
        case injected
    }

    /// A record that takes part.
    public enum Place: Hashable, Sendable {
        /// A delivery of ``Feed/deliveries``.
        case delivery(Int)
        /// A record of the workload that was not delivered.
        case workload(Int)
        /// A record of a stream in the variant.
        case observed(String, Int)
        /// A record of a stream in the baseline.
        case baseline(String, Int)
    }

    public let signature: FailureSignature
    public let cause: Cause
    /// The entity's bytes; nil where it is about none, or has a null key.
    public let entity: [UInt8]?
    /// What is wrong, in one sentence, without the records.
    public let words: String
    /// The causes first.
    public let places: [Place]

    public init(
        _ signature: FailureSignature, cause: Cause = .system, entity: [UInt8]? = nil,
        words: String, places: [Place] = []
    ) {
        self.signature = signature
        self.cause = cause
        self.entity = entity
        self.words = words
        self.places = places
    }
}
