import MCAP
import Perturbation

/// What is wrong with a recording or a schedule on disk, and where.
public struct RecordingError: Error, Hashable, CustomStringConvertible {
    /// What kind of answer it wants from who asked.
    public enum Kind: Hashable, Sendable {
        /// The file cannot be opened, read or written.
        case system
        /// The bytes are not, or no longer, what the format says.
        case damaged
        /// The files are whole and contradict each other or what was asked.
        case mismatch
        /// Somebody else has the files open for writing.
        case locked
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
