import Foundation
import Perturbation
import Records

/// The pairs of one instance's folder, of which the oldest go when they are too old, or all together too
/// large; the one at hand never does.
public final class RetainedPairs {
    /// A pair that was removed.
    public struct Removed: Hashable, Sendable {
        public var recording: String
        public var bytes: UInt64
        /// Arrival of its last record, in nanoseconds since 1970.
        public var lastArrivalNs: UInt64
    }

    /// A pair that is no longer written.
    private struct Closed {
        var number: Int64
        var bytes: UInt64
        var lastArrivalNs: UInt64
    }

    public let folder: PairFolder
    private let retention: Operations.Retention
    /// A pair is closed for the next one at this size, or this age of its first record.
    public let partBytes: UInt64
    private let partAgeNs: UInt64?
    /// The oldest first.
    private var closed: [Closed] = []
    /// The number of the pair at hand.
    public private(set) var number: Int64 = 0

    /// Looks at what is there, and makes the folder where nothing is. What a kill left of a removal is
    /// removed.
    ///
    /// - Parameter partBytes: nil for an eighth of all, at most 1 GiB.
    /// - Throws: `RecordingError` where something else is at that path.
    public init(
        at path: String, _ retention: Operations.Retention, partBytes: Int?
    ) throws(RecordingError) {
        folder = PairFolder(path)
        self.retention = retention
        let usual = min(1 << 30, max(1 << 20, (retention.bytes ?? .max) / 8))
        self.partBytes = UInt64(partBytes ?? usual)
        partAgeNs = retention.age.map { max(1_000_000_000, Self.nanoseconds($0) / 8) }
        try makeFolder()
        let numbers = try folder.numbers()
        number = numbers.last ?? 0
        for one in numbers.dropLast() { try look(at: one) }
    }

    /// - Throws: where something is at that path that is none of ours.
    public static func check(_ path: String) throws(RecordingError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if isFolder.boolValue, names.isEmpty || PairFolder.isOne(path) { return }
        throw RecordingError(
            .mismatch, path,
            "it is no folder of pairs of recording and schedule, which is what retention keeps: give "
                + "another path")
    }

    private func makeFolder() throws(RecordingError) {
        try Self.check(folder.path)
        do {
            try FileManager.default.createDirectory(
                atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw RecordingError(
                .system, folder.path, "cannot be made: \(error.localizedDescription)")
        }
    }

    private func look(at number: Int64) throws(RecordingError) {
        let paths = folder.paths(of: number)
        guard let recording = paths.recording, let schedule = paths.schedule,
            FileManager.default.fileExists(atPath: recording)
        else { return }
        if ScheduleStub.isOne(schedule) { return try remove(recording) }
        let end = RecordingReader.lastArrivalNs(of: recording)
        closed.append(
            Closed(
                number: number, bytes: Self.size(recording) + Self.size(schedule),
                lastArrivalNs: end == 0 ? Self.written(recording) : end))
    }

    /// The pair at hand.
    public var paths: JournalPaths { folder.paths(of: number) }

    /// The pair before it, where it is whole.
    public var previous: JournalPaths? { closed.last.map { folder.paths(of: $0.number) } }

    /// Whether the pair at hand is to be closed for the next.
    public func isDue(bytes: UInt64, firstArrivalNs: UInt64?, nowNs: UInt64) -> Bool {
        if bytes >= partBytes { return true }
        guard let partAgeNs, let firstArrivalNs else { return false }
        return nowNs >= firstArrivalNs && nowNs - firstArrivalNs >= partAgeNs
    }

    /// The pair at hand is closed, and the next one begun.
    public func advance() throws(RecordingError) {
        try look(at: number)
        number += 1
    }

    /// Removes what is too old, and what is too much: first the schedule becomes a stub, then the recording
    /// goes, so that a kill between leaves what the next start finishes.
    ///
    /// - Parameter openBytes: of the pair at hand.
    public func sweep(nowNs: UInt64, openBytes: UInt64) throws(RecordingError) -> [Removed] {
        var removed: [Removed] = []
        var bytes = closed.reduce(openBytes) { $0 + $1.bytes }
        while let oldest = closed.first {
            let isTooMuch = retention.bytes.map { bytes > UInt64($0) } ?? false
            let isTooOld =
                retention.age.map { nowNs > oldest.lastArrivalNs + Self.nanoseconds($0) } ?? false
            guard isTooMuch || isTooOld else { break }
            let paths = folder.paths(of: oldest.number)
            if let schedule = paths.schedule, let recording = paths.recording {
                do { try ScheduleStub.leave(of: schedule) } catch let error as RecordingError {
                    throw error
                } catch {
                    throw RecordingError(.system, schedule, "\(error)")
                }
                Failpoint.removing.pass()
                try remove(recording)
                removed.append(
                    Removed(
                        recording: recording, bytes: oldest.bytes,
                        lastArrivalNs: oldest.lastArrivalNs))
            }
            bytes -= oldest.bytes
            closed.removeFirst()
        }
        return removed
    }

    private func remove(_ path: String) throws(RecordingError) {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw RecordingError(
                .system, path, "cannot be removed: \(error.localizedDescription)")
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
            + UInt64(max(0, attoseconds)) / 1_000_000_000
    }

    private static func size(_ path: String) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    }

    private static func written(_ path: String) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let date = attributes?[.modificationDate] as? Date
        return UInt64(max(0, date?.timeIntervalSince1970 ?? 0)) * 1_000_000_000
    }
}
