/// Messages outside of chunks that stand one behind the other.
struct MessageRun {
    private(set) var start: UInt64
    private(set) var length: UInt64
    private(set) var startTimeNs: UInt64
    private(set) var endTimeNs: UInt64

    /// Bytes at which a new run begins: what a reader takes into memory at once.
    private static let full: UInt64 = 1 << 20

    init(_ place: RecordPlace, _ logTimeNs: UInt64) {
        start = place.start
        length = place.length
        startTimeNs = logTimeNs
        endTimeNs = logTimeNs
    }

    func takes(_ place: RecordPlace) -> Bool {
        place.start == start + length && length < Self.full
    }

    mutating func add(_ place: RecordPlace, _ logTimeNs: UInt64) {
        length += place.length
        startTimeNs = min(startTimeNs, logTimeNs)
        endTimeNs = max(endTimeNs, logTimeNs)
    }
}
