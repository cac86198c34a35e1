import Foundation
import Perturbation

/// What is left of a schedule whose recording is removed for its age or size: its first line and its
/// segment lines, so that the chain of parents ends there and says so.
public enum ScheduleStub {
    /// Puts the stub in the schedule's place, at once: whoever reads sees one or the other.
    ///
    /// - Parameter path: a plain schedule that nobody writes.
    /// - Throws: `RecordingError` where it cannot be read or written, or is being written.
    public static func leave(of path: String) throws {
        let lock = try FileLock(path)
        defer { withExtendedLifetime(lock) {} }
        let reader = try ScheduleReader(path: path, decisions: false)
        var text = TextBuffer()
        text.append(reader.header)
        while let line = try reader.next() {
            if case .segment(let segment) = line { text.append(segment) }
        }
        text.appendRemoved()
        do {
            let bytes = text.withUnsafeBytes { Data($0) }
            try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RecordingError(.system, path, "cannot be replaced: \(error)")
        }
    }

    /// Whether the schedule was cut down already: that is its last line.
    public static func isOne(_ path: String) -> Bool {
        var text = TextBuffer()
        text.appendRemoved()
        let line = text.withUnsafeBytes { Data($0) }
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd(), end >= UInt64(line.count),
            (try? file.seek(toOffset: end - UInt64(line.count))) != nil
        else { return false }
        return (try? file.readToEnd()) == line
    }
}
