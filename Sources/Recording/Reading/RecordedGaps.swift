import Records

/// The gaps between the records of a recording, for delays that follow them.
public enum RecordedGaps {
    /// At most this many are kept, evenly over the sorted gaps.
    private static let most = 1024

    /// Microseconds between consecutive arrivals within a partition, sorted.
    ///
    /// - Throws: `RecordingError`.
    public static func read(_ path: String) throws -> [Int64] {
        let reader = try RecordingReader(path: path)
        var last: [TopicPartition: UInt64] = [:]
        var gaps: [Int64] = []
        while try reader.next() {
            if let before = last[reader.source], reader.arrivalNs >= before {
                gaps.append(Int64((reader.arrivalNs - before) / 1000))
            }
            last[reader.source] = reader.arrivalNs
        }
        gaps.sort()
        if gaps.count <= most { return gaps }
        return (0..<most).map { gaps[$0 * (gaps.count - 1) / (most - 1)] }
    }
}
