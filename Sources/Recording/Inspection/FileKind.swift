import Foundation
import MCAP

/// What a path leads to, as far as its first bytes tell.
public enum FileKind: Hashable, Sendable {
    case recording
    case schedule

    /// - Throws: `RecordingError` where nothing is there or it is something else.
    public init(of path: String) throws {
        let layout = try RecordingLayout(opening: path)
        if layout.isFolder {
            self = .recording
            return
        }
        var front = [UInt8](repeating: 0, count: 8)
        let count: Int
        do {
            let file = try DiskFile(path, .read)
            count = try front.withUnsafeMutableBytes { bytes throws in
                try file.read(into: bytes, at: 0)
            }
        } catch let error as MCAPError {
            throw RecordingError(error, path)
        }
        let bytes = front.prefix(count)
        // MCAP's magic bytes; an object of JSON; a Zstandard frame (RFC 8878).
        if bytes.starts(with: [0x89, 0x4D, 0x43, 0x41, 0x50]) {
            self = .recording
        } else if bytes.first == UInt8(ascii: "{") || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .schedule
        } else {
            throw RecordingError(
                .damaged, path,
                count == 0
                    ? "an empty file; a recording (MCAP) or a schedule (JSON Lines) is needed"
                    : "neither a recording (MCAP) nor a schedule (JSON Lines)")
        }
    }
}
