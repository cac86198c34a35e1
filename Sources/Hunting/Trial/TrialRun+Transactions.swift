import KafkaClient
import Records

/// Transactions of the system that are open still. What stands behind the first record of one is shown to nobody who
/// reads committed, and a copy that was killed holds it back until the broker ends its transaction
/// (`transaction.timeout.ms`): that is no loss yet.
extension TrialRun {
    /// An output whose end is not shown yet; nil where all is.
    func openTransaction() throws -> TopicPartition? {
        // The embedded broker has no transactions.
        guard !hunt.broker.isEmbedded, !outputPartitions.isEmpty else { return nil }
        guard ContinuousClock.now >= nextTransactionAsk else { return heldBack }
        nextTransactionAsk = .now + .milliseconds(250)
        do throws(KafkaError) {
            let shown = try reader.watermarks(outputPartitions, timeout: .seconds(10))
            heldBack = outputPartitions.first { partition in
                guard let end = reader.lastKnownEnd(of: partition),
                    let stable = shown[partition]?.upperBound
                else { return false }
                return end > stable
            }
        } catch {
            guard error.isRetriable || error.code == .timedOut else { throw error }
        }
        return heldBack
    }
}
