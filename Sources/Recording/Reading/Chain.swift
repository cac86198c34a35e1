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
    struct Extent: Hashable, Sendable, Comparable {
        /// Windows that start below count.
        var end: Offset
        /// Of the window that starts at `end` this many deliveries count.
        var emitted: Int64

        static func < (left: Extent, right: Extent) -> Bool {
            (left.end, left.emitted) < (right.end, right.emitted)
        }
    }

    private struct Link: Sendable {
        var extent: Extent
        /// Its place in the chain of its partition, from 0.
        var rank: Int
    }

    private var live: [Key: Link] = [:]
    private var lengths: [TopicPartition: Int] = [:]
    /// Segments of the files at hand that are on no chain.
    public private(set) var dead = 0
    /// Partitions whose front was removed with a recording: where what is left begins, and which recording
    /// held what came before.
    public private(set) var removed: [TopicPartition: Segment.Parent] = [:]
    /// Files, by their place among those given, of which nothing but the segment lines is left.
    let removedFiles: Set<Int>
    /// Partitions that the files speak of, in order.
    public let sources: [TopicPartition]

    /// How far the segment counts; nil where it is dead.
    func extent(of key: Key) -> Extent? { live[key]?.extent }

    /// The segment's place in the chain of its partition, from 0; nil where it is dead.
    func rank(of key: Key) -> Int? { live[key]?.rank }

    /// How many segments the chain of the partition has.
    func length(of source: TopicPartition) -> Int { lengths[source] ?? 0 }

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
    ///   checkpoint where its child starts, a settled checkpoint beside the chain, or an end that is in
    ///   doubt.
    public init(
        schedules: [String], committed: [TopicPartition: Committed]? = nil
    ) throws {
        let index = try SegmentIndex(schedules)
        sources = index.sources
        removedFiles = index.removed
        for source in sources {
            if let head = try index.head(of: source, committed) {
                try follow(head.entry, head.extent, in: index)
            }
            let entries = index.entries(of: source)
            try checkSettled(entries, index)
            dead += entries.count { live[$0.key] == nil && !removedFiles.contains($0.key.file) }
        }
    }

    /// The partitions that schedules speak of, in order.
    public static func sources(of schedules: [String]) throws -> [TopicPartition] {
        try SegmentIndex(schedules).sources
    }

    private mutating func follow(
        _ head: SegmentIndex.Entry, _ extent: Extent, in index: SegmentIndex
    ) throws {
        if index.removed.contains(head.key.file) {
            removed[head.segment.source] = index.name(of: head)
            return
        }
        var links = [(key: head.key, extent: extent)]
        var child = head
        while let parent = child.segment.parent {
            let source = child.segment.source
            guard let found = index.segment(of: source, parent) else {
                throw RecordingError(
                    .mismatch, index.paths[child.key.file],
                    "\(source) goes on at \(child.segment.start) from epoch \(parent.epoch) of "
                        + "recording \(parent.recording), which is in none of the files given; give "
                        + "all files of the group")
            }
            if index.removed.contains(found.key.file) {
                removed[source] = parent
                break
            }
            let extent = Extent(end: child.segment.start, emitted: child.segment.emitted)
            guard found.reached.contains(extent) else {
                throw index.noCheckpoint(on: found, at: extent)
            }
            guard found.segment.epoch < child.segment.epoch else {
                throw RecordingError(
                    .damaged, index.paths[child.key.file],
                    "\(source): epoch \(child.segment.epoch) names epoch \(parent.epoch) as its "
                        + "parent, which is no earlier one")
            }
            links.append((found.key, extent))
            child = found
        }
        lengths[head.segment.source] = links.count
        for (rank, link) in links.reversed().enumerated() {
            live[link.key] = Link(extent: link.extent, rank: rank)
        }
    }

    /// What is known to have been committed is on the chain.
    private func checkSettled(_ entries: [SegmentIndex.Entry], _ index: SegmentIndex) throws {
        for entry in entries {
            guard let settled = entry.settled else { continue }
            if let extent = extent(of: entry.key), settled <= extent { continue }
            throw index.isBeside(entry, settled)
        }
    }
}
