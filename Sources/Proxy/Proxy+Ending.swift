import KafkaClient
import Records

/// With `--until-end`: where the ends are, and whether they are passed.
extension Proxy {
    func noteEnds() throws {
        guard configuration.untilEnd, ranges.isEmpty else { return }
        let inputs = Set(configuration.routes.map(\.input))
        let metadata = try consumer.metadata(timeout: .seconds(30))
        let partitions = metadata.topics.filter { inputs.contains($0.name) }.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.name, $0.id) }
        }
        ranges = try decidedRanges(partitions)
    }

    /// What the log holds, with transactions that end in this moment: a broker answers a commit before the last
    /// of its markers is written. One that stays open is another's, and none of this run.
    private func decidedRanges(
        _ partitions: [TopicPartition]
    ) throws -> [TopicPartition: Range<Offset>] {
        let timeout = Duration.seconds(60)
        // The embedded broker has no transactions.
        if cluster.hasPrefix("mockCluster") {
            return try consumer.watermarks(partitions, timeout: timeout)
        }
        var client = configuration.client
        client.set("isolation.level", to: "read_uncommitted")
        let written = try Consumer(client).watermarks(partitions, timeout: timeout)
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            let decided = try consumer.watermarks(partitions, timeout: timeout)
            let open = decided.keys.sorted().first { source in
                guard let end = decided[source]?.upperBound else { return false }
                return end < written[source]?.upperBound ?? 0
            }
            guard let open else { return decided }
            if .now >= deadline {
                observer.notice(
                    "a transaction is open in \(open) from offset \(decided[open]?.upperBound ?? 0) on; this run "
                        + "ends in front of it")
                return decided
            }
            ArrivalClock.rest(ns: 50_000_000)
        }
    }

    /// Whether this instance has passed the ends of all that it has, and the group those of the rest.
    func isFinished() throws -> Bool {
        guard hasAssignment, isIdle else {
            passage = Passage()
            return false
        }
        let owned = Set(self.owned)
        let others = ranges.filter { !owned.contains($0.key) && !$0.value.isEmpty }
            .mapValues(\.upperBound)
        if others.isEmpty { return true }
        let now = ArrivalClock.monotonic()
        guard now >= passage.nextLookNs else { return false }
        let found = try? groupPositions(of: Array(others.keys))
        let state = passage.look(
            at: found?.mapValues(\.offset), ends: others, nowNs: now, patienceNs: patienceNs)
        if state == .standing {
            observer.notice(
                "the group's positions in \(others.count) partitions of other members have not moved "
                    + "for \(patienceNs / 1_000_000_000) s; not waited for any longer")
        }
        return state != .waiting
    }

    private func groupPositions(
        of partitions: [TopicPartition]
    ) throws -> [TopicPartition: CommittedPosition] {
        if let senders { return try senders.look(at: partitions, timeout: .seconds(2)) }
        return try consumer.committed(partitions, timeout: .seconds(2))
    }

    /// A member that died is replaced within its session's time; a rebalance takes a moment more.
    private var patienceNs: UInt64 {
        let session = configuration.client["session.timeout.ms"].flatMap { UInt64($0) } ?? 45_000
        return (session + 15_000) * 1_000_000
    }

    /// Nothing is to be read and nothing on its way.
    private var isIdle: Bool {
        batch == nil && isAllEmitted && lanes.allSatisfy { $0?.isDone ?? true }
    }
}
