/// Why a file of results cannot be opened, read or written.
public struct ResultsError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The file is none of ours, of another version, or of another hunt.
        case mismatch
        /// Another process writes it.
        case locked
        /// The system or the file itself.
        case system
    }

    public var kind: Kind
    public var path: String
    public var message: String

    public init(_ kind: Kind, _ path: String, _ message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    public var description: String { "\(path): \(message)" }
}
