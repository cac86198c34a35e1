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
        /// A file cannot be written.
        case files
    }

    public var kind: Kind
    /// What, where, and what would be accepted.
    public var message: String
    /// A run that ended so may be begun anew at once: brokers were away, or are about to come back.
    public var mayPass: Bool

    public init(_ kind: Kind, _ message: String, mayPass: Bool = false) {
        self.kind = kind
        self.message = message
        self.mayPass = mayPass
    }

    public var description: String { message }
}
