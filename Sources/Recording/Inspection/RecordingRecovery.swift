import Foundation
import MCAP

/// What was made of a recording that was cut or damaged: a new one with everything that is whole.
public struct RecordingRecovery: Hashable, Sendable {
    /// One file of it.
    public struct File: Hashable, Sendable {
        public var from: String
        public var to: String
        public var bytes: UInt64
        /// Bytes from the front that were whole and are in the new file, but for its summary.
        public var wholeBytes: UInt64
        public var chunks: UInt64
        public var messages: UInt64
        /// How the file that was read ends.
        public var ending: RecordingSummary.Ending
    }

    public var files: [File]
    /// Records in the new recording, counted by reading it.
    public var records: UInt64

    /// Whether something had to be left behind.
    public var isPartial: Bool {
        files.contains { file in
            if case .damaged = file.ending { true } else { false }
        }
    }

    /// Copies everything that is whole into a new recording at `path`, then reads that from its first
    /// byte to its last and decodes every record.
    ///
    /// Each file of a folder is recovered by itself. Where anything fails, nothing is left at `path`.
    ///
    /// - Parameter shouldStop: asked at each chunk, and before each record that is read again.
    /// - Throws: `RecordingError` where there is nothing to recover, something is at `path` already, or
    ///   the new recording does not hold what was read; `stopped` where it should stop.
    public init(
        of source: String, to path: String, shouldStop: () -> Bool = { false }
    ) throws {
        let layout = try RecordingLayout(opening: source)
        let numbers = try layout.files()
        let target = try RecordingLayout(creating: path, isFolder: layout.isFolder)
        do {
            files = try numbers.map {
                try Self.recover(layout.path(of: $0), to: target.path(of: $0), shouldStop)
            }
            let reader = try RecordingReader(path: path)
            records = 0
            while try reader.next() {
                if shouldStop() { throw RecordingError(.stopped, path, "stopped") }
                try reader.withRecord { _ in }
                records += 1
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private static func recover(
        _ source: String, to target: String, _ shouldStop: () -> Bool
    ) throws -> File {
        do throws(MCAPError) {
            let reader = try MCAPReader(path: source)
            let report = try reader.recover(to: DiskFile(target, .create), shouldStop: shouldStop)
            return File(
                from: source, to: target, bytes: try reader.source.byteCount,
                wholeBytes: report.wholeBytes, chunks: UInt64(report.written.statistics.chunks),
                messages: report.written.statistics.messages,
                ending: RecordingSummary.Ending(report.ending))
        } catch {
            throw RecordingError(error, source)
        }
    }
}

extension RecordingSummary.Ending {
    init(_ ending: Ending) {
        switch ending {
        case .closed: self = .closed
        case .open: self = .open
        case .damaged(let damage):
            self = .damaged(
                RecordingSummary.Damage(
                    isCut: damage.kind == .cut, byte: damage.byte, chunks: damage.chunks,
                    messages: damage.messages, reason: damage.reason))
        }
    }
}
