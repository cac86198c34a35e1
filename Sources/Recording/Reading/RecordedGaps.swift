import Records

/// The gaps between the records of a recording, for delays that follow them.
public enum RecordedGaps {
    /// At most this many are kept.
    private static let most = 1024

    /// Microseconds between consecutive arrivals within a partition, sorted; of more than 1,024 the one in
    /// the middle of each of 1,024 equal parts, so that a single one, however long, is not drawn more often
    /// than it was there.
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
        return quantiles(of: gaps.sorted())
    }

    static func quantiles(of sorted: [Int64]) -> [Int64] {
        if sorted.count <= most { return sorted }
        return (0..<most).map { sorted[(2 * $0 + 1) * sorted.count / (2 * most)] }
    }
}
