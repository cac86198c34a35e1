import Perturbation
import Records

/// All segments of the files at hand, with the checkpoints that they reached.
struct SegmentIndex {
    struct Entry {
        var key: Chain.Key
        var segment: Segment
        /// Where a checkpoint stands on it, from the last settled one on: a child that begins before that
        /// contradicts it. So memory does not grow with the number of checkpoints.
        var reached: Set<Chain.Extent> = []
        /// The last of them, and that checkpoint's number.
        var last: Chain.Extent?
        var checkpoint: Int64 = 0
        /// The last of them that is settled: known to have been committed.
        var settled: Chain.Extent?
        /// Whether nothing is known of what became of the last.
        var isOpen: Bool { settled != last }
    }

    private(set) var paths: [String] = []
    private var recordings: [String] = []
    /// Files of which nothing but the segment lines is left.
    private(set) var removed: Set<Int> = []
    /// Partitions of which a file's instance emitted more, behind its end, than is in any file.
    private(set) var unrecorded: [TopicPartition: Set<Int>] = [:]
    private var entries: [TopicPartition: [Entry]] = [:]
    /// Index into `entries` of the segment at hand of each partition in the file being read.
    private var current: [TopicPartition: Int] = [:]

    init(_ schedules: [String]) throws {
        for (file, path) in schedules.enumerated() { try read(path, file: file) }
    }

    var sources: [TopicPartition] { Set(entries.keys).union(unrecorded.keys).sorted() }

    func entries(of source: TopicPartition) -> [Entry] { entries[source] ?? [] }

    // MARK: Reading

    private mutating func read(_ path: String, file: Int) throws {
        let reader = try ScheduleReader(path: path, decisions: false)
        if let same = recordings.firstIndex(of: reader.header.recording) {
            throw RecordingError(
                .mismatch, path,
                "it is of recording \(reader.header.recording), as \(paths[same]) is; give each pair "
                    + "of files once")
        }
        paths.append(path)
        recordings.append(reader.header.recording)
        current = [:]
        var ordinals: [TopicPartition: Int] = [:]
        /// The last checkpoint and its line, until something settles it.
        var open: (checkpoint: Checkpoint, line: Int)?
        while let line = try reader.next() {
            switch line {
            case .inDoubt(let number) where number == open?.checkpoint.number: open = nil
            default:
                settle(open?.checkpoint)
                open = nil
            }
            switch line {
            case .segment(let segment):
                let ordinal = ordinals[segment.source, default: 0]
                ordinals[segment.source] = ordinal + 1
                let key = Chain.Key(file: file, source: segment.source, ordinal: ordinal)
                current[segment.source] = entries[segment.source, default: []].count
                entries[segment.source, default: []].append(Entry(key: key, segment: segment))
                unrecorded[segment.source]?.remove(file)
            case .checkpoint(let checkpoint):
                try note(checkpoint, reader)
                open = (checkpoint, reader.line)
            case .removed: removed.insert(file)
            case .unrecorded(let sources):
                for source in sources { unrecorded[source, default: []].insert(file) }
            default: break
            }
        }
        // A decision behind it settles a checkpoint too; those were passed over.
        if let open, reader.wholeLines > open.line { settle(open.checkpoint) }
    }

    private mutating func note(_ checkpoint: Checkpoint, _ reader: ScheduleReader) throws {
        for (source, position) in checkpoint.positions {
            guard let index = current[source] else {
                throw RecordingError(
                    .damaged, reader.path,
                    "line \(reader.line): checkpoint \(checkpoint.number) speaks of \(source), which "
                        + "has no segment before it")
            }
            let extent = Chain.Extent(end: position.next, emitted: position.part?.emitted ?? 0)
            entries[source]?[index].reached.insert(extent)
            entries[source]?[index].last = extent
            entries[source]?[index].checkpoint = checkpoint.number
        }
    }

    private mutating func settle(_ checkpoint: Checkpoint?) {
        guard let checkpoint else { return }
        for source in checkpoint.positions.keys {
            guard let index = current[source], let entry = entries[source]?[index],
                entry.checkpoint == checkpoint.number
            else { continue }
            entries[source]?[index].settled = entry.last
            if let last = entry.last { entries[source]?[index].reached = [last] }
        }
    }

    // MARK: Finding

    /// The last segment of that recording and epoch.
    func segment(of source: TopicPartition, _ parent: Segment.Parent) -> Entry? {
        entries[source]?.last {
            $0.segment.epoch == parent.epoch && recordings[$0.key.file] == parent.recording
        }
    }

    /// The segment that the chain begins with, and how far it counts; nil where nothing of the partition
    /// ever became visible.
    func head(
        of source: TopicPartition, _ committed: [TopicPartition: Chain.Committed]?
    ) throws -> (entry: Entry, extent: Chain.Extent)? {
        guard let committed else { return try settledHead(of: source) }
        guard let position = committed[source] else {
            guard let entry = entries(of: source).first(where: { $0.settled != nil }) else {
                return nil
            }
            throw RecordingError(
                .mismatch, paths[entry.key.file],
                "the group has no position in \(source), and this file knows of one that was committed"
                    + "; it is another group, or its positions have expired")
        }
        // Nothing that was committed is in any file.
        if position.unrecordedEnd != nil && position.epoch == 0 { return nil }
        let parent = Segment.Parent(recording: position.recording, epoch: position.epoch)
        guard let entry = segment(of: source, parent) else {
            throw RecordingError(
                .mismatch, paths.joined(separator: ", "),
                "\(source) is committed in epoch \(position.epoch) of recording "
                    + "\(position.recording), which is in none of the files given")
        }
        let extent = Chain.Extent(end: position.offset, emitted: position.emitted)
        if removed.contains(entry.key.file) { return (entry, extent) }
        guard entry.reached.contains(extent) else { throw noCheckpoint(on: entry, at: extent) }
        return (entry, extent)
    }

    /// Whether every partition that the group has a position in is one of `sources`.
    func checkHas(
        _ committed: [TopicPartition: Chain.Committed], _ sources: [TopicPartition]
    ) throws {
        let missing = committed.keys.filter { !sources.contains($0) }.sorted().map { source in
            let position = committed[source]
            return "\(source) in epoch \(position?.epoch ?? 0) of recording "
                + (position?.recording ?? "")
        }
        if missing.isEmpty { return }
        throw RecordingError(
            .mismatch, paths.joined(separator: ", "),
            "the group has committed \(missing.joined(separator: ", ")), and no file given has "
                + "anything of \(missing.count == 1 ? "that partition" : "those partitions"); give all "
                + "files of the group")
    }

    /// Without the group the files must know: one segment of the highest epoch is settled to its end.
    private func settledHead(
        of source: TopicPartition
    ) throws -> (entry: Entry, extent: Chain.Extent)? {
        let all = entries(of: source)
        // Files that failed before anything of the partition was in them.
        if all.isEmpty { return nil }
        let highest = all.map(\.segment.epoch).max() ?? 0
        let candidates = all.filter {
            $0.segment.epoch == highest
                && (removed.contains($0.key.file) || $0.last != nil && !$0.isOpen)
        }
        if candidates.count == 1, let entry = candidates.first, removed.contains(entry.key.file) {
            return (entry, Chain.Extent(end: entry.segment.start, emitted: 0))
        }
        if let first = candidates.first,
            let other = candidates.first(where: { $0.key.file != first.key.file })
        {
            throw RecordingError(
                .mismatch, paths[other.key.file],
                "epoch \(highest) of \(source) is here and in \(paths[first.key.file]): the files "
                    + "are of two groups, or somebody moved a position; give those of one, or ask the "
                    + "group (-b and --group)")
        }
        guard candidates.count == 1, let entry = candidates.first, let last = entry.last else {
            throw RecordingError(
                .mismatch, paths.joined(separator: ", "),
                "what became of the last transaction of \(source) is in doubt; the files cannot tell: "
                    + "let the proxy end cleanly, or ask the group (-b and --group)")
        }
        return (entry, last)
    }

    func name(of entry: Entry) -> Segment.Parent {
        Segment.Parent(recording: recordings[entry.key.file], epoch: entry.segment.epoch)
    }

    func noCheckpoint(on entry: Entry, at extent: Chain.Extent) -> RecordingError {
        if let settled = entry.settled, extent < settled { return isBeside(entry, settled) }
        return RecordingError(
            .mismatch, paths[entry.key.file],
            "\(entry.segment.source): epoch \(entry.segment.epoch) has no checkpoint at \(extent.end)"
                + (extent.emitted > 0 ? " with \(extent.emitted) deliveries of its window" : "")
                + ", from where the group went on; the file was cut, or the position moved by hand")
    }

    /// What is known to have been committed is not on the chain.
    func isBeside(_ entry: Entry, _ settled: Chain.Extent) -> RecordingError {
        RecordingError(
            .mismatch, paths[entry.key.file],
            "\(entry.segment.source): what was committed up to \(settled.end) in epoch "
                + "\(entry.segment.epoch) is not what the group went on from; a position was "
                + "moved by hand, or the files are not all of one group")
    }
}
