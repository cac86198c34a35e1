import Records

/// What a worker has taken from its partitions, and how far each is done with: a position covers no order that is
/// still open.
struct OrderLedger {
    /// A trial of a run.
    struct Key: Hashable, Sendable {
        var run: String
        var number: Int
    }

    private struct Partition {
        var open: [Offset: Key] = [:]
        /// Behind the last order taken.
        var behind: Offset = 0
        var committed: Offset = 0
    }

    private var partitions: [TopicPartition: Partition] = [:]

    mutating func take(_ key: Key, from source: TopicPartition, at offset: Offset) {
        partitions[source, default: Partition()].open[offset] = key
        partitions[source]?.behind = offset + 1
    }

    /// The trial is answered, in whatever places it was ordered.
    mutating func finish(_ key: Key) {
        partitions = partitions.mapValues { partition in
            var partition = partition
            partition.open = partition.open.filter { $0.value != key }
            return partition
        }
    }

    /// Partitions that another worker has now.
    mutating func drop(_ sources: [TopicPartition]) {
        for source in sources { partitions[source] = nil }
    }

    /// Whether an order of the trial is still this worker's to carry out.
    func holds(_ key: Key) -> Bool {
        partitions.values.contains { $0.open.values.contains(key) }
    }

    /// Positions that have moved since they were asked for last.
    mutating func positions() -> [TopicPartition: Offset] {
        var moved: [TopicPartition: Offset] = [:]
        for (source, partition) in partitions {
            let position = partition.open.keys.min() ?? partition.behind
            guard position > partition.committed else { continue }
            moved[source] = position
            partitions[source]?.committed = position
        }
        return moved
    }
}
