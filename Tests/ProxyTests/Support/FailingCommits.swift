import KafkaClient
import Recording
import Records

@testable import Proxy

/// Commits, and fails where a test wants it, as a broker would.
final class FailingCommits: Committing {
    var group: ConsumerGroupMetadata? {
        get { inner.group }
        set { inner.group = newValue }
    }
    var isSeenAtOnce: Bool { inner.isSeenAtOnce }
    private let inner: any Committing
    private let journal: Journal
    private let failing: (Int, CompleteBatch, Journal) throws -> Void
    private var count = 0

    /// - Parameter failing: throws in place of a commit; it is given the commit's number, from 1.
    init(
        _ inner: any Committing, _ journal: Journal,
        failing: @escaping (Int, CompleteBatch, Journal) throws -> Void
    ) {
        self.inner = inner
        self.journal = journal
        self.failing = failing
    }

    func begin(batch: Int) throws { try inner.begin(batch: batch) }

    func commit(_ batch: CompleteBatch) throws {
        count += 1
        try failing(count, batch, journal)
        try inner.commit(batch)
    }

    func serve() throws { try inner.serve() }
    func drain() throws { try inner.drain() }
    func abandon(batch: Int, hasFailed: Bool) throws -> Bool {
        try inner.abandon(batch: batch, hasFailed: hasFailed)
    }
    func discard(_ partitions: Set<TopicPartition>) { inner.discard(partitions) }
}
