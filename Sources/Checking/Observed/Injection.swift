/// Something that a schedule did to a delivery, or a fault that it made strike.
public struct Injection: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The record was not delivered.
        case drop
        /// A copy was delivered.
        case duplicate
        /// The record was delivered at another place.
        case move
        case delay
        case corrupt
        /// The system was killed, stopped, lost its state, or a copy of it joined or left.
        case fault
    }

    public var kind: Kind
    /// The record of the workload that it is about; of a fault: behind which it struck.
    public var record: Int
    /// Of a delivery; 0 for the original.
    public var copy: Int32
    /// The schedule's own words, for explanations: `{"in":"orders/3@1204","op":"drop"}`.
    public var line: String

    public init(_ kind: Kind, record: Int, copy: Int32 = 0, line: String = "") {
        self.kind = kind
        self.record = record
        self.copy = copy
        self.line = line
    }
}
