import Records

/// What was found at the other end, partition by partition, read forward as it is asked for.
///
/// Records of partitions that nobody has asked for yet wait here, so memory grows with how far the
/// partitions run apart.
public final class DeliveredRecords {
    private var queues: [TopicPartition: Queue] = [:]
    private let more: (DeliveredRecords) throws -> Bool
    private var isAtEnd = false
    /// How many records of a partition are kept that nobody has asked for.
    private var most = Int.max

    /// What was read of one partition and not taken.
    final class Queue {
        fileprivate(set) var block: RecordBlock
        /// Index of the next record.
        fileprivate(set) var head = 0
        /// Records beyond that many are counted and thrown away.
        fileprivate var most: Int
        fileprivate var thrownAway = 0

        fileprivate init(_ source: TopicPartition, most: Int) {
            block = RecordBlock(source: source)
            self.most = most
        }

        var count: Int { block.count - head }

        func take(_ count: Int) { head += count }

        /// Gives the room of what was taken free once that is most of it.
        fileprivate func compact() throws {
            guard head >= 4096, head * 2 >= block.count else { return }
            var rest = RecordBlock(source: block.source)
            if count > 0 { try rest.append(block, head..<block.count) }
            block = rest
            head = 0
        }

        fileprivate func trim() {
            while count > most {
                block.removeLast()
                thrownAway += 1
            }
        }
    }

    /// - Parameter more: reads on and hands records to ``add(_:_:)``; false at the end of everything.
    public init(more: @escaping (DeliveredRecords) throws -> Bool) {
        self.more = more
    }

    /// Adds records of one partition by whatever `append` does to its block.
    public func add(
        _ source: TopicPartition, _ append: (inout RecordBlock) throws -> Void
    ) throws {
        let queue = queue(of: source)
        try queue.compact()
        try append(&queue.block)
        queue.trim()
    }

    func queue(of source: TopicPartition) -> Queue {
        if let known = queues[source] { return known }
        let queue = Queue(source, most: most)
        queues[source] = queue
        return queue
    }

    /// Reads on until the queue holds so many records.
    ///
    /// - Returns: false where that many never come.
    func fill(_ queue: Queue, to count: Int = 1) throws -> Bool {
        while queue.count < count {
            if isAtEnd { return false }
            isAtEnd = try !more(self)
        }
        return true
    }

    /// Of this partition only the next so many records are wanted.
    func keep(_ count: Int, in queue: Queue) {
        queue.most = count
        queue.trim()
    }

    /// Reads everything that is left and counts what nobody took, by partition.
    func drain() throws -> [TopicPartition: Int] {
        most = 0
        for queue in queues.values { queue.most = min(queue.most, queue.count) }
        while !isAtEnd { isAtEnd = try !more(self) }
        return queues.mapValues { $0.count + $0.thrownAway }.filter { $0.value > 0 }
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
