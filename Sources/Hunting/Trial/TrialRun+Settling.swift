import Configuration
import Foundation
import KafkaClient
import Records

extension TrialRun {
    /// Waits until the system has read what it was fed and nothing is observed any more.
    ///
    /// Quiet is judged by outputs, requests, positions, the size of its logs and the files of its state. A group that
    /// commits is waited for until it has committed everything; one that never does, for a longer silence. One that
    /// writes to its log without end is quiet where nothing else was seen for three times as long, one that does so to
    /// its state after a fifth of `settle.unread`. What was started meanwhile is waited for, too.
    func settle() throws {
        let start = now
        var (sizes, state) = (logSizes, stateSigns)
        var (lastLine, lastState) = (start, start)
        var undecided = UndecidedTime(start)
        noteActivity()
        while ending == nil {
            let knowsPositions = try notePositions()
            for (name, sink) in sinks {
                noteRequests(of: sink, as: name)
                // That it is silent meanwhile is the sink's doing.
                if sink.isHolding { noteActivity() }
            }
            let nowSizes = logSizes
            if nowSizes != sizes { lastLine = now }
            sizes = nowSizes
            let nowState = stateSigns
            if nowState != state { lastState = now }
            state = nowState
            let silence = lastActivity.duration(to: now)
            let logSilence = lastLine.duration(to: now)
            let stateSilence = lastState.duration(to: now)
            func isQuiet(for time: Duration) -> Bool {
                silence >= time && (logSilence >= time || silence >= time * 3)
                    && (stateSilence >= time || silence >= max(time * 3, hunt.settle.unread / 5))
            }
            let isRead = commits && unread.isEmpty
            let isReady = try areRestartsReady()
            let hasEnded = isCommand && copies.allSatisfy { $0.process == nil }
            let isDone = isQuiet(for: hunt.settle.quiet) && (isRead && isReady || hasEnded)
            let isSilent = isQuiet(for: mostSilence) && isReady
            if isDone || isSilent || !knowsPositions {
                if let place = try undecidedPlace(knowsPositions: knowsPositions) {
                    noteActivity()
                    let count = observed.values.reduce(0) { $0 + $1.count }
                    if undecided.note(observed: count, at: now) > hunt.settle.transactions {
                        ending = .hung(
                            "a transaction \(place) was not decided within "
                                + hunt.settle.transactions.spelled)
                    }
                } else if isDone {
                    return
                } else if isSilent {
                    return noteUnread()
                }
            }
            if undecided.last.duration(to: now) > hunt.settle.limit {
                ending = .hung("was still at work after \(hunt.settle.limit.spelled)" + complaint)
                return
            }
            try wait(.milliseconds(25))
        }
    }

    /// After which silence it is over although not everything is known to be read.
    private var mostSilence: Duration {
        committing.leavesSome
            ? max(hunt.settle.quiet * 3, hunt.settle.unread / 5) : hunt.settle.unread
    }

    private var isCommand: Bool { if case .command = system.start { true } else { false } }

    /// Partitions of the input that are not committed to their end.
    var unread: [TopicPartition] {
        guard commits else { return [] }
        return ends.filter { (committed[$0.key] ?? 0) < $0.value }.keys.sorted()
    }

    /// The silence was long and something is unread: whoever commits everything otherwise has stopped. Not so a
    /// baseline, which says whether it does; and repetitions and what comes too late may be skipped at the end
    /// without being committed.
    private func noteUnread() {
        if isBaseline || committing.leavesSome { return }
        // Of a group that is known to commit everything is waited for.
        let left =
            committing == .commits
            ? ends.filter { (committed[$0.key] ?? 0) < $0.value }.keys.sorted() : unread
        guard let first = left.first(where: hasUnreadNews) else { return }
        let position = committed[first] ?? 0
        ending = .hung(
            "stopped reading: \(first) is committed to \(position) of \(ends[first] ?? 0), and nothing "
                + "happened for \(hunt.settle.unread.spelled)" + complaint)
    }

    /// What the broker could not do for the system, which may be why.
    private var complaint: String {
        (broker.complaints.first ?? broker.absence).map { "; \($0)" } ?? ""
    }

    /// Whether behind the position there is a record that is newer than all that was fed to its partition before.
    private func hasUnreadNews(_ partition: TopicPartition) -> Bool {
        let items = fed.filter {
            broker.topic($0.record.source.topic) == partition.topic
                && $0.record.source.partition == partition.partition
        }
        let position = max(0, Int(committed[partition] ?? 0))
        let latest = items.prefix(position).map(\.record.offset).max() ?? -1
        return items.dropFirst(position).contains { $0.record.offset > latest }
    }

    /// - Returns: Whether the broker told them; it does not while a transaction that moves them is open.
    private func notePositions() throws -> Bool {
        guard !ends.isEmpty, let reader else { return true }
        let found: [TopicPartition: CommittedPosition]
        do throws(KafkaError) {
            found = try reader.committed(ends.keys.sorted(), timeout: .seconds(2))
        } catch {
            if error.isRetriable || error.code == .timedOut { return false }
            throw error
        }
        for (partition, position) in found where committed[partition] != position.offset {
            committed[partition] = position.offset
            commits = true
            noteActivity()
        }
        return true
    }

    private func noteRequests(of sink: HTTPSink, as name: String) {
        let requests = sink.requests
        guard requests.count != observed[name]?.count ?? 0 else { return }
        observed[name] = lines(requests.map(\.json), as: name)
        noteActivity()
    }

    private var logSizes: [UInt64] {
        copies.map { copy in
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: place.log(of: copy.number))
            return (attributes?[.size] as? UInt64) ?? 0
        }
    }

    func lines(_ texts: [String], as name: String) -> [Record] {
        texts.enumerated().map { index, text in
            Record(
                source: TopicPartition(name, 0), offset: Offset(index), value: Array(text.utf8))
        }
    }
}
