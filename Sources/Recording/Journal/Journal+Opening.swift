import Foundation
import Perturbation
import Records

/// Where an instance keeps its files; either may be missing.
public struct JournalPaths: Hashable, Sendable {
    public var recording: String?
    public var schedule: String?

    public init(recording: String?, schedule: String?) {
        self.recording = recording
        self.schedule = schedule
    }
}

extension Journal {
    /// What an earlier run left behind, to be settled by the positions that are committed.
    public struct Leftover: Sendable {
        public let header: ScheduleHeader
        /// The last transaction that may have been committed; nil where none is undecided.
        public let undecided: Checkpoint?
        /// Partitions in which some transaction is known to have been committed.
        public let settledSources: Set<TopicPartition>
        /// The last word of the schedule on each partition.
        public var words: [TopicPartition: Checkpoint.Position] { tail.words }
        /// The cluster that the recording names; nil where it names none, or there is no recording.
        public let cluster: String?
        let tail: ScheduleTail
        /// Nobody else may write the files from when they were looked at.
        let locks: Locks
    }

    struct Locks: Sendable {
        var recording: FileLock?
        var schedule: FileLock?
    }

    /// What became of the last transaction of an earlier run.
    public enum Verdict: Hashable, Sendable {
        /// Cut it away.
        case aborted
        case committed
        case inDoubt
    }

    /// What is at these paths, locked for this process; nil where nothing is.
    ///
    /// - Parameter isOnlyLooking: the files stay as they are, and are locked for a moment alone.
    /// - Throws: `RecordingError` where one file is there and the other is not, one is damaged, or
    ///   another process writes them.
    public static func leftover(
        at paths: JournalPaths, isOnlyLooking: Bool = false
    ) throws -> Leftover? {
        let exists = { (path: String?) in path.map(FileManager.default.fileExists(atPath:)) }
        let hasSchedule = exists(paths.schedule)
        let hasRecording = exists(paths.recording)
        guard let path = paths.schedule, hasSchedule == true else {
            if let path = paths.recording, hasRecording == true {
                throw RecordingError(
                    .mismatch, path,
                    "a recording without its schedule cannot be continued; give another path, or "
                        + "the schedule that belongs to it")
            }
            return nil
        }
        var locks = Locks(
            recording: try paths.recording.flatMap {
                hasRecording == true ? try FileLock($0) : nil
            },
            schedule: try FileLock(path))
        if isOnlyLooking { locks = Locks() }
        if try isBarren(path) {
            let recording = hasRecording == true ? paths.recording : nil
            if let recording, try !holdsNothing(recording) {
                throw RecordingError(
                    .mismatch, path,
                    "it is empty or was cut in its first line, and the recording \(recording) holds something: "
                        + "put the schedule back, or give new files")
            }
            if isOnlyLooking { return nil }
            // Killed before its first line was whole: nothing was ever emitted from it.
            try? FileManager.default.removeItem(atPath: path)
            if let recording { try FileManager.default.removeItem(atPath: recording) }
            return nil
        }
        let tail = try ScheduleTail(path: path)
        if hasRecording == false, tail.last?.checkpoint.recording != nil {
            throw RecordingError(
                .mismatch, paths.recording ?? path,
                "the schedule \(path) belongs to a recording that is not there")
        }
        var last = tail.isInDoubt || tail.isSettled ? nil : tail.last?.checkpoint
        if last?.positions.isEmpty == true { last = nil }
        return Leftover(
            header: tail.header, undecided: last, settledSources: tail.settledSources,
            cluster: hasRecording == true ? cluster(of: paths) : nil, tail: tail, locks: locks)
    }

    private static func cluster(of paths: JournalPaths) -> String? {
        guard let path = paths.recording,
            let identity = try? RecordingReader(path: path).identity, !identity.cluster.isEmpty
        else { return nil }
        return identity.cluster
    }

    /// Whether a recording was begun and has no record yet. What is none holds something.
    private static func holdsNothing(_ path: String) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        if attributes[.size] as? Int == 0 { return true }
        guard let reader = try? RecordingReader(path: path), reader.identity != nil else {
            return false
        }
        return (try? reader.next()) == false
    }

    /// Whether the file is a schedule's that has no whole line: empty, the front of a first line, or the zeros that
    /// a loss of power leaves. A file without a line that is anything else is somebody's.
    private static func isBarren(_ path: String) throws -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        let front = Array(ScheduleHeader.start.utf8)
        var seen = 0
        var isFront = true
        var isZeros = true
        while let part = try file.read(upToCount: 1 << 16), !part.isEmpty {
            if part.contains(0x0A) { return false }
            if seen < front.count {
                isFront = isFront && zip(front[seen...], part).allSatisfy { $0 == $1 }
            }
            isZeros = isZeros && part.allSatisfy { $0 == 0 }
            seen += part.count
            if !isFront && !isZeros || seen > 1 << 24 { return false }
        }
        return true
    }

    /// Begins new files.
    public static func create(
        at paths: JournalPaths, header: ScheduleHeader, identity: RecordingIdentity,
        options: RecordingWriter.Options
    ) throws -> Journal {
        // The schedule is the first to be there and the last to be cut: a recording always has one.
        let schedule = try paths.schedule.map {
            try ScheduleWriter(creating: $0, header: header)
        }
        Failpoint.created.pass()
        let recording = try paths.recording.map {
            try RecordingWriter(creating: $0, identity: identity, options: options)
        }
        let place = try recording?.closeChunk()
        return Journal(
            header: header, schedule: schedule, recording: recording, number: 0,
            mark: Mark(schedule: schedule?.byteCount ?? 0, recording: place))
    }

    /// Goes on with the files of an earlier run. Under at-least-once nothing that is whole is cut: it may
    /// have been sent.
    ///
    /// - Parameter verdict: on the leftover's last transaction; of no consequence where none is
    ///   undecided.
    public static func resume(
        _ leftover: Leftover, at paths: JournalPaths, verdict: Verdict,
        identity: RecordingIdentity, options: RecordingWriter.Options
    ) throws -> Journal {
        let tail = leftover.tail
        let isUndecided = leftover.undecided != nil
        let cutsNothing = leftover.header.mayRepeat
        let isCut = isUndecided && verdict == .aborted && !cutsNothing
        let keeps = isCut ? tail.previous : tail.last
        let end = cutsNothing ? tail.wholeEnd : isCut ? keeps?.end ?? tail.headerEnd : tail.end
        let locks = leftover.locks
        let schedule = try paths.schedule.map {
            try ScheduleWriter(resuming: $0, at: end, lock: locks.schedule)
        }
        Failpoint.cutting.pass()
        let recording = try paths.recording.map { path in
            let exists = FileManager.default.fileExists(atPath: path)
            let place = keeps?.checkpoint.recording
            if place != nil || cutsNothing && exists {
                return try RecordingWriter(
                    resuming: path, at: cutsNothing ? nil : place, identity: identity,
                    options: options, lock: locks.recording)
            }
            return exists
                ? try RecordingWriter(
                    replacing: path, identity: identity, options: options, lock: locks.recording)
                : try RecordingWriter(creating: path, identity: identity, options: options)
        }
        let kept = keeps?.checkpoint.recording
        let place = try cutsNothing ? recording?.closeChunk() : kept ?? recording?.closeChunk()
        if let kept, let place, (place.file, place.bytes) < (kept.file, kept.bytes) {
            throw RecordingError(
                .damaged, paths.recording ?? "",
                "it ends at byte \(place.bytes), before what its schedule speaks of; it was cut")
        }
        var settledSources = leftover.settledSources
        if let undecided = leftover.undecided, verdict == .committed {
            settledSources.formUnion(undecided.positions.keys)
        }
        let journal = Journal(
            header: leftover.header, schedule: schedule, recording: recording,
            number: keeps?.checkpoint.number ?? 0,
            mark: Mark(schedule: end, recording: place), settledSources: settledSources,
            earlierWords: tail.words)
        if isUndecided && (verdict == .inDoubt || cutsNothing && verdict == .aborted) {
            try journal.markInDoubt()
        }
        if cutsNothing, end > tail.end || place != kept { try journal.keepApart() }
        // It was cut with what lay behind the checkpoint; partitions that begin again take it back.
        if !cutsNothing { try journal.note(unrecorded: tail.unrecorded) }
        Failpoint.resumed.pass()
        return journal
    }
}
