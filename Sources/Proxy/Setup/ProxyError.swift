/// Why the proxy would not start, or stopped.
public struct ProxyError: Error, Hashable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The configuration is refused; nothing was touched.
        case refused
        /// The positions, files or log do not fit each other; a person must look.
        case conflict
        /// Another instance took over; this one has no say any more. A restart is safe.
        case fenced
        /// The broker cannot be reached, or does not do what is needed.
        case broker
    }

    public var kind: Kind
    /// What, where, and what would be accepted.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
