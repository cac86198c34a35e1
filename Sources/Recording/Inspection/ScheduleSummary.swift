import Foundation
import Perturbation
import Records

/// What a schedule says, counted.
public struct ScheduleSummary: Hashable, Sendable {
    public enum Ending: Hashable, Sendable {
        case closed
        /// Without its last line: it is being written, or whoever wrote it was killed.
        case open
        /// The last line is not whole.
        case cut
    }

    /// Decisions of one kind by one rule.
    public struct Count: Hashable, Sendable {
        /// As in the file: `drop`, `move`, ….
        public var operation: String
        /// nil for those that a hand wrote.
        public var rule: String?
        public var decisions: UInt64
    }

    /// One partition that it covers.
    public struct Partition: Hashable, Sendable {
        public var source: TopicPartition
        public var segments: UInt64
        /// The lowest offset at which a segment starts.
        public var start: Offset
        /// The last checkpoint's position; nil where none names the partition.
        public var next: Offset?
    }

    public var path: String
    public var header: ScheduleHeader
    /// Of the file as it lies on disk.
    public var bytes: UInt64
    public var lines: UInt64 = 0
    public var ending = Ending.open
    /// By the rule's place in the plan, then by operation; those by hand last.
    public var counts: [Count] = []
    public var partitions: [Partition] = []
    public var checkpoints: UInt64 = 0
    /// Checkpoints whose outcome was never learnt.
    public var inDoubt: UInt64 = 0
    public var closedByMaxWait: UInt64 = 0
    public var closedByUntilEnd: UInt64 = 0
    /// Windows that may have been sent once more.
    public var again: UInt64 = 0
    /// Offsets that were gone, or passed over, before anybody read them.
    public var lostOffsets: UInt64 = 0

    public var decisions: UInt64 { counts.reduce(0) { $0 + $1.decisions } }

    /// Reads the whole schedule.
    ///
    /// - Throws: `RecordingError` where it cannot be read, with the line where one is wrong.
    public init(path: String) throws {
        self.path = path
        let reader = try ScheduleReader(path: path)
        header = reader.header
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        bytes = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
        lines = 1
        var kinds: [Kind: UInt64] = [:]
        var found: [TopicPartition: Partition] = [:]
        while let line = try reader.next() {
            lines += 1
            switch line {
            case .decision(_, let decision): kinds[Kind(decision), default: 0] += 1
            case .segment(let segment): Self.note(segment, in: &found)
            case .closing(let closing):
                if closing.reason == .maxWait {
                    closedByMaxWait += 1
                } else {
                    closedByUntilEnd += 1
                }
            case .again: again += 1
            case .loss(let loss): lostOffsets = lostOffsets.adding(UInt64(max(0, loss.count)))
            case .checkpoint(let checkpoint):
                checkpoints += 1
                Self.note(checkpoint, in: &found)
            case .end(let checkpoint): Self.note(checkpoint, in: &found)
            case .inDoubt: inDoubt += 1
            case .header, .removed, .unrecorded: break
            }
        }
        ending = reader.isClosed ? .closed : reader.endsInsideLine ? .cut : .open
        let names = reader.ruleNames
        counts = kinds.sorted { $0.key < $1.key }.map { kind, count in
            Count(
                operation: kind.operation.rawValue,
                rule: kind.rule < 0 ? nil : names[Int(kind.rule)], decisions: count)
        }
        partitions = found.values.sorted { $0.source < $1.source }
    }

    private static func note(_ segment: Segment, in found: inout [TopicPartition: Partition]) {
        var partition =
            found[segment.source]
            ?? Partition(source: segment.source, segments: 0, start: segment.start)
        partition.segments += 1
        partition.start = min(partition.start, segment.start)
        found[segment.source] = partition
    }

    private static func note(
        _ checkpoint: Checkpoint, in found: inout [TopicPartition: Partition]
    ) {
        for (source, position) in checkpoint.positions { found[source]?.next = position.next }
    }

    /// In the order of the report.
    private struct Kind: Hashable, Comparable {
        enum Operation: String, CaseIterable {
            case drop, move, duplicate, delay, corrupt, untimed
        }

        var rule: Int32
        var operation: Operation

        init(_ decision: LineDecision) {
            rule = decision.rule
            operation =
                switch decision.operation {
                case .drop: .drop
                case .move: .move
                case .duplicate: .duplicate
                case .delay: .delay
                case .corrupt: .corrupt
                case .untimed: .untimed
                }
        }

        private var rank: (UInt32, Int) {
            // -1, by hand, is the largest when taken as unsigned.
            (UInt32(bitPattern: rule), Operation.allCases.firstIndex(of: operation) ?? 0)
        }

        static func < (left: Kind, right: Kind) -> Bool { left.rank < right.rank }
    }
}
