import KafkaClient
import Records

/// Where a partition begins that has no committed position.
public enum FirstPosition: Hashable, Sendable {
    case earliest
    case latest
    /// The same offset in every partition.
    case offset(Offset)
    /// The first record at or after this time, in milliseconds since 1970.
    case time(Int64)
}

extension FirstPosition {
    /// Whether it is another offset when it is worked out later.
    var moves: Bool {
        switch self {
        case .latest, .time: true
        case .earliest, .offset: false
        }
    }

    /// How many partitions a topic had when the group began in it; nil where no position says it. Those behind
    /// them were added since, and are read from their beginning whatever was said of the others.
    static func partitions(
        of topic: String, in committed: some Sequence<CommittedPosition>
    ) -> Int? {
        committed.filter { $0.source.topic == topic }
            .compactMap { CommitMetadata($0.metadata)?.partitions }.min()
    }

    /// The offset of each partition.
    ///
    /// - Parameter ranges: what their logs hold.
    /// - Throws: `ProxyError.refused` where a log does not hold it.
    func offsets(
        of partitions: [TopicPartition], _ ranges: [TopicPartition: Range<Offset>],
        asking consumer: Consumer
    ) throws -> [TopicPartition: Offset] {
        if partitions.isEmpty { return [:] }
        switch self {
        case .earliest: return ranges.mapValues(\.lowerBound)
        case .latest: return ranges.mapValues(\.upperBound)
        case .offset(let offset):
            for source in partitions {
                guard let range = ranges[source], !(range.lowerBound...range.upperBound ~= offset)
                else { continue }
                throw ProxyError(
                    .refused,
                    "--from offset:\(offset) is not in \(source), which holds \(range.lowerBound) "
                        + "to \(range.upperBound)")
            }
            return ranges.mapValues { _ in offset }
        case .time(let milliseconds):
            let found = try consumer.offsets(
                at: max(0, milliseconds), of: partitions, timeout: .seconds(60))
            return ranges.mapValues(\.upperBound).merging(found) { $1 }
        }
    }
}
