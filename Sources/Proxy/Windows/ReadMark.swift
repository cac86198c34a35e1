/// Until when everything that had come was read: `maxWait` closes no window of a partition of which a
/// record waits to be read.
///
/// All partitions come through one queue in order. Where it is never seen empty, it is enough that as
/// many records were taken from it as it held at some moment.
struct ReadMark {
    private(set) var upToNs: UInt64 = 0
    private var markNs: UInt64 = 0
    private var left = 0

    /// So many records were taken by a poll that began then.
    ///
    /// - Parameters:
    ///   - emptied: the queue was seen empty.
    ///   - queued: what the queue holds now.
    mutating func note(taken: Int, beganNs: UInt64, emptied: Bool, queued: () -> Int) {
        left -= taken
        if emptied {
            upToNs = beganNs
            left = 0
            markNs = beganNs
        } else if left <= 0 {
            upToNs = max(upToNs, markNs)
            markNs = beganNs
            left = queued()
        }
    }
}
