/// What one failure is told from another by; a step of shrinking must keep it, and clusters are made of it.
public struct FailureSignature: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The invariant's name in the hunt file; `crash`, `hang` and the like for what no invariant judges.
    public var invariant: String
    /// ``ObservedAnomaly`` by its name.
    public var anomaly: String
    /// Where it showed: the stream's name.
    public var role: String
    /// Of which kind the entity is, where that is known: the topic of its input records.
    public var entityKind: String

    public init(invariant: String, anomaly: String, role: String = "", entityKind: String = "") {
        self.invariant = invariant
        self.anomaly = anomaly
        self.role = role
        self.entityKind = entityKind
    }

    private var parts: [String] { [invariant, anomaly, role, entityKind] }

    public static func < (left: Self, right: Self) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    public var description: String {
        let place = [role, entityKind].filter { !$0.isEmpty }.joined(separator: ", entity of ")
        return "\(invariant): \(anomaly)" + (place.isEmpty ? "" : " in \(place)")
    }
}
