/// Why one committed transaction stands before another in every serial order that explains a history.
public struct Dependency: Hashable, Sendable {
    /// Adya's direct conflicts (Adya, Liskov, O'Neil: Generalized Isolation Level Definitions, ICDE 2000,
    /// section 4.4), by the letters of what the first and the second one did.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The second one wrote the version that comes next after one of the first.
        case ww
        /// The second one read a version of the first.
        case wr
        /// The second one wrote the version that comes next after one that the first read.
        case rw
    }

    public let kind: Kind
    /// Transactions by their number in the history.
    public let from: Int
    public let to: Int
    public let object: Int
    /// Their events that conflict, by number.
    public let first: Int
    public let second: Int
}
