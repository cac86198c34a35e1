import Foundation
import Perturbation
import Records

/// Makes one recording and one schedule of those of several instances and runs of one group, as an
/// undisturbed run of one instance would have written them: what counts (``Chain``), each window once,
/// each partition in the order of its chain.
///
/// Under at-least-once a line names each window beside the chain: it may have been sent too.
///
/// - Complexity: memory for one transaction and one chunk of each pair, whatever their size, and for the
///   segments of all schedules.
public final class Merge {
    /// What came of it.
    public struct Summary: Hashable, Sendable {
        public var pairs = 0
        public var partitions = 0
        public var records = 0
        public var windows = 0
        /// Segments that follow each other, and those that count for nothing.
        public var segments = 0
        public var deadSegments = 0
        /// Windows that may have been sent again.
        public var again = 0
        /// Times of arrival that were raised, because clocks disagreed.
        public var raised = 0
        /// Partitions whose front was removed with a recording, and where they begin now.
        public var removed: [TopicPartition: Offset] = [:]
        /// Stretches that are in no file, as a recording had failed.
        public var unrecorded: [Chain.Unrecorded] = []
    }

    public private(set) var summary = Summary()
    private let journals: LiveJournals
    private let input: MergeInput
    private let paths: JournalPaths
    private let identity: RecordingIdentity
    private let options: RecordingWriter.Options

    /// - Parameters:
    ///   - pairs: all pairs of files of a group, in any order.
    ///   - committed: the group's positions; nil where nobody can be asked and the files must know.
    ///   - paths: the pair to write, where nothing is yet.
    ///   - identity: of the new recording; cluster and topics are those of the files.
    /// - Throws: `RecordingError` where files are missing, open, not of one group, or what counts of them
    ///   is in doubt. Nothing was written then.
    public init(
        _ pairs: [(recording: String, schedule: String)],
        committed: [TopicPartition: Chain.Committed]? = nil, to paths: JournalPaths,
        identity: RecordingIdentity, options: RecordingWriter.Options = .init()
    ) throws {
        for path in [paths.recording, paths.schedule].compactMap({ $0 })
        where FileManager.default.fileExists(atPath: path) {
            throw RecordingError(
                .system, path, "exists already; a merge writes new files")
        }
        var input = try MergeInput(pairs)
        journals = try LiveJournals(pairs, committed: committed, tails: true)
        for (file, pair) in pairs.enumerated() where !journals.chain.removedFiles.contains(file) {
            try input.note(pair.recording, of: pair.schedule, input.headers[file])
        }
        self.input = input
        self.paths = paths
        self.options = options
        self.identity = RecordingIdentity(
            id: identity.id, tool: identity.tool, cluster: input.cluster,
            subscriptions: input.subscriptions)
        summary.pairs = pairs.count
        summary.deadSegments = journals.chain.dead
        summary.segments = journals.chain.sources.reduce(0) {
            $0 + journals.chain.length(of: $1)
        }
    }

    /// Writes both files. Where anything fails, or it is told to stop, nothing is left of them.
    ///
    /// - Returns: false where it was told to stop.
    @discardableResult
    public func run(
        shouldStop: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
    ) throws -> Bool {
        do {
            if try write(shouldStop, progress) { return true }
        } catch {
            remove()
            throw error
        }
        remove()
        return false
    }

    private func remove() {
        for path in [paths.recording, paths.schedule].compactMap({ $0 }) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private func write(_ shouldStop: () -> Bool, _ progress: (Int) -> Void) throws -> Bool {
        let plan = input.headers[0].plan
        let mayRepeat = input.headers.contains(where: \.mayRepeat)
        let header = ScheduleHeader(
            recording: identity.id, tool: identity.tool, plan: plan, mayRepeat: mayRepeat)
        let output = MergeOutput(
            try Journal.create(at: paths, header: header, identity: identity, options: options),
            checkpointBytes: options.chunkBytes)
        var formers = MergeWindows(plan: plan)
        while let batch = try journals.next() {
            if shouldStop() { return false }
            let live = Dictionary(
                uniqueKeysWithValues: batch.parts.map { ($0.part.records.source, $0) })
            for part in batch.parts {
                guard let segment = part.part.segment else { continue }
                let source = part.part.records.source
                let gap =
                    journals.chain.isBehindGap(segment)
                    ? journals.chain.unrecorded.first {
                        $0.source == source && $0.isClosed && $0.end == segment.start
                    } : nil
                try output.begin(segment, behind: gap)
            }
            var windows: [MergeWindow] = []
            for (source, part) in batch.all.sorted(by: { $0.key < $1.key }) {
                windows += formers.windows(of: part, source, file: batch.file, live: live[source])
            }
            windows.sort { ($0.order, $0.source, $0.index) < ($1.order, $1.source, $1.index) }
            for window in windows {
                if window.counts {
                    guard let part = live[window.source] else { continue }
                    try output.append(window, of: part, batch)
                    summary.windows += 1
                    summary.records += window.slots.count
                } else if input.headers[batch.file].mayRepeat {
                    output.append(window.again)
                    summary.again += 1
                }
            }
            try output.endBatch()
            progress(summary.records)
        }
        let unrecorded = journals.chain.unrecorded
        for gone in unrecorded where gone.isRemoved && !gone.isClosed {
            try output.beginBehind(gone)
        }
        summary.unrecorded = unrecorded
        try output.close(
            unrecorded: unrecorded.filter { !$0.isClosed && !$0.isRemoved }.map(\.source))
        summary.partitions = output.partitions
        summary.raised = output.raised
        for source in journals.chain.removed.keys {
            summary.removed[source] = output.starts[source]
        }
        return true
    }
}
