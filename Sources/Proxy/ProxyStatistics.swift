import Perturbation
import Recording
import Records

/// What the proxy has done so far.
public struct ProxyStatistics: Sendable {
    /// Records that came in, those that were read again included.
    public var read = 0
    /// Of these the ones that the plan's sample left out, and that its mask left out as no JSON.
    public var sampledOut = 0
    public var unparsable = 0
    /// Records of windows that were committed; at-least-once: whose windows were sent.
    public var passed = 0
    public var windows = 0
    /// Offsets of the same windows that were gone before they were read.
    public var lostOffsets: Int64 = 0
    /// Of the same windows.
    public var counts = Counts()
    public var transactions = 0
    public var aborted = 0
    /// Open windows that were forgotten for want of memory and read again.
    public var forgotten = 0

    /// Pairs of files that retention removed.
    public var removedFiles = 0
    /// Why files were no longer written; nil where they are.
    public var recordingFailure: RecordingError?
    /// Records of committed windows that are in no file since.
    public var unrecorded = 0

    /// From the first record to the last commit.
    public var activeNs: UInt64 = 0
    var firstRecordNs: UInt64 = 0

    public init() {}

    mutating func add(_ tally: Batch.Tally) {
        passed += tally.records
        windows += tally.windows
        lostOffsets += tally.lostOffsets
        counts += tally.counts
        transactions += 1
    }
}

/// How far the proxy is.
public struct ProxyProgress: Sendable {
    public var statistics: ProxyStatistics
    /// Offsets between what was read and the ends of the owned partitions, as far as they are known.
    public var lag: Int
    public var partitions: Int
    /// The run is over.
    public var isLast: Bool
}
