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
        /// Whoever asked for it did not want it any more.
        case stopped
    }

    public var kind: Kind
    public var path: String
    public var message: String
    /// The system's error number; nil where it is none of the system's.
    public var systemCode: Int32?

    public init(_ kind: Kind, _ path: String, _ message: String, systemCode: Int32? = nil) {
        self.kind = kind
        self.path = path
        self.message = message
        self.systemCode = systemCode
    }

    /// A file that is written is not where it was begun.
    static func isGone(_ path: String) -> RecordingError {
        RecordingError(
            .system, path,
            "it was removed, moved or replaced while it was written; put it back and start again, or, "
                + "if it is lost, move what is left of its pair away: new files are begun then, and "
                + "nothing that was sent is sent again")
    }

    public var description: String { "\(path): \(message)" }
}
