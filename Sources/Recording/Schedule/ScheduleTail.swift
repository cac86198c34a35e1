import MCAP
import Perturbation
import Records

/// Where a schedule that was left behind can be cut: its last checkpoints and their places.
public struct ScheduleTail: Sendable {
    /// A checkpoint and the byte behind its line.
    public struct Mark: Sendable {
        public var checkpoint: Checkpoint
        public var end: UInt64
    }

    public let header: ScheduleHeader
    /// The byte behind the first line.
    public let headerEnd: UInt64
    /// The last whole checkpoint; nil where there is none.
    public private(set) var last: Mark?
    /// The one before it.
    public private(set) var previous: Mark?
    /// Where to go on writing: behind the last whole checkpoint, and behind a mark of doubt that
    /// follows it.
    public private(set) var end: UInt64
    /// The byte behind the last whole line that is not the last line of a closed file.
    public private(set) var wholeEnd: UInt64
    /// The last checkpoint was marked in doubt.
    public private(set) var isInDoubt = false
    /// The last checkpoint is settled: something follows it, and no mark of doubt.
    public private(set) var isSettled = false
    /// Of these partitions more was emitted, without files, than the last checkpoint says.
    public private(set) var unrecorded: [TopicPartition] = []
    /// The last line of a closed file is there.
    public private(set) var isClosed = false
    /// Partitions of settled checkpoints: those not in doubt and followed by anything.
    public private(set) var settledSources: Set<TopicPartition> = []
    /// The last word of any checkpoint on each partition.
    public private(set) var words: [TopicPartition: Checkpoint.Position] = [:]

    /// Scans the file once; only checkpoints and their like are parsed.
    ///
    /// - Complexity: O(bytes of the file), at the speed of a search for line feeds.
    public init(path: String) throws {
        let lines = LineReader(FileStream(try DiskFile.opened(path, .read)), path: path)
        var parser = ScheduleParser()
        let first = try lines.next { bytes, isWhole in
            isWhole ? try? parser.parse(bytes, line: 1) : nil
        }
        guard case .header(let header)?? = first else {
            throw RecordingError(.damaged, path, "line 1: no first line of a schedule")
        }
        self.header = header
        headerEnd = lines.position
        end = headerEnd
        wholeEnd = headerEnd
        var more = true
        while more {
            var parsed: ScheduleLine?
            let line = try lines.next { bytes, isWhole in
                if isWhole && Self.isMark(bytes) {
                    do { parsed = try parser.parse(bytes, line: lines.line) } catch {
                        throw RecordingError(.damaged, path, "\(error)")
                    }
                }
                return isWhole
            }
            more = line ?? false
            if more { note(parsed, endingAt: lines.position) }
        }
    }

    private mutating func note(_ line: ScheduleLine?, endingAt position: UInt64) {
        if let last, !isInDoubt, !isSettled {
            if case .inDoubt = line {
            } else {
                settledSources.formUnion(last.checkpoint.positions.keys)
                isSettled = true
            }
        }
        switch line {
        case .checkpoint(let checkpoint):
            words.merge(checkpoint.positions) { $1 }
            previous = last
            last = Mark(checkpoint: checkpoint, end: position)
            end = position
            isInDoubt = false
            isSettled = false
            unrecorded = []
        case .unrecorded(let sources): unrecorded = sources
        case .inDoubt(let number) where number == last?.checkpoint.number:
            isInDoubt = true
            last?.end = position
            end = position
        case .end: isClosed = true
        default: break
        }
        if !isClosed { wholeEnd = position }
    }

    /// Whether the line begins as those do that matter here; all others are decisions and the like.
    private static func isMark(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count > 4, line[0] == UInt8(ascii: "{"), line[1] == UInt8(ascii: "\"") else {
            return false
        }
        switch (line[2], line[3]) {
        case (UInt8(ascii: "c"), UInt8(ascii: "h")), (UInt8(ascii: "e"), UInt8(ascii: "n")):
            return true
        case (UInt8(ascii: "i"), UInt8(ascii: "n")): return line[4] == UInt8(ascii: "_")
        case (UInt8(ascii: "u"), UInt8(ascii: "n")): return true
        default: return false
        }
    }
}
