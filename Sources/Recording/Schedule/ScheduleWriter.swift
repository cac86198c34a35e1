import MCAP
import Perturbation

/// Appends to a schedule file. What it is given is with the system when a call returns, so that a
/// kill loses nothing of it; `synchronize` is for a loss of power.
public final class ScheduleWriter {
    public let path: String
    public private(set) var byteCount: UInt64
    private let file: DiskFile
    private let lock: FileLock

    /// Begins a new file with its first line; one that exists is refused.
    public init(creating path: String, header: ScheduleHeader) throws {
        file = try DiskFile.opened(path, .create)
        lock = try FileLock(path)
        self.path = path
        byteCount = 0
        var text = TextBuffer()
        text.append(header)
        try append(text)
    }

    /// Goes on in an existing file behind `length` bytes; the rest is cut.
    ///
    /// - Parameter lock: the file's, where the caller holds it already.
    init(resuming path: String, at length: UInt64, lock: FileLock? = nil) throws {
        self.lock = try lock ?? FileLock(path)
        file = try DiskFile.opened(path, .update)
        self.path = path
        byteCount = length
        try file.truncate(to: length)
    }

    public func append(_ text: TextBuffer) throws {
        try telling { try text.withUnsafeBytes { try file.write($0, at: byteCount) } }
        byteCount += UInt64(text.count)
    }

    /// Cuts what lies behind `length`.
    public func truncate(to length: UInt64) throws {
        try telling { try file.truncate(to: length) }
        byteCount = length
    }

    /// - Throws: `RecordingError` where the file is no longer at its path.
    func checkPlace() throws {
        try telling { if try !file.isAtPath() { throw RecordingError.isGone(path) } }
    }

    public func synchronize() throws { try telling { try file.synchronize() } }

    /// What the system refuses is an error of this file.
    private func telling(_ body: () throws -> Void) throws {
        do { try body() } catch let error as MCAPError {
            throw RecordingError(error, path)
        }
    }
}
