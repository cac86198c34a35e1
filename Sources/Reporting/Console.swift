import Foundation
import Synchronization

/// Standard error: lines, and on a terminal below them a status that writes over itself.
public final class Console: Sendable {
    public let isTerminal: Bool
    private let write: @Sendable (String) -> Void
    /// Of the status that stands there now.
    private let width = Mutex(0)

    public init(
        isTerminal: Bool = isatty(STDERR_FILENO) == 1,
        write: @escaping @Sendable (String) -> Void = {
            try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
        }
    ) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Writes a line, in one piece.
    public func say(_ line: String) {
        width.withLock { width in
            write(Self.blank(width) + line + "\n")
            width = 0
        }
    }

    /// Puts the status there, in place of the one before.
    func show(_ status: String) {
        width.withLock { width in
            let erased = String(repeating: " ", count: max(0, width - status.count))
            write("\r" + status + erased)
            width = status.count
        }
    }

    func erase() {
        width.withLock { width in
            if width > 0 { write(Self.blank(width)) }
            width = 0
        }
    }

    private static func blank(_ width: Int) -> String {
        width > 0 ? "\r" + String(repeating: " ", count: width) + "\r" : ""
    }
}
