import Foundation
import KafkaClient
import Records

/// What a fault that strikes before a commit knows from the time before its delivery was fed.
struct CommitTrap {
    /// How many times the system had asked to commit; nil where that is not seen.
    var requests: Int?
    /// What it had shown.
    var signs: [Int64]
    /// Whether the next commit is refused.
    var isRefusing: Bool
}

/// Faults that strike at the group's commits in place of a time behind a delivery.
extension TrialRun {
    /// To be called in front of the delivery. Where several copies run, the refusal might meet another than the one
    /// that is ended, which would see what no schedule says.
    func setTrap() {
        guard committing != .never else { return }
        broker.poll()
        let isRefusing = broker.commitRequests != nil && running == 1
        trap = CommitTrap(
            requests: broker.commitRequests, signs: signs, isRefusing: isRefusing)
        guard isRefusing else { return }
        broker.refuseNextCommit()
        // What it does about the refusal, in the moment that is left to it, is of no interest.
        victim?.isExpectedToEnd = true
    }

    /// Waits for that moment, for ``SystemFault/commitWait`` at most.
    func awaitCommit(_ moment: SystemFault.CommitMoment) throws {
        guard let last = fed.last else { return }
        let limit = ContinuousClock.now + SystemFault.commitWait
        let partition = TopicPartition(
            broker.topic(last.record.source.topic), last.record.source.partition)
        switch moment {
        case .after:
            while ending == nil, try !isCommitted(partition), ContinuousClock.now < limit {
                try turn(.milliseconds(1))
            }
        case .before:
            if trap == nil { setTrap() }
            defer { trap = nil }
            guard let trap else { return }
            if trap.isRefusing {
                try awaitRefusal(trap, until: limit)
            } else {
                try awaitSign(trap, in: partition, until: limit)
            }
        }
    }

    private func awaitRefusal(_ trap: CommitTrap, until limit: ContinuousClock.Instant) throws {
        while ending == nil, ContinuousClock.now < limit {
            if broker.commitRequests != trap.requests { return }
            if victim?.process?.hasEnded == true {
                // By itself: there was nothing yet to do it for.
                broker.poll()
                if broker.commitRequests == trap.requests { break }
            }
            try turn(.milliseconds(1))
        }
        broker.takeCommits()
        victim?.isExpectedToEnd = false
        try turn(.zero)
    }

    /// The first thing that the system shows; what shows nothing is struck once it has committed.
    private func awaitSign(
        _ trap: CommitTrap, in partition: TopicPartition, until limit: ContinuousClock.Instant
    ) throws {
        for count in 0... {
            guard ending == nil, signs == trap.signs, ContinuousClock.now < limit else { return }
            // Not at every turn: what is asked holds the looking up.
            if count % 16 == 15, try isCommitted(partition) { return }
            try turn(.milliseconds(1))
        }
    }

    /// Whether the group's position is behind all that was fed to the partition.
    private func isCommitted(_ partition: TopicPartition) throws -> Bool {
        let end = ends[partition] ?? 0
        if let commits = broker.commits { return (commits[partition] ?? 0) >= end }
        guard let reader else { return true }
        do throws(KafkaError) {
            let found = try reader.committed([partition], timeout: .seconds(2))
            return (found[partition]?.offset ?? 0) >= end
        } catch {
            // Not while a transaction that moves it is open.
            if error.isRetriable || error.code == .timedOut { return false }
            throw error
        }
    }

    /// How much was observed and requested, and what the state's files look like.
    private var signs: [Int64] {
        var signs = observed.sorted { $0.key < $1.key }.map { Int64($0.value.count) }
        signs += sinks.sorted { $0.key < $1.key }.map { Int64($0.value.requests.count) }
        return signs + stateSigns
    }

    /// Sizes and times of the files in the state's folder.
    var stateSigns: [Int64] {
        var signs: [Int64] = []
        let files = FileManager.default.enumerator(atPath: place.state)?.compactMap {
            $0 as? String
        }
        for file in (files ?? []).sorted() {
            var status = stat()
            guard stat(place.state + "/" + file, &status) == 0 else { continue }
            signs += [
                Int64(status.st_size),
                Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            ]
        }
        return signs
    }
}
