/// Why a hunt or a trial could not be run: not what it found.
public struct HuntError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// What was given will not do.
        case input
        /// The system under test cannot be started or observed.
        case system
        /// The broker is away or refuses.
        case broker
        /// Files cannot be written or read.
        case files
        /// Somebody asked for the end.
        case stopped
    }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
