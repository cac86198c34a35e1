import Records

/// What was found at the other end, partition by partition, read forward as it is asked for.
///
/// Records of partitions that nobody has asked for yet wait here, so memory grows with how far the
/// partitions run apart.
public final class DeliveredRecords {
    private var queues: [TopicPartition: Queue] = [:]
    private let more: (DeliveredRecords) throws -> Bool
    private var isAtEnd = false

    private struct Queue {
        var block: RecordBlock
        var head = 0
    }

    /// - Parameter more: reads on and hands records to ``add(_:_:)``; false at the end of everything.
    public init(more: @escaping (DeliveredRecords) throws -> Bool) {
        self.more = more
    }

    /// Adds records of one partition by whatever `append` does to its block.
    public func add(
        _ source: TopicPartition, _ append: (inout RecordBlock) throws -> Void
    ) rethrows {
        var queue = queues.removeValue(forKey: source) ?? Queue(block: RecordBlock(source: source))
        defer { queues[source] = queue }
        // The record that was taken last stays within reach.
        if queue.head > 4096 && queue.head == queue.block.count {
            let last = queue.block.record(at: queue.head - 1)
            queue.block.removeAll()
            try? queue.block.append(last)
            queue.head = 1
        }
        try append(&queue.block)
    }

    /// Lends the next record of a partition and goes on behind it; nil where there is none any more.
    public func take<Result>(
        from source: TopicPartition, _ body: (RecordBlock, Int) throws -> Result
    ) throws -> Result? {
        while true {
            if let queue = queues[source], queue.head < queue.block.count {
                let result = try body(queue.block, queue.head)
                queues[source]?.head += 1
                return result
            }
            if isAtEnd { return nil }
            isAtEnd = try !more(self)
        }
    }

    /// The record that was taken last from a partition.
    func last(_ source: TopicPartition) -> Record? {
        guard let queue = queues[source], queue.head > 0 else { return nil }
        return queue.block.record(at: queue.head - 1)
    }

    /// Lends the record behind the next `ahead` ones without taking anything; nil where there is none.
    func peek<Result>(
        _ source: TopicPartition, ahead: Int = 0, _ body: (RecordBlock, Int) throws -> Result
    ) throws -> Result? {
        while true {
            if let queue = queues[source], queue.head + ahead < queue.block.count {
                return try body(queue.block, queue.head + ahead)
            }
            if isAtEnd { return nil }
            isAtEnd = try !more(self)
        }
    }

    /// Reads everything that is left and counts what nobody took, by partition.
    func drain() throws -> [TopicPartition: Int] {
        while !isAtEnd { isAtEnd = try !more(self) }
        return queues.mapValues { $0.block.count - $0.head }.filter { $0.value > 0 }
    }

    /// The records of a recording.
    public convenience init(recording path: String) throws {
        let reader = try RecordingReader(path: path)
        self.init { queues in
            guard try reader.next() else { return false }
            try queues.add(reader.source) { try reader.append(to: &$0) }
            return true
        }
    }
}
