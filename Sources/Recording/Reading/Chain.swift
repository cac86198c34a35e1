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
        /// What follows it is in no file, up to the next segment or the end.
        var isBeforeGap: Bool
    }

    /// What the group has passed of a partition while no file could be written.
    public struct Unrecorded: Hashable, Sendable {
        public var source: TopicPartition
        /// Windows that start here or behind it are in no file.
        public var start: Offset
        /// So many deliveries of the window at `start` are.
        public var emitted: Int64
        /// Where files go on; nil where they do not, as far as anybody knows.
        public var end: Offset?
        /// Whether a segment follows it.
        public var isClosed: Bool
        /// The last offset of the window at `end`, where the first deliveries of that are in no file either.
        public var through: Offset?
        /// It was recorded, and retention has removed that.
        public var isRemoved = false
    }

    private var live: [Key: Link] = [:]
    private var lengths: [TopicPartition: Int] = [:]
    /// Segments of the files at hand that are on no chain.
    public private(set) var dead = 0
    /// Partitions whose front was removed with a recording: where what is left begins, and which recording
    /// held what came before.
    public private(set) var removed: [TopicPartition: Segment.Parent] = [:]
    /// Segments of the chain that were removed with their recording.
    private var removedParents: [TopicPartition: Set<Segment.Parent>] = [:]
    /// Files, by their place among those given, of which nothing but the segment lines is left.
    let removedFiles: Set<Int>
    /// Stretches that are in no file, in the order of partitions and offsets.
    public private(set) var unrecorded: [Unrecorded] = []
    /// Partitions that the files speak of, in order.
    public let sources: [TopicPartition]

    /// How far the segment counts; nil where it is dead.
    func extent(of key: Key) -> Extent? { live[key]?.extent }

    /// The segment's place in the chain of its partition, from 0; nil where it is dead.
    func rank(of key: Key) -> Int? { live[key]?.rank }

    /// Whether what follows the segment in the chain is in no file.
    func isBeforeGap(_ key: Key) -> Bool { live[key]?.isBeforeGap ?? false }

    /// Whether what was emitted in front of the segment is in no file.
    func isBehindGap(_ segment: Segment) -> Bool {
        if segment.unrecorded != nil { return true }
        guard let parent = segment.parent else { return false }
        return removedParents[segment.source]?.contains(parent) ?? false
    }

    /// How many segments the chain of the partition has.
    func length(of source: TopicPartition) -> Int { lengths[source] ?? 0 }

    /// A position as the group committed it: which segment it ends.
    public struct Committed: Hashable, Sendable {
        public var recording: String
        public var epoch: Int64
        public var offset: Offset
        public var emitted: Int64
        /// The position itself, where files hold what was emitted up to `offset` alone; `recording` is empty
        /// then where they hold nothing.
        public var unrecordedEnd: Offset?

        public init(
            recording: String, epoch: Int64, offset: Offset, emitted: Int64 = 0,
            unrecordedEnd: Offset? = nil
        ) {
            self.unrecordedEnd = unrecordedEnd
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
        let without = (committed ?? [:]).filter { $0.value.unrecordedEnd != nil }.keys
        sources = Set(index.sources).union(without).sorted()
        removedFiles = index.removed
        try index.checkHas(committed ?? [:], sources)
        for source in sources {
            let head = try index.head(of: source, committed)
            let last = Self.last(of: source, committed, head, in: index)
            let gaps = unrecorded.count
            if let last { unrecorded.append(last) }
            if let head {
                try follow(head.entry, head.extent, isBeforeGap: last != nil, in: index)
            }
            unrecorded[gaps...].reverse()
            let entries = index.entries(of: source)
            try checkSettled(entries, index)
            dead += entries.count { live[$0.key] == nil && !removedFiles.contains($0.key.file) }
        }
    }

    /// The stretch behind the last segment, where there is one.
    private static func last(
        of source: TopicPartition, _ committed: [TopicPartition: Committed]?,
        _ head: (entry: SegmentIndex.Entry, extent: Extent)?, in index: SegmentIndex
    ) -> Unrecorded? {
        if let committed {
            guard let position = committed[source], let end = position.unrecordedEnd else {
                return nil
            }
            return Unrecorded(
                source: source, start: position.offset, emitted: position.emitted, end: end,
                isClosed: false)
        }
        guard let files = index.unrecorded[source], let file = head?.entry.key.file ?? files.first,
            files.contains(file)
        else { return nil }
        let extent = head?.extent ?? Extent(end: 0, emitted: 0)
        return Unrecorded(
            source: source, start: extent.end, emitted: extent.emitted, isClosed: false)
    }

    /// The partitions that schedules speak of, in order.
    public static func sources(of schedules: [String]) throws -> [TopicPartition] {
        try SegmentIndex(schedules).sources
    }

    private mutating func follow(
        _ head: SegmentIndex.Entry, _ extent: Extent, isBeforeGap: Bool, in index: SegmentIndex
    ) throws {
        let source = head.segment.source
        var links: [(key: Key, extent: Extent, isBeforeGap: Bool)] = []
        /// How many links there were when the last stretch was noted: none between two makes them one.
        var notedAt = isBeforeGap ? 0 : -1
        func note(_ gap: Unrecorded) {
            if notedAt == links.count, var last = unrecorded.last {
                (last.start, last.emitted) = (gap.start, gap.emitted)
                last.isRemoved = last.isRemoved && gap.isRemoved
                unrecorded[unrecorded.count - 1] = last
            } else {
                unrecorded.append(gap)
            }
            notedAt = links.count
        }
        var isBeforeGap = isBeforeGap
        var extent = extent
        var through: Offset?
        var child = head
        while true {
            let line = child.segment
            let isRemoved = index.removed.contains(child.key.file)
            if isRemoved {
                // What it held goes up to where the next one begins; of the last one nobody knows.
                let isKnown = child.key != head.key || extent.end != line.start
                note(
                    Unrecorded(
                        source: source, start: line.start, emitted: line.emitted,
                        end: isKnown ? extent.end : nil, isClosed: !links.isEmpty,
                        through: through, isRemoved: true))
                removedParents[source, default: []].insert(index.name(of: child))
            } else {
                if child.key != head.key && !child.reached.contains(extent) {
                    throw index.noCheckpoint(on: child, at: extent)
                }
                links.append((child.key, extent, isBeforeGap))
            }
            through = isRemoved ? nil : line.through
            if let gap = line.unrecorded {
                note(
                    Unrecorded(
                        source: source, start: gap.start, emitted: gap.emitted, end: line.start,
                        isClosed: !links.isEmpty, through: through, isRemoved: gap.isRemoved))
            }
            isBeforeGap = isRemoved || line.unrecorded != nil
            extent = Extent(
                end: line.unrecorded?.start ?? line.start,
                emitted: line.unrecorded?.emitted ?? line.emitted)
            guard let parent = try self.parent(of: child, isRemoved, in: index) else {
                if isRemoved { removed[source] = index.name(of: child) }
                break
            }
            child = parent
        }
        lengths[source] = links.count
        for (rank, link) in links.reversed().enumerated() {
            live[link.key] = Link(
                extent: link.extent, rank: rank, isBeforeGap: link.isBeforeGap)
        }
    }

    /// The segment in front; nil for a first position. Behind a removed one files may be missing.
    private func parent(
        of child: SegmentIndex.Entry, _ isRemoved: Bool, in index: SegmentIndex
    ) throws -> SegmentIndex.Entry? {
        guard let parent = child.segment.parent else { return nil }
        let source = child.segment.source
        guard let found = index.segment(of: source, parent) else {
            if isRemoved { return nil }
            throw RecordingError(
                .mismatch, index.paths[child.key.file],
                "\(source) goes on at \(child.segment.start) from epoch \(parent.epoch) of "
                    + "recording \(parent.recording), which is in none of the files given; give "
                    + "all files of the group")
        }
        guard found.segment.epoch < child.segment.epoch else {
            throw RecordingError(
                .damaged, index.paths[child.key.file],
                "\(source): epoch \(child.segment.epoch) names epoch \(parent.epoch) as its "
                    + "parent, which is no earlier one")
        }
        return found
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
