import Perturbation
import Recording
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Retention: pairs of files are closed one after the other, and the oldest of them removed.
extension Proxy {
    private static let sweepIntervalNs: UInt64 = 1_000_000_000

    /// Begins the next pair where the one at hand is due, and removes what is too old or too much.
    func keepFiles(_ now: UInt64) throws {
        guard let retained, journal.failure == nil else { return }
        let bytes = journal.byteCount
        guard bytes >= retained.partBytes || now >= nextSweepNsOfFiles else { return }
        nextSweepNsOfFiles = now + Self.sweepIntervalNs
        let clock = Self.unixNs()
        if journal.isBegun,
            retained.isDue(bytes: bytes, firstArrivalNs: journal.firstArrivalNs, nowNs: clock)
        {
            try rotate(retained)
        }
        sweep(retained, clock)
    }

    /// All that was sent is committed first; then everything begins anew from what is committed, as after a
    /// transaction that was aborted, in the next pair.
    private func rotate(_ retained: RetainedPairs) throws {
        guard try commit(), try committing.isSettled(), journal.isDecided else { return }
        let id = PairFolder.id(
            PairFolder.base(ofID: journal.header.recording), retained.number + 1)
        var header = journal.header
        header.recording = id
        try journal.rotate(
            to: retained.folder.paths(of: retained.number + 1), header: header,
            identity: configuration.identity(id, cluster: cluster),
            options: configuration.recording)
        if journal.failure != nil { return }
        try retained.advance()
        configuration.paths = retained.paths
        try beginAnew()
    }

    private func sweep(_ retained: RetainedPairs, _ clock: UInt64) {
        do {
            for one in try retained.sweep(nowNs: clock, openBytes: journal.byteCount) {
                statistics.removedFiles += 1
                observer.notice(
                    "\(one.recording) (\(one.bytes) bytes with its schedule) was removed by retention",
                    metadata: .event(.removed))
            }
        } catch {
            observer.notice(
                "\(error); retention tries again in a minute", .warning,
                metadata: .event(.removed))
            nextSweepNsOfFiles += 60 * Self.sweepIntervalNs
        }
    }

    private static func unixNs() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
