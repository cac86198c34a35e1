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
/// does: `KERFUFFLE_FAILPOINT=name`, or `name:count` for the count-th time that it comes there.
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

    @inline(__always)
    public func pass() {
        if isDue { die() }
    }

    /// - Parameter before: done first, where this is where the process dies.
    @inline(__always)
    func pass(_ before: () throws -> Void) rethrows {
        guard isDue else { return }
        try before()
        die()
    }

    private var isDue: Bool {
        guard let armed = Self.armed, armed.point == self else { return false }
        return armed.left.subtract(1, ordering: .relaxed).newValue == 0
    }

    private func die() { kill(getpid(), SIGKILL) }

    private final class Armed: Sendable {
        let point: Failpoint
        let left: Atomic<Int>

        /// nil where the text names no instant.
        init?(_ text: String) {
            let words = text.split(separator: ":", maxSplits: 1)
            guard let name = words.first, let point = Failpoint(rawValue: String(name)) else {
                return nil
            }
            self.point = point
            left = Atomic(words.count == 2 ? Int(words[1]) ?? 1 : 1)
        }
    }

    private static let armed = ProcessInfo.processInfo.environment["KERFUFFLE_FAILPOINT"]
        .flatMap { Armed($0) }
}
