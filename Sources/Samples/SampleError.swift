/// Why sample records were not written.
public struct SampleError: Error, Hashable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It would write where it must not.
        case refused
        /// The broker is away, or did not take the records.
        case broker
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
