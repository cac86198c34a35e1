internal import CRdkafka
import Records

extension Consumer {
    /// Goes on reading from these offsets; records that were fetched before are not given out.
    ///
    /// - Throws: `KafkaError`, with its partition where it is one partition's.
    public func seek(_ offsets: [TopicPartition: StartOffset], timeout: Duration) throws(KafkaError)
    {
        let list = PartitionList(capacity: offsets.count)
        for (partition, start) in offsets { list.add(partition, offset: start.raw) }
        let deadline = Deadline(in: timeout)
        while let failure = seek(list, within: min(deadline.remaining, .seconds(10))) {
            // Of many partitions some may not have answered yet: all are asked again.
            if failure.code != .timedOut || deadline.hasPassed { throw handle.explained(failure) }
        }
        var standing: [TopicPartition] = []
        for element in list.elements {
            let source = element.source
            if element.err == RD_KAFKA_RESP_ERR__STATE, slots.isAssigned(source) {
                standing.append(source)
            } else {
                try KafkaError.check(element.err, during: "seek", at: source)
            }
        }
        for (partition, start) in offsets { mark(partition, startingAt: start) }
        if !standing.isEmpty { try restart(standing) }
    }

    private func seek(_ list: PartitionList, within timeout: Duration) -> KafkaError? {
        KafkaError(
            owning: rd_kafka_seek_partitions(handle.client, list.pointer, timeout.milliseconds),
            during: "seek")
    }

    /// A partition whose position was not in the log has no fetcher any more that could be sought: it
    /// is assigned anew, and under the eager protocol the others with it, each where it was.
    private func restart(_ standing: [TopicPartition]) throws(KafkaError) {
        let isCooperative = Rebalancing.isCooperative(handle.client)
        let again = isCooperative ? standing : assignment
        let list = PartitionList(capacity: again.count)
        for partition in again { list.add(partition, offset: slots.resumption(of: partition)) }
        if isCooperative {
            for step in [rd_kafka_incremental_unassign, rd_kafka_incremental_assign] {
                let failure = KafkaError(owning: step(handle.client, list.pointer), during: "seek")
                if let failure { throw handle.explained(failure) }
            }
        } else {
            try KafkaError.check(rd_kafka_assign(handle.client, list.pointer), during: "seek")
        }
        // Assigning ends a pause.
        let paused = again.filter { slots.isPaused($0) }
        if !paused.isEmpty { try pause(paused) }
    }

    /// Stops giving out records of these partitions. What was fetched ahead is thrown away and
    /// fetched again after ``resume(_:)``: pause seldom.
    public func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        let code = rd_kafka_pause_partitions(handle.client, list.pointer)
        try KafkaError.check(code, during: "pause")
        try checkEach(list, during: "pause")
        for partition in partitions { slots.setPaused(partition, true) }
    }

    public func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        let code = rd_kafka_resume_partitions(handle.client, list.pointer)
        try KafkaError.check(code, during: "resume")
        try checkEach(list, during: "resume")
        for partition in partitions { slots.setPaused(partition, false) }
    }

    /// The group's positions; a partition without one is not in the result.
    ///
    /// Stable where ``isReadCommitted``: while a transaction that sent positions is undecided, this
    /// waits for its end.
    ///
    /// - Throws: a `KafkaError` that is retriable where the time is up.
    public func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedPosition] {
        let deadline = Deadline(in: timeout)
        while true {
            do throws(KafkaError) {
                let list = PartitionList(partitions)
                let code = rd_kafka_committed(
                    handle.client, list.pointer, deadline.remaining.milliseconds)
                try KafkaError.check(code, during: "read committed positions")
                try checkEach(list, during: "read the committed position")
                return Self.positions(in: list)
            } catch {
                if !error.isRetriable || deadline.hasPassed { throw error }
            }
        }
    }

    private static func positions(in list: PartitionList) -> [TopicPartition: CommittedPosition] {
        var positions: [TopicPartition: CommittedPosition] = [:]
        for element in list.elements where element.offset >= 0 {
            let metadata = String(decoding: element.metadataBytes, as: UTF8.self)
            positions[element.source] = CommittedPosition(
                element.source, offset: element.offset, metadata: metadata)
        }
        return positions
    }

    /// Commits positions outside of any transaction and waits for the broker's answer.
    public func commit(_ positions: [CommittedPosition], timeout: Duration) throws(KafkaError) {
        let list = PartitionList(capacity: positions.count)
        for position in positions {
            list.add(
                position.source, offset: position.offset, metadata: Array(position.metadata.utf8))
        }
        let queue = ReplyQueue(handle)
        let code = rd_kafka_commit_queue(handle.client, list.pointer, queue.pointer, nil, nil)
        try KafkaError.check(code, during: "commit positions")
        guard let event = queue.next(within: timeout) else {
            throw KafkaError(.timedOut, during: "commit positions")
        }
        defer { rd_kafka_event_destroy(event) }
        if let answered = rd_kafka_event_topic_partition_list(event) {
            for element in UnsafeBufferPointer(
                start: answered.pointee.elems, count: Int(answered.pointee.cnt))
            {
                try KafkaError.check(
                    element.err, during: "commit the position", at: element.source)
            }
        }
        try KafkaError.check(rd_kafka_event_error(event), during: "commit positions")
    }

    /// The first offset and the one behind the last record that a reader of this isolation level is
    /// shown (read committed: behind the last record of a decided transaction).
    public func watermarks(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Range<Offset>] {
        let deadline = Deadline(in: timeout)
        let first = try list(partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING), deadline)
        let end = try list(partitions, at: Int64(RD_KAFKA_OFFSET_END), deadline)
        var result: [TopicPartition: Range<Offset>] = [:]
        for (partition, low) in first {
            // Read one after the other: retention may have moved the start past the end seen.
            result[partition] = low..<max(low, end[partition] ?? low)
        }
        return result
    }

    /// The first record of each partition at or after the time; not in the result where there is none.
    public func offsets(
        at timestampMs: Int64, of partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Offset] {
        precondition(
            timestampMs >= 0, "times before 1970 are questions of another kind to a broker")
        return try list(partitions, at: timestampMs, Deadline(in: timeout)).filter { $0.value >= 0 }
    }

    /// Messages that were fetched and not given out yet, of all partitions together.
    public var queuedCount: Int {
        guard !isClosed, let queue = rd_kafka_queue_get_consumer(handle.client) else { return 0 }
        defer { rd_kafka_queue_destroy(queue) }
        return rd_kafka_queue_length(queue)
    }

    /// The end of a partition as the last fetch told it, open transactions included; nil where nothing
    /// was fetched yet. Asks nobody.
    public func lastKnownEnd(of partition: TopicPartition) -> Offset? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_get_watermark_offsets(
            handle.client, partition.topic, partition.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    private func list(
        _ partitions: [TopicPartition], at time: Int64, _ deadline: Deadline
    ) throws(KafkaError) -> [TopicPartition: Offset] {
        while true {
            do throws(KafkaError) {
                let list = PartitionList(capacity: partitions.count)
                for partition in partitions { list.add(partition, offset: time) }
                let code = rd_kafka_offsets_for_times(
                    handle.client, list.pointer, deadline.remaining.milliseconds)
                try KafkaError.check(code, during: "list offsets")
                try checkEach(list, during: "list the offsets")
                return Dictionary(
                    uniqueKeysWithValues: list.elements.map { ($0.source, $0.offset) })
            } catch {
                if !error.isRetriable || deadline.hasPassed { throw error }
            }
        }
    }

    private func checkEach(_ list: PartitionList, during operation: String) throws(KafkaError) {
        for element in list.elements {
            try KafkaError.check(element.err, during: operation, at: element.source)
        }
    }
}
