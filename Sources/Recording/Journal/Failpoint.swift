import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Instants between two steps that belong together, at which torture ends the process as `kill -9`
/// does: `KERFUFFLE_FAILPOINT=name`, or `name:count` for the count-th time that it comes there. With
/// `name:count:term` a signal comes just there instead (`term`, `int`, `hup`), or with `int+int` two.
///
/// Where the variable is not set, passing one costs a look at a constant; none stands on the way of a
/// record.
public enum Failpoint: String, CaseIterable, Sendable {
    /// The schedule of a new pair of files is there, the recording is not.
    case created
    /// The recording has a transaction's records, the schedule has nothing of it.
    case halfWritten = "half-written"
    /// A segment's line is in the schedule, and none of its windows.
    case segmentWritten = "segment-written"
    /// Both files have the transaction; the broker has not heard of its positions.
    case writtenAhead = "written-ahead"
    /// The positions are in the transaction, which is not committed.
    case positionsSent = "positions-sent"
    /// The broker has committed; the files do not know.
    case committed
    /// A start cuts: the schedule is cut, the recording is not.
    case cutting
    /// A start has settled what was left behind, and has joined no group.
    case resumed
    /// An aborted transaction is cut: the schedule is cut, the recording is not.
    case rollingBack = "rolling-back"
    /// A pair of files is closed, and the next not begun.
    case rotating
    /// Of a recording that retention removes the schedule is a stub, and the recording still there.
    case removing
    /// The group was joined and has given no partition yet.
    case waiting
    /// A run is about to end: whole windows are not emitted yet.
    case finishing
    /// Everything is committed and the group is left; the files are not closed.
    case closing

    @inline(__always)
    public func pass() {
        if isDue { strike() }
    }

    /// - Parameter before: done first, where this is where the process dies.
    @inline(__always)
    func pass(_ before: () throws -> Void) rethrows {
        guard isDue else { return }
        try before()
        strike()
    }

    private var isDue: Bool {
        guard let armed = Self.armed, armed.point == self else { return false }
        return armed.left.subtract(1, ordering: .relaxed).newValue == 0
    }

    /// A signal that the process outlives is handled when this returns.
    private func strike() {
        for signal in Self.armed?.signals ?? [] { raise(signal) }
    }

    private final class Armed: Sendable {
        let point: Failpoint
        let left: Atomic<Int>
        let signals: [Int32]

        /// nil where the text names no instant.
        init?(_ text: String) {
            let words = text.split(separator: ":")
            guard let name = words.first, let point = Failpoint(rawValue: String(name)) else {
                return nil
            }
            self.point = point
            left = Atomic(words.count > 1 ? Int(words[1]) ?? 1 : 1)
            signals =
                words.count > 2
                ? words[2].split(separator: "+").compactMap { Self.signals[$0] } : [SIGKILL]
        }

        private static let signals: [Substring: Int32] = [
            "term": SIGTERM, "int": SIGINT, "hup": SIGHUP, "kill": SIGKILL,
        ]
    }

    private static let armed = ProcessInfo.processInfo.environment["KERFUFFLE_FAILPOINT"]
        .flatMap { Armed($0) }
}
