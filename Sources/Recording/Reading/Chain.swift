import Perturbation
import Records

/// Which segments of schedules count, and how far: the chain of parents, partition by partition, from
/// the segment that was committed last back to a first position. Everything else is dead: written
/// ahead for transactions that never became visible.
public struct Chain: Sendable {
    /// A segment within the files at hand.
    struct Key: Hashable, Sendable {
        var file: Int
        var source: TopicPartition
        /// The how-manieth segment of its partition in its file.
        var ordinal: Int
    }

    /// How far a live segment counts.
    struct Extent: Hashable, Sendable {
        /// Windows that start below count.
        var end: Offset
        /// Of the window that starts at `end` this many deliveries count.
        var emitted: Int64
    }

    private var live: [Key: Extent] = [:]
    /// Partitions with any live segment, in order.
    public let sources: [TopicPartition]

    /// How far the segment counts; nil where it is dead.
    func extent(of key: Key) -> Extent? { live[key] }

    /// A position as the group committed it: which segment it ends.
    public struct Committed: Hashable, Sendable {
        public var recording: String
        public var epoch: Int64
        public var offset: Offset
        public var emitted: Int64

        public init(recording: String, epoch: Int64, offset: Offset, emitted: Int64 = 0) {
            self.recording = recording
            self.epoch = epoch
            self.offset = offset
            self.emitted = emitted
        }
    }

    /// Follows the parents through these schedules.
    ///
    /// - Parameter committed: what the group has committed; nil where nobody can be asked. Then the
    ///   schedules must know it themselves.
    /// - Throws: `RecordingError` of kind `mismatch` for a missing file or segment, a parent without a
    ///   checkpoint where its child starts, or an end that is in doubt.
    public init(
        schedules: [String], committed: [TopicPartition: Committed]? = nil
    ) throws {
        var index = SegmentIndex()
        for (file, path) in schedules.enumerated() { try index.read(path, file: file) }
        sources = index.sources
        for source in sources {
            let (head, extent) = try index.head(of: source, committed: committed?[source])
            try follow(head, extent, in: index)
        }
    }

    /// The partitions that schedules speak of, in order.
    public static func sources(of schedules: [String]) throws -> [TopicPartition] {
        var index = SegmentIndex()
        for (file, path) in schedules.enumerated() { try index.read(path, file: file) }
        return index.sources
    }

    private mutating func follow(
        _ head: SegmentIndex.Entry, _ extent: Extent, in index: SegmentIndex
    ) throws {
        var entry = head
        var extent = extent
        while true {
            live[entry.key] = extent
            guard let parent = entry.segment.parent else { return }
            let child = entry
            guard let found = index.segment(of: child.segment.source, parent) else {
                throw RecordingError(
                    .mismatch, index.paths[child.key.file],
                    "\(child.segment.source) goes on at \(child.segment.start) from epoch "
                        + "\(parent.epoch) of recording \(parent.recording), which is in none of the "
                        + "files given; give all files of the group")
            }
            extent = Extent(end: child.segment.start, emitted: child.segment.emitted)
            guard found.reached.contains(extent) else {
                throw RecordingError(
                    .mismatch, index.paths[found.key.file],
                    "\(child.segment.source): epoch \(parent.epoch) has no checkpoint at "
                        + "\(extent.end), where the next segment starts")
            }
            entry = found
        }
    }
}

/// All segments of the files at hand, with the checkpoints they reached.
struct SegmentIndex {
    struct Entry {
        var key: Chain.Key
        var segment: Segment
        var reached: Set<Chain.Extent> = []
        /// The last checkpoint on it, and whether that one is settled.
        var last: Chain.Extent?
        var isSettled = false
        var checkpoint: Int64 = 0
    }

    private(set) var paths: [String] = []
    private var recordings: [String] = []
    private var entries: [TopicPartition: [Entry]] = [:]
    /// Index into `entries` of the segment at hand of each partition in the file being read.
    private var current: [TopicPartition: Int] = [:]

    var sources: [TopicPartition] { entries.keys.sorted() }

    mutating func read(_ path: String, file: Int) throws {
        let reader = try ScheduleReader(path: path, decisions: false)
        paths.append(path)
        recordings.append(reader.header.recording)
        current = [:]
        var ordinals: [TopicPartition: Int] = [:]
        var open: Checkpoint?
        var inDoubt: Set<Int64> = []
        while let line = try reader.next() {
            switch line {
            case .inDoubt(let number): inDoubt.insert(number)
            default: settle(open, unless: inDoubt)
            }
            switch line {
            case .segment(let segment):
                let ordinal = ordinals[segment.source, default: 0]
                ordinals[segment.source] = ordinal + 1
                let key = Chain.Key(file: file, source: segment.source, ordinal: ordinal)
                current[segment.source] = entries[segment.source, default: []].count
                entries[segment.source, default: []].append(Entry(key: key, segment: segment))
                open = nil
            case .checkpoint(let checkpoint):
                try note(checkpoint, path)
                open = checkpoint
            case .inDoubt, .end: break
            default: open = nil
            }
        }
    }

    private mutating func note(_ checkpoint: Checkpoint, _ path: String) throws {
        for (source, position) in checkpoint.positions {
            guard let index = current[source] else {
                throw RecordingError(
                    .damaged, path,
                    "checkpoint \(checkpoint.number) speaks of \(source), which has no segment before it"
                )
            }
            let extent = Chain.Extent(end: position.next, emitted: position.part?.emitted ?? 0)
            entries[source]?[index].reached.insert(extent)
            entries[source]?[index].last = extent
            entries[source]?[index].isSettled = false
            entries[source]?[index].checkpoint = checkpoint.number
        }
    }

    private mutating func settle(_ checkpoint: Checkpoint?, unless inDoubt: Set<Int64>) {
        guard let checkpoint, !inDoubt.contains(checkpoint.number) else { return }
        for source in checkpoint.positions.keys {
            guard let index = current[source] else { continue }
            if entries[source]?[index].checkpoint == checkpoint.number {
                entries[source]?[index].isSettled = true
            }
        }
    }

    /// The last segment of that recording and epoch.
    func segment(of source: TopicPartition, _ parent: Segment.Parent) -> Entry? {
        entries[source]?.last {
            $0.segment.epoch == parent.epoch && recordings[$0.key.file] == parent.recording
        }
    }

    /// The segment that the chain begins with, and how far it counts.
    func head(
        of source: TopicPartition, committed: Chain.Committed?
    ) throws -> (Entry, Chain.Extent) {
        if let committed {
            let parent = Segment.Parent(recording: committed.recording, epoch: committed.epoch)
            guard let entry = segment(of: source, parent) else {
                throw RecordingError(
                    .mismatch, paths[0],
                    "\(source) is committed in epoch \(committed.epoch) of recording "
                        + "\(committed.recording), which is in none of the files given")
            }
            return (entry, Chain.Extent(end: committed.offset, emitted: committed.emitted))
        }
        let all = entries[source] ?? []
        let highest = all.map(\.segment.epoch).max() ?? 0
        let candidates = all.filter {
            $0.segment.epoch == highest && $0.last != nil && $0.isSettled
        }
        guard candidates.count == 1, let entry = candidates.first, let last = entry.last else {
            throw RecordingError(
                .mismatch, paths.joined(separator: ", "),
                "what became of the last transaction of \(source) is in doubt; the files cannot tell: "
                    + "let the proxy end cleanly, or give the broker and the group (-b, --group)")
        }
        return (entry, last)
    }
}
