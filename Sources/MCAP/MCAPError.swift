/// What can go wrong with an MCAP file.
public struct MCAPError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The file is cut or changed; ``MCAPError/damage`` says where.
        case damaged
        /// The file does not begin as an MCAP file does.
        case notMCAP
        /// The system refused; ``MCAPError/systemCode`` is its error number.
        case system
        /// More channels, schemas or bytes than the format or a limit allows.
        case limit
        /// A channel or schema that is unknown, or defined twice with a difference.
        case definition
        /// A position at which the file cannot be resumed.
        case position
        /// A writer that was closed.
        case closed
        /// The result of a recovery is not what was read.
        case recovery
        /// Whoever asked for it did not want it any more.
        case stopped
    }

    public let code: Code
    public let message: String
    public let damage: Damage?
    public let systemCode: Int32?

    init(_ code: Code, _ message: String, damage: Damage? = nil, systemCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.damage = damage
        self.systemCode = systemCode
    }

    static func damaged(_ damage: Damage) -> MCAPError {
        MCAPError(.damaged, damage.description, damage: damage)
    }

    public var description: String { message }
}
