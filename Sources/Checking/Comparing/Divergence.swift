/// The first difference between baseline and variant in one stream and, where they are compared by key, one entity.
public struct Divergence: Hashable, Sendable {
    /// What was compared.
    public enum View: String, Hashable, Sendable, CaseIterable {
        /// The records of each key, in their order.
        case sequence
        /// How often each record is there, in any order.
        case multiset
        /// The last record of each key; a null value means that the entity is gone.
        case state
    }

    public let stream: String
    public let view: View
    /// The key; nil is the null key, and all records in one where there are no keys.
    public let entity: [UInt8]?
    /// Records of the baseline's stream: the first that differs; empty where the variant has one too many.
    public let baseline: [Int]
    /// Records of the variant's stream; empty where one is missing.
    public let variant: [Int]
    /// `sequence`: where in the key's records, from 0.
    public let position: Int
    /// How many records of the entity differ: those too many and those missing.
    public let differences: Int
}
