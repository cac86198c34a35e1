import Foundation
import KafkaClient
import Records

/// What a fault that strikes at a moment knows from the time before its delivery was fed.
struct MomentTrap {
    /// How many times the system had asked to commit; nil where that is not seen.
    var requests: Int?
    /// What it had shown.
    var signs: [Int64]
    /// Whether the next commit is refused.
    var isRefusing: Bool
}

/// Faults that strike when the system is so far with a delivery, in place of a time behind it.
extension TrialRun {
    /// Nobody waits for the commit of a group that never commits.
    func canCome(_ moment: SystemFault.Moment) -> Bool {
        moment == .shown || committing != .never
    }

    /// To be called in front of the delivery: what is to show of it alone comes when the system is done with all others.
    /// It is stopped then (SIGSTOP), so that nothing of it happens unseen.
    func prepare(for moment: SystemFault.Moment) throws {
        guard canCome(moment) else { return }
        if moment != .committed {
            try awaitRest()
            setTrap(moment)
        }
        victim?.process?.signal(SIGSTOP)
    }

    /// Until everything is committed, where the group does that, and nothing was shown for 100 ms.
    private func awaitRest() throws {
        let limit = now + SystemFault.momentWait
        var (last, since) = (signs, now)
        while ending == nil, now < limit {
            let isStill = since.duration(to: now) >= .milliseconds(100)
            if isStill, try committing.leavesSome || ends.keys.allSatisfy(isCommitted) { return }
            try turn(.milliseconds(5))
            let current = signs
            if current != last { (last, since) = (current, now) }
        }
    }

    /// Where several copies run, the refusal might meet another than the one that is ended, which would see what no
    /// schedule says.
    private func setTrap(_ moment: SystemFault.Moment) {
        broker.poll()
        let isRefusing = moment == .committing && broker.commitRequests != nil && running == 1
        trap = MomentTrap(
            requests: broker.commitRequests, signs: signs, isRefusing: isRefusing)
        guard isRefusing else { return }
        broker.refuseNextCommit()
        // What it does about the refusal, in the moment that is left to it, is of no interest.
        victim?.isExpectedToEnd = true
    }

    /// Waits for that moment, for ``SystemFault/momentWait`` at most. The system is stopped then (SIGSTOP).
    func awaitMoment(_ moment: SystemFault.Moment) throws {
        guard let last = fed.last else { return }
        let partition = TopicPartition(
            broker.topic(last.record.source.topic), last.record.source.partition)
        if moment == .committed {
            return try step {
                // A commit that is under way is to be seen before the system learns that it is there.
                guard broker.commits == nil else { return try self.isCommitted(partition) }
                try wait(max(.milliseconds(4), self.answerTime * 4))
                let asked = ContinuousClock.now
                defer { self.answerTime = min(asked.duration(to: .now), .milliseconds(50)) }
                return try self.isCommitted(partition)
            }
        }
        if trap == nil { setTrap(moment) }
        defer { trap = nil }
        guard let trap else { return }
        if trap.isRefusing { return try awaitRefusal(trap) }
        var count = 0
        try step {
            if self.signs != trap.signs { return true }
            // What shows nothing is struck once it has committed; a broker is not asked at every step.
            count += 1
            return try count % 16 == 0 && self.isCommitted(partition)
        }
    }

    private func awaitRefusal(_ trap: MomentTrap) throws {
        try step {
            // By itself: there was nothing yet to do it for.
            broker.commitRequests != trap.requests || self.victim?.process?.hasEnded == true
        }
        broker.poll()
        if broker.commitRequests != trap.requests { return }
        broker.takeCommits()
        victim?.isExpectedToEnd = false
        try turn(.zero)
    }

    /// Lets the system run 0.3 ms at a time, so that it is not far beyond the moment when that is seen, however late
    /// this process is. Who has run for long runs longer at a time: a busy machine hardly lets it run at all.
    /// Where it was late when the moment came, the trial says so.
    private func step(until isThere: () throws -> Bool) throws {
        let start = now
        var late = Duration.zero
        let victim = victim?.process
        var ranUs: UInt32 = 0
        while ending == nil {
            if try isThere() {
                isLateToLook = isLateToLook || late > .milliseconds(1)
                return
            }
            if start.duration(to: now) > SystemFault.momentWait { return }
            let sliceUs = 300 + ranUs / 200
            let begin = ContinuousClock.now
            victim?.signal(SIGCONT)
            pause(sliceUs)
            victim?.signal(SIGSTOP)
            late = begin.duration(to: .now) - .microseconds(sliceUs)
            ranUs += sliceUs
            try turn(.zero)
        }
    }

    /// Whether the group's position is behind all that was fed to the partition.
    func isCommitted(_ partition: TopicPartition) throws -> Bool {
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

    /// How much was observed, requested and written, and what the state's files look like.
    var signs: [Int64] {
        var signs = observed.sorted { $0.key < $1.key }.map { Int64($0.value.count) }
        signs += sinks.sorted { $0.key < $1.key }.map { Int64($0.value.requests.count) }
        return signs + writeSigns + stateSigns
    }

    /// How much was written. What was read of the outputs is behind that by a fetch, in which a system goes from one
    /// step to the next: a broker whose requests cannot be seen is asked how far its logs are, transactions that are
    /// decided alone (the last stable offset), as outputs are read.
    private var writeSigns: [Int64] {
        if let writes = broker.writes { return [Int64(writes)] }
        guard let reader, !outputs.isEmpty else { return [] }
        // The end of a transaction is answered before it is carried out, in several steps of the broker: what follows in
        // the system, which is stopped by now, must not come before that is seen.
        try? wait(max(.milliseconds(4), answerTime * 4))
        let asked = ContinuousClock.now
        if let ends = try? reader.watermarks(reader.assignment, timeout: .seconds(2)) {
            lastEnds = ends.sorted { $0.key < $1.key }.map(\.value.upperBound)
        }
        answerTime = min(asked.duration(to: .now), .milliseconds(50))
        return lastEnds
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
