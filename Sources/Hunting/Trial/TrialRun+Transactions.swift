import KafkaClient
import Records

/// For how long a transaction has been seen that is not decided.
struct UndecidedTime {
    private var first: ContinuousClock.Instant?
    private var seen = 0
    /// When one was seen last, or the begin; the system's own time counts from there.
    private(set) var last: ContinuousClock.Instant

    init(_ begin: ContinuousClock.Instant) { last = begin }

    /// One is seen now, and so many records were observed so far.
    /// - Returns: how long it has been there while nothing more was observed.
    mutating func note(observed: Int, at now: ContinuousClock.Instant) -> Duration {
        last = now
        if observed != seen { first = nil }
        seen = observed
        let since = first ?? last
        first = since
        return since.duration(to: last)
    }
}

extension TrialRun {
    /// Where a transaction is open that holds records or positions back, in words; nil where none is.
    ///
    /// A partition's last fetch names the end of all that was written, the broker names the end of what is
    /// decided (the last stable offset, KIP-98). Of a killed copy, which nobody fences, the broker ends the
    /// transaction itself (`transaction.timeout.ms`).
    func undecidedPlace(knowsPositions: Bool) throws -> String? {
        guard broker.hasTransactions else { return nil }
        if !knowsPositions { return "that moves the group's positions" }
        guard let reader, !outputs.isEmpty else { return nil }
        let decided: [TopicPartition: Range<Offset>]
        do throws(KafkaError) {
            decided = try reader.watermarks(reader.assignment, timeout: .seconds(5))
        } catch {
            if error.isRetriable || error.code == .timedOut { return nil }
            throw error
        }
        return decided.keys.sorted().first { partition in
            decided[partition].map { $0.upperBound < reader.lastKnownEnd(of: partition) ?? 0 }
                ?? false
        }.map { "in \(outputs[$0.topic] ?? $0.topic)/\($0.partition)" }
    }
}
